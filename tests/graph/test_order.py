"""What to read first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lierne.graph.order import order, with_implied

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ({}, "abcd"),
        ({"a": "d"}, "dabc"),
        ({"a": "b", "b": "c"}, "cbad"),
        ({"d": "b", "b": "c"}, "acbd"),
        ({"a": "cb"}, "cbad"),
        ({"a": "b", "b": "a"}, "bacd"),
        ({"a": "a"}, "abcd"),
        ({"a": "x"}, "abcd"),
    ],
)
def test_each_note_after_what_it_needs(needs: Mapping[str, str], expected: str) -> None:
    assert "".join(order("abcd", needs)) == expected


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9))))
def test_nothing_is_lost_and_nothing_comes_too_early(needs: Mapping[int, list[int]]) -> None:
    earlier = {f"{n}": [f"{m}" for m in needs.get(n, ()) if m < n] for n in range(10)}
    notes = [f"{n}" for n in reversed(range(10))]

    found = list(order(notes, earlier))

    assert sorted(found) == sorted(notes)
    place = {note: number for number, note in enumerate(found)}
    assert all(place[need] < place[note] for note, all_ in earlier.items() for need in all_)


def test_a_long_chain_is_no_matter_of_depth() -> None:
    needs = {f"{n}": [f"{n + 1}"] for n in range(5000)}

    assert next(order((f"{n}" for n in range(5001)), needs)) == "5000"


@pytest.mark.parametrize(
    ("said", "implied", "expected"),
    [
        ({}, {"a": "b"}, {"a": ["b"]}),
        ({"a": "c"}, {"a": "b"}, {"a": ["c", "b"]}),
        ({"b": "a"}, {"a": "b"}, {"b": ["a"]}),
        ({"c": "b", "b": "a"}, {"a": "c"}, {"c": ["b"], "b": ["a"]}),
        ({"c": "b"}, {"b": "a", "a": "c"}, {"c": ["b"], "b": ["a"], "a": ["c"]}),
        ({}, {"a": "a"}, {}),
    ],
)
def test_code_implies_needs_unless_notes_say_the_opposite(
    said: Mapping[str, str], implied: Mapping[str, str], expected: Mapping[str, list[str]]
) -> None:
    assert with_implied(said, implied) == expected
