"""Nothing is run unless somebody asks for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

ROOT = Path(__file__).parents[3]
CANARY = """\
from pathlib import Path
Path(globals().get("__file__", "here")).with_name("sung").touch()
"""
"""Leaves a file where it is run, or beside the module that it is in."""

COMMANDS = [
    ["tangle"],
    ["tangle", "--check"],
    ["stitch"],
    ["graph"],
    ["graph", "--format", "json"],
    ["check"],
    ["where", "src/canary.py:1"],
    ["build"],
]


@pytest.fixture
def canary(project: Project) -> Project:
    project.write("lierne.toml", "")
    project.write(
        "vault/Canary.md",
        f"---\ntangle: src/canary.py\n---\n```python\n{CANARY}```\n\n"
        f"```python run\n{CANARY}```\n\n"
        "```python run figure=f alt=a\nimport canary\n```\n\n"
        "```output key=0123456789abcdef\n```\n",
    )
    project.write("vault/figures/f.svg", "<!-- lierne key=0123456789abcdef --><svg></svg>")
    return project


def sung(project: Project) -> list[str]:
    return [str(path) for path in project.root.rglob("sung")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_other_command_runs_a_note(canary: Project, command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lierne", *command],
        cwd=canary.root,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tools")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode in (0, 1), done.stderr
    assert sung(canary) == []


def test_the_canary_sings_when_it_is_asked(canary: Project) -> None:
    canary.run()

    assert len(sung(canary)) == 2


def test_running_is_asked_for_in_few_places() -> None:
    """Only the command and the plugin of the tests know what starts a child."""
    tool = ROOT / "tools" / "lierne"
    inside = tool / "code" / "run" / "process"
    asking = {
        path.relative_to(tool).as_posix()
        for path in tool.rglob("*.py")
        if not path.is_relative_to(inside) and "lierne.code.run.process" in path.read_text("utf-8")
    }

    assert asking == {"faces/commands/run.py", "faces/pytest/notes.py"}
