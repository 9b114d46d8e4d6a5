from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lierne.base.problem import Problem
    from lierne.code.tangle import Tangled

    Run = Callable[[Mapping[str, str]], Tangled]

FIXTURES = Path(__file__).parent / "fixtures"
UNSEEN = str.maketrans({"→": "\t", "·": " "})


def cases() -> Iterator[tuple[str, dict[str, str]]]:
    """Every case of the fixture files, with its files by path."""
    for file in sorted(FIXTURES.glob("*.txt")):
        lines = file.read_text("utf-8").splitlines()
        title, files, name = "", dict[str, list[str]](), ""
        for number, line in enumerate([*lines, "====== "], 1):
            if line.startswith("====== "):
                if files:
                    yield title, {path: _text(content) for path, content in files.items()}
                title, files, name = f"{file.stem}:{number} {line[7:]}", {}, ""
            elif line.startswith("=== "):
                name = line[4:]
                files[name] = []
            elif name:
                files[name].append(line.translate(UNSEEN))


def _text(lines: list[str]) -> str:
    # The blank line before the next case is the fixture's.
    content = lines[:-1] if lines and not lines[-1] else lines
    return "".join(f"{line}\n" for line in content)


def _matches(problem: Problem, pattern: str) -> bool:
    place, code, *rest = pattern.split(" ", 2)
    said = f"{problem.message}; {problem.help}"
    return (
        fnmatchcase(str(problem.place), place)
        and fnmatchcase(problem.code, code)
        and all(text in said for text in rest)
    )


CASES = dict(cases())


@pytest.mark.parametrize("title", CASES)
def test_notes_become_the_targets_and_problems_of_the_case(title: str, tangled: Run) -> None:
    files = dict(CASES[title])
    expected = [line for line in files.pop("problems", "").split("\n") if line]
    notes = {path: text for path, text in files.items() if path.endswith(".md")}

    made = tangled(notes)

    texts = {path: t.text for path, t in made.targets.items() if t.text is not None}
    assert {path: text for path, text in files.items() if path not in notes} == texts
    said = [f"{p}; {p.help}" for p in made.problems if p.severity.counts]
    found = [p for p in made.problems if p.severity.counts]
    assert len(expected) == len(found), said
    assert all(_matches(p, pattern) for p, pattern in zip(found, expected, strict=True)), said


def test_there_are_cases() -> None:
    assert len(CASES) > 45
