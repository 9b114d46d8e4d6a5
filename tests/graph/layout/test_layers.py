"""The reading order as rows."""

from __future__ import annotations

from itertools import pairwise

from lierne.graph.layout.layers import GAP, arrange, direct, layers

NEEDS = {"b": ["a"], "c": ["a", "b"], "d": ["c", "x"], "x": ["d"], "y": ["gone"]}
ORDER = ["a", "b", "c", "x", "d", "y", "z"]


def test_each_note_stands_below_all_that_it_needs() -> None:
    assert layers(ORDER, NEEDS) == [["a", "x"], ["b"], ["c"], ["d"], ["y", "z"]]


def test_nothing_has_no_rows() -> None:
    assert layers([], {}) == []
    assert arrange([], {}, {}, 100) == {}


def test_what_is_needed_through_another_need_is_not_shown() -> None:
    assert direct(ORDER, NEEDS) == {
        "a": [],
        "b": ["a"],
        "c": ["b"],
        "x": [],
        "d": ["c", "x"],
        "y": [],
        "z": [],
    }


def test_rows_are_broken_where_they_get_too_wide_and_labels_stay_apart() -> None:
    row = [f"n{number}" for number in range(20)]
    widths = {note: 50.0 + 3 * number for number, note in enumerate(row)} | {"top": 40.0}
    needs = {note: ["top"] for note in row}

    places = arrange([["top"], row], needs, widths, 400)

    rows: dict[float, list[str]] = {}
    for note, (_, y) in places.items():
        rows.setdefault(y, []).append(note)
    assert rows[0.0] == ["top"]
    assert len(rows) > 4
    for notes in rows.values():
        for one, other in pairwise(sorted(notes, key=lambda note: places[note][0])):
            apart = places[other][0] - places[one][0]
            assert apart >= (widths[one] + widths[other]) / 2 + GAP - 1e-6
        assert sum(widths[note] for note in notes) <= 400


def test_a_note_stands_near_what_it_needs() -> None:
    rows = [["a", "b"], ["c", "d"]]
    widths = dict.fromkeys("abcd", 50.0)

    places = arrange(rows, {"c": ["b"], "d": ["a"]}, widths, 400)

    assert (places["a"][0] < places["b"][0]) == (places["d"][0] < places["c"][0])
