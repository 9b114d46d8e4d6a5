"""What two texts share, and what differs between them."""

from __future__ import annotations

import difflib
import time
from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lierne.base.same import matches, unified

LINES = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "", "  "]), max_size=12)


@given(LINES, LINES)
def test_stretches_are_shared_and_in_order_and_as_long_as_they_can_be(
    one: list[str], other: list[str]
) -> None:
    found = matches(one, other)

    assert all(size and one[a : a + size] == other[b : b + size] for a, b, size in found)
    for (a, b, size), (next_a, next_b, _) in pairwise(found):
        assert a + size <= next_a
        assert b + size <= next_b
        assert (a + size, b + size) != (next_a, next_b)


def test_a_line_that_moved_between_many_that_are_everywhere_parts_nothing() -> None:
    one, other = ["moved", *["pass"] * 50], [*["pass"] * 50, "moved"]

    assert matches(one, other) == [(1, 0, 50)]


def test_blank_lines_beside_what_is_the_same_are_the_same() -> None:
    one = ["def f():", "    return 1", "", "", "def g():", "    return 1"]
    other = ["def f():", "    return 2", "", "", "def g():", "    return 2"]

    assert matches(one, other) == [(0, 0, 1), (2, 2, 3)]


@given(LINES, LINES)
def test_a_diff_leads_from_the_one_to_the_other(one: list[str], other: list[str]) -> None:
    one, other = ([f"{line}\n" for line in lines] for lines in (one, other))

    shown = list(unified(one, other, "a", "b"))

    assert bool(shown) == (one != other)
    body = [line for line in shown[2:] if not line.startswith("@@")]
    taken = Counter(line[1:] for line in body if line.startswith("-"))
    given = Counter(line[1:] for line in body if line.startswith("+"))
    assert Counter(one) - taken + given == Counter(other)


def test_a_diff_is_written_as_all_programs_write_it() -> None:
    one = [f"{number}\n" for number in range(40)]
    other = [*one[:3], "new\n", *one[3:20], *one[21:39], "last\n"]

    assert list(unified(one, other, "a", "b")) == list(difflib.unified_diff(one, other, "a", "b"))
    assert list(unified([], one, "a", "b")) == list(difflib.unified_diff([], one, "a", "b"))


def test_many_small_edits_take_no_time() -> None:
    one = [line for n in range(10_000) for line in (f"def f{n}():", f"    return {n}", "")]
    other = [f"{line}  # new" if "return" in line else line for line in one]
    start = time.process_time()

    found = matches(one, other)

    assert time.process_time() - start < 3
    assert sum(size for _, _, size in found) == 20_000


def test_many_blocks_that_are_written_anew_take_no_time() -> None:
    one, other = (
        [
            line
            for n in range(1_000)
            for line in ("```python", *(f"{name}{n}_{m}" for m in range(20)), "```", "")
        ]
        for name in "ab"
    )
    start = time.process_time()

    found = matches(one, other)
    cut = matches(one, other[5:])

    assert time.process_time() - start < 5
    assert sum(size for _, _, size in found) == 3_000
    assert cut
