"""When two outputs count as the same.

The cases stand in `fixtures/compare.txt`: a title, what the block asks for, what its note shows,
what it prints now, and the verdict.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lierne.code.run.shown.compare import EXACT, Measure

CASES = re.findall(
    r"^(.+)\n(.+)\n\.\n((?:.+\n)*?)\.\n((?:.+\n)*?)\.\n(alike|different)\n",
    (Path(__file__).parent / "fixtures" / "compare.txt").read_text("utf-8"),
    re.MULTILINE,
)


def measure(asked: str) -> Measure:
    tolerance = re.search(r"tolerance=(\S+)", asked)
    return Measure(float(tolerance[1]) if tolerance else None, "elide" in asked)


@pytest.mark.parametrize(
    ("asked", "one", "other", "verdict"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_verdict(asked: str, one: str, other: str, verdict: str) -> None:
    found = measure(asked)

    assert found.alike(one, other) is (verdict == "alike")
    assert found.alike(other, one) is (verdict == "alike")


def test_all_cases_are_read() -> None:
    text = (Path(__file__).parent / "fixtures" / "compare.txt").read_text("utf-8")

    assert len(CASES) == len(re.findall(r"^(?:alike|different)$", text, re.MULTILINE)) > 20


@given(st.text(), st.floats(0, 1), st.booleans())
def test_everything_is_like_itself(text: str, tolerance: float, elide: bool) -> None:
    assert Measure(tolerance, elide).alike(text, text)


@given(st.text(), st.text())
def test_without_being_asked_only_the_same_text_will_do(one: str, other: str) -> None:
    assert EXACT.alike(one, other) is (one == other)


@given(st.floats(1e-300, 1e300), st.floats(1e-12, 1e-3))
def test_a_tolerance_forgives_what_it_says(number: float, tolerance: float) -> None:
    near, far = number * (1 + tolerance / 2), number * (1 + tolerance * 3)

    assert Measure(tolerance).alike(f"= {number!r}", f"= {near!r}")
    assert Measure(tolerance).alike(f"= {number!r}", f"= {far!r}") is False
