"""What an open page is told of the problems of a vault."""

from __future__ import annotations

from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.faces.serve.wrong import MOST, Wrong

LINK = Kind("L102", Severity.WARNING, "a link")
FENCE = Kind("T107", Severity.ERROR, "a target")
OUTPUT = Kind("R111", Severity.WARNING, "an output")
PLAN = Kind("L101", Severity.HINT, "a plan")


def test_a_page_is_told_its_own_problems_and_causes_before_what_follows_from_them() -> None:
    problems = [
        Problem(kind, Place(path, line), kind.code, "")
        for line, (kind, path) in enumerate(
            [(OUTPUT, "A.md"), (LINK, "A.md"), (FENCE, "A.md"), (PLAN, "A.md"), (LINK, "B.md")], 1
        )
    ]
    wrong = Wrong()

    assert wrong.found(problems, {"A.md": "/A/", "B.md": "/B/"})
    assert not wrong.found(problems, {"A.md": "/A/", "B.md": "/B/"})

    told = wrong.on("/A/")
    assert [problem["code"] for problem in told["own"]] == ["T107", "L102", "R111"]
    assert (told["more"], told["others"]) == (0, 1)
    assert wrong.on("/C/") == {"trouble": "", "own": [], "more": 0, "others": 4}


def test_a_page_lists_so_many_and_counts_the_others() -> None:
    wrong = Wrong()
    wrong.found(
        (Problem(LINK, Place("A.md", n + 1), "m", "") for n in range(MOST + 3)), {"A.md": "/"}
    )

    told = wrong.on("/")

    assert (len(told["own"]), told["more"]) == (MOST, 3)
