"""`lierne graph` as its user meets it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from lierne.faces.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    notes = {
        "Softmax": (
            "---\ntangle: src/softmax.py\n---\n[[Attention]] #maths\n\n```python\nx = 1\n```\n"
        ),
        "Attention": "[[Value]] and [[A plan]]\n",
        "Value": "",
        "Alone": "",
    }
    for name, text in notes.items():
        (tmp_path / f"{name}.md").write_text(text, "utf-8")
    return tmp_path


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--root", str(root), "graph", *arguments])


def test_a_path(root: Path) -> None:
    assert run(root, "path", "Softmax", "Value").stdout.splitlines() == [
        "Softmax.md",
        "-link-> Attention.md",
        "-link-> Value.md",
    ]
    assert run(root, "path", "src/softmax.py", "a plan").stdout.splitlines() == [
        "src/softmax.py",
        "<-tangles- Softmax.md",
        "-link-> Attention.md",
        "-link-> ?a plan",
    ]


def test_no_path(root: Path) -> None:
    result = run(root, "path", "Softmax", "Alone")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "nothing joins Softmax.md to Alone.md\n"


def test_a_name_that_nothing_has(root: Path) -> None:
    result = run(root, "path", "Softmaks", "Value")

    assert result.exit_code == 2
    assert "there is no note `Softmaks`; did you mean `Softmax`?" in result.stderr


def test_around(root: Path) -> None:
    assert run(root, "around", "#Maths", "--depth", "2").stdout.splitlines() == [
        "0 #maths",
        "1 Softmax.md",
        "2 Attention.md",
        "2 src/softmax.py",
    ]
    part = json.loads(run(root, "around", "Value", "--format", "json").stdout)
    assert {node["id"] for node in part["nodes"]} == {"Value.md", "Attention.md"}


def test_stats(root: Path) -> None:
    shown = run(root, "stats").stdout.splitlines()

    assert shown[0] == "nodes: 7 (module 1, note 4, tag 1, unresolved 1)"
    assert shown[shown.index("missing: 1") + 1] == "   1 ?a plan"
    assert shown[shown.index("orphans: 1") + 1] == "     Alone.md"
    assert json.loads(run(root, "stats", "--format", "json").stdout)["orphans"] == ["Alone.md"]


@pytest.mark.parametrize("form", ["graphml", "dot", "mermaid", "canvas", "csv"])
def test_another_form(root: Path, form: str) -> None:
    result = run(root, "--format", form)

    assert result.exit_code == 0
    assert "Softmax" in result.stdout
