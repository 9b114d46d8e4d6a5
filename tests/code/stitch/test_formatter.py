"""A formatter goes over all that this project's own vault makes, and the notes follow."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lierne.code.tangle import tangle
from lierne.read.parser import parse
from lierne.read.scan import outline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.code.stitch.conftest import Project

    from lierne.read.note import Block

ROOT = Path(__file__).parents[3]

STYLES = {
    "as Black": ("line-length=88",),
    "narrow": ("line-length=60",),
    "wide, with plain quotes": ("line-length=120", "format.quote-style='single'"),
    "tabs": ("format.indent-style='tab'",),
}


def ruff(project: Project, *settings: str) -> None:
    """Formats all targets until nothing changes any more, with no trailing comma of its own."""
    options = [word for setting in settings for word in ("--config", setting)]
    before: dict[str, str] = {}
    for _ in range(5):
        if before == (before := project.files()):
            return
        subprocess.run(
            [
                *(sys.executable, "-m", "ruff", "format", "--quiet", "--isolated", "--no-cache"),
                *("--config", "format.skip-magic-trailing-comma=true", *options),
                *(project.root / "src", project.root / "tests"),
            ],
            check=True,
        )
    pytest.fail("the formatter does not come to an end")


def ends(project: Project) -> int:
    """How many blank lines the blocks of all notes begin or end with."""
    codes = [block.code.split("\n")[:-1] for _, _, block in blocks(project)]
    return sum(not line for lines in codes for line in lines[:1] + lines[-1:])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first to ask for formatted targets leaves them for the others."""
    return tmp_path_factory.mktemp("formatted") / "project"


@pytest.fixture
def formatted(project: Project, kept: Path) -> Project:
    """A copy of this project's vault whose targets are as a formatter leaves them."""
    if kept.exists():
        shutil.copytree(kept, project.root, dirs_exist_ok=True)
        return project
    shutil.copytree(ROOT / "vault", project.root / "vault")
    project.tangle()
    ruff(project, "line-length=80")
    project.stitch()
    shutil.copytree(project.root, kept)
    return project


@pytest.mark.parametrize("style", STYLES)
def test_53_formatted_code_goes_into_the_notes_and_comes_out_the_same(
    style: str, formatted: Project
) -> None:
    first, blank = formatted.files(), ends(formatted)
    ruff(formatted, *STYLES[style])
    edited = formatted.files()
    assert sum(edited[path] != first[path] for path in first) > 20

    made = formatted.stitch()

    assert [p for p in made.problems if p.code.startswith("T")] == []
    assert all(change.note for change in made.changes)
    assert not formatted.tangle().changes
    after = formatted.files()
    ruff(formatted, *STYLES[style])
    assert formatted.files() == after
    assert ends(formatted) == blank


def test_53_a_style_and_back_leaves_every_line_in_its_block(formatted: Project) -> None:
    first = formatted.files()

    for style in ("line-length=100", "line-length=80"):
        ruff(formatted, style)
        assert formatted.stitch().changes

    after = formatted.files()
    back = {path for path in first if after[path] == first[path]}  # some strings stay joined
    vault = formatted.vault
    made = tangle(vault.outlines(), vault.names, vault.config).targets.values()
    lost = {f"vault/{target.owner}" for target in made if target.path not in back}
    assert len(lost) < 10
    assert {path for path in first if path.endswith(".md")} - back <= lost


@pytest.mark.parametrize(
    ("old", "new"), [(r"\bArray\b", "Tensor"), (r"\bself\b", "this"), (r"[a-z]", "\\g<0>x")]
)
def test_a_name_changed_everywhere_changes_in_each_block(
    old: str, new: str, project: Project
) -> None:
    shutil.copytree(ROOT / "vault", project.root / "vault")
    project.tangle()
    vault = project.vault
    made = tangle(vault.outlines(), vault.names, vault.config).targets.values()
    wanted = {(run.note, run.block) for target in made for run in target.map.runs}
    before = {(path, n): block.code for path, n, block in blocks(project)}
    for path, text in project.files().items():
        if not path.startswith("vault/"):
            project.write({path: re.sub(old, new, text)})

    problems = project.stitch().problems

    assert [p for p in problems if p.code.startswith("T")] == []
    for path, number, block in blocks(project):
        was = before[path, number]
        lines = was.split("\n") if (path, number) in wanted else []
        changed = (
            line if line.lstrip().startswith("<<") else re.sub(old, new, line) for line in lines
        )
        expected = "\n".join(changed) if lines else was
        # What is no Python any more is parted otherwise.
        assert block.code.strip("\n") == expected.strip("\n"), (path, number)


def blocks(project: Project) -> Iterator[tuple[str, int, Block]]:
    """Every block of every note, with its number there."""
    vault = project.vault
    for path in vault.paths:
        for number, block in enumerate(outline(parse(path, vault.text(path))).blocks):
            yield path, number, block
