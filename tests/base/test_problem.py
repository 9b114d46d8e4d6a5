"""Problems say where, what and what to do."""

from difflib import get_close_matches
from itertools import product

import pytest

from lierne.base.problem import Kind, Place, Problem, Severity, in_order, nearest

DEAD = Kind("X101", Severity.WARNING, "a dead thing")
PLAN = Kind("X102", Severity.HINT, "a planned thing")


def test_a_problem_is_one_line_that_editors_turn_into_a_link():
    problem = Problem(DEAD, Place("vault/Softmax.md", 3, 7), "no `x` here", "write `y`")

    assert str(problem) == "vault/Softmax.md:3:7: X101 no `x` here"


@pytest.mark.parametrize(
    ("severity", "counts"), [("error", True), ("warning", True), ("hint", False)]
)
def test_severity_decides_what_counts(severity: str, *, counts: bool):
    assert Severity(severity).counts is counts


def test_problems_stand_in_the_order_of_their_places_and_only_once():
    late = Problem(DEAD, Place("b.md", 1), "m")
    early = Problem(DEAD, Place("a.md", 10), "m")
    first = Problem(PLAN, Place("a.md", 9), "m")

    assert in_order([late, early, first, early]) == (first, early, late)


@pytest.mark.parametrize(
    ("name", "names", "found"),
    [
        ("Sofmax", ["Softmax", "Softmix", "Encoder"], "Softmax"),
        ("softmax", ["Encoder", "Softmax"], "Softmax"),
        ("ISPARTA", ["Isparta", "Ankara"], "Isparta"),
        ("ısparta", ["Isparta", "Ankara"], "Isparta"),
        ("istanbul", ["\u0130stanbul", "Ankara"], "\u0130stanbul"),
    ],
)
def test_the_nearest_name_forgives_slips_case_and_the_dot_of_an_i(
    name: str, names: list[str], found: str
):
    assert nearest(name, names)[0] == found


def test_nothing_near_is_nothing_offered():
    assert nearest("zzz", ["Softmax", "Encoder"]) == []


def test_the_best_are_found_among_many_and_those_as_near_alike_each_time():
    words = ["".join(letters) for letters in product("abcd", repeat=5)]

    assert nearest("abcda", words) == get_close_matches("abcda", words)
    assert nearest("abcda", words[::-1]) == nearest("abcda", words)
    assert nearest("abcdabcd", words, most=9) == get_close_matches("abcdabcd", words, 9)
