"""Edits of targets and what becomes of them, case by case: see the files in `fixtures`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.code.stitch.conftest import Project

    from lierne.base.problem import Problem

FIXTURES = Path(__file__).parent / "fixtures"
UNSEEN = str.maketrans({"→": "\t", "·": " "})


def cases() -> Iterator[tuple[str, dict[str, str]]]:
    """Every case of the fixture files, with its sections by title."""
    for file in sorted(FIXTURES.glob("*.txt")):
        lines = file.read_text("utf-8").split("\n")[:-1]
        title, parts, name = "", dict[str, list[str]](), ""
        for number, line in enumerate([*lines, "====== "], 1):
            if line.startswith("====== "):
                if parts:
                    yield title, {key: _text(content) for key, content in parts.items()}
                title, parts, name = f"{file.stem}:{number} {line[7:]}", {}, ""
            elif line.startswith("=== "):
                name = line[4:]
                parts[name] = []
            elif name:
                parts[name].append(line.translate(UNSEEN))


def _text(lines: list[str]) -> str:
    # The blank line before the next case is the fixture's.
    content = lines[:-1] if lines and not lines[-1] else lines
    return "".join(f"{line}\n" for line in content)


def _matches(problem: Problem, pattern: str) -> bool:
    place, code, *rest = pattern.split(" ", 2)
    said = f"{problem.message}; {problem.help}; {problem.diff}"
    at = f"{problem.place.path}:{problem.place.line}"
    return (
        fnmatchcase(at, place)
        and fnmatchcase(problem.code, code)
        and all(text in said for text in rest)
    )


CASES = dict(cases())


def parts(case: dict[str, str], word: str = "") -> dict[str, str]:
    """The files of a case that stand under one word: before their path, or under none."""
    found = {}
    for title, text in case.items():
        first, _, path = title.rpartition(" ")
        if first == word and title != "problems":
            found[f"vault/{path}" if path.endswith(".md") else path] = text
    return found


@pytest.mark.parametrize("title", CASES)
def test_an_edit_becomes_what_the_case_says(title: str, project: Project) -> None:
    case = CASES[title]
    project.write(parts(case))
    project.tangle()
    before = {path: project.read(path) for path in parts(case)}
    targets = {path: text for path, text in project.files().items() if path not in before}
    project.write(parts(case, "edit"))
    edited = project.files()

    made = project.stitch(markers=" markers" in title)

    wanted = {**edited, **parts(case, "then")}
    assert project.files() == wanted
    expected = [line for line in case.get("problems", "").split("\n") if line]
    said = [f"{p}; {p.help}\n{p.diff}" for p in made.problems if p.severity.counts]
    found = [p for p in made.problems if p.severity.counts]
    assert len(found) == len(expected), said
    assert all(_matches(p, pattern) for p, pattern in zip(found, expected, strict=True)), said
    assert not project.stitch().changes, "stitching again changes something"
    after = project.tangle()
    if not expected:
        assert not after.changes, "tangling has something left to do"
        assert [p for p in after.problems if p.severity.counts] == []
    assert targets, "nothing was tangled"


def test_there_are_cases() -> None:
    assert len(CASES) > 40
