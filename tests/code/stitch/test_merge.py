"""Merging by lines, held against another program that does nothing else."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lierne.code.stitch.merge import Side, merge, merged, with_markers

WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f", "", "x"]), max_size=10)


def texts(base: str, note: str, file: str) -> tuple[list[str], list[str], list[str]]:
    return list(base), list(note), list(file)


def result(base: str, note: str, file: str, *borders: int) -> str:
    three = texts(base, note, file)
    regions = merge(*three, borders)
    if any(region.side is Side.NEITHER for region in regions):
        return "conflict"
    return "".join(line.text for line in merged(regions, *three[1:]))


@pytest.mark.parametrize(
    ("base", "note", "file", "expected"),
    [
        ("abc", "abc", "aXc", "aXc"),
        ("abc", "aXc", "abc", "aXc"),
        ("abcd", "Xbcd", "abcY", "XbcY"),
        ("abc", "aXc", "aXc", "aXc"),
        ("abc", "aXc", "aYc", "conflict"),
        ("abc", "ac", "aXc", "conflict"),
        ("abc", "Xbc", "aYc", "conflict"),  # with nothing between them that both kept
        ("abc", "aBc", "ABc", "ABc"),  # where they agree, the rest is one side's
        ("abc", "ABc", "aBc", "ABc"),
        ("abc", "AbC", "Abc", "AbC"),
        ("ab", "abX", "abY", "conflict"),
        ("", "X", "X", "X"),
        ("", "X", "Y", "conflict"),
    ],
)
def test_two_versions_of_a_text_become_one(base: str, note: str, file: str, expected: str) -> None:
    assert result(base, note, file) == expected


def test_51_edits_on_the_two_sides_of_a_border_do_not_touch() -> None:
    assert result("abc", "Xbc", "aYc", 1) == "XYc"
    assert result("abc", "aYc", "XXbc", 1) == "XXYc"
    assert result("abc", "Xbc", "aYc", 2) == "conflict"


def test_each_line_knows_where_it_is_from() -> None:
    three = texts("abcd", "Xbcd", "abY")

    lines = merged(merge(*three), *three[1:])

    assert [(line.text, line.origin, line.instead, line.place) for line in lines] == [
        ("X", 0, (0, 0), 0),
        ("b", 1, (0, 0), 1),
        ("Y", None, (2, 4), 2),
    ]


def test_markers_hold_both_sides_of_a_conflict_and_nothing_else() -> None:
    three = texts("abcd", "aXcd", "aYcZ")

    lines = with_markers(merge(*three), *three[1:], ("note", "file"))

    assert lines == ["a", "<<<<<<< note", "X", "=======", "Y", ">>>>>>> file", "c", "Z"]


@given(WORDS, WORDS, WORDS)
@settings(max_examples=300, deadline=None)
def test_a_merge_keeps_every_line_that_one_side_added(
    base: list[str], note: list[str], file: list[str]
) -> None:
    regions = merge(base, note, file)

    for place, text in (("base", base), ("note", note), ("file", file)):
        ends = [getattr(region, place) for region in regions]
        assert [n for begin, end in ends for n in range(begin, end)] == list(range(len(text)))
    for region in regions:
        was, ours = base[slice(*region.base)], note[slice(*region.note)]
        theirs = file[slice(*region.file)]
        if region.side is Side.NOTE:
            assert theirs in (was, ours)
        elif region.side is Side.FILE:
            assert ours == was


@given(WORDS, WORDS, WORDS)
@settings(max_examples=300, deadline=None)
def test_what_merges_elsewhere_merges_to_the_same_here(
    base: list[str], note: list[str], file: list[str]
) -> None:
    """Only if both see the same lines as the ones that stayed, which lines may be is not told."""
    merge3 = pytest.importorskip("merge3")
    if len(set(base)) < len(base) or "" in base:
        return
    other = merge3.Merge3(base, note, file, sequence_matcher=Plain)
    groups = list(other.merge_groups())
    if any(group[0] == "conflict" for group in groups):
        return
    regions = merge(base, note, file)
    if all(region.side is not Side.NEITHER for region in regions):
        lines = [line.text for line in merged(regions, note, file)]
        assert sorted(lines) == sorted(line for group in groups for line in group[1])


class Plain(difflib.SequenceMatcher[str]):
    """Compares without taking what is frequent for noise."""

    def __init__(self, isjunk: None, a: list[str], b: list[str]) -> None:
        super().__init__(isjunk, a, b, autojunk=False)
