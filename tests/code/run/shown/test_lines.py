from __future__ import annotations

import pytest

from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.code.rewrite import Edit
from lierne.code.run.shown.lines import Lines

KIND = Kind("R201", Severity.ERROR, "a block that failed")
# Three lines are put in before line 5, one is replaced, and two are taken out.
EDITS = [Edit(5, 5, ("a", "b", "c")), Edit(7, 8, ("d",)), Edit(10, 12, ())]


@pytest.mark.parametrize(("line", "now"), [(1, 1), (4, 4), (5, 8), (7, 10), (9, 12), (12, 13)])
def test_a_line_moves_by_what_is_put_in_and_taken_out_above_it(line: int, now: int) -> None:
    lines = Lines({"vault/N.md": EDITS})

    assert lines.now("vault/N.md", line) == now
    assert lines.now("vault/Other.md", line) == line


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ('  File "vault/N.md", line 5, in f\n    5', '  File "vault/N.md", line 8, in f\n    5'),
        ("drawn at vault/N.md:5:15, too", "drawn at vault/N.md:8:15, too"),
        ("into `vault/N.md:12` and vault/N.md:4", "into `vault/N.md:13` and vault/N.md:4"),
        ('  File "old/vault/N.md", line 5', '  File "old/vault/N.md", line 5'),
        ('  File "vault/NXmd", line 5', '  File "vault/NXmd", line 5'),
        ("a line 5 of vault/N.md", "a line 5 of vault/N.md"),
    ],
)
def test_places_in_a_text_move(text: str, now: str) -> None:
    assert Lines({"vault/N.md": EDITS, "vault/M.md": []}).in_text(text) == now
    assert Lines({}).in_text(text) == text


def test_a_problem_moves_with_what_it_says() -> None:
    problem = Problem(KIND, Place("vault/M.md", 2), "as vault/N.md:5", "see `vault/N.md:9`")
    other = Problem(KIND, Place("vault/N.md", 4, 3, 0, 5, 1), "this")

    lines = Lines({"vault/N.md": EDITS})

    moved = lines.of_problem(problem)
    assert (moved.place, moved.message) == (problem.place, "as vault/N.md:8")
    assert moved.help == "see `vault/N.md:12`"
    assert lines.of_problem(other).place == Place("vault/N.md", 4, 3, 0, 8, 1)
