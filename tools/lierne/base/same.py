"""Where two texts are the same, line by line."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter
from itertools import starmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Match = tuple[int, int, int]
"""Where a stretch begins in the one text and in the other, from 0, and how many lines it has."""

_MOST_PAIRS = 10_000_000
"""How many pairs of equal lines are looked at; of more, those that are everywhere are not."""
_FEW = 3
"""Lines are few if they are less than one of so many."""


def matches(one: Sequence[str], other: Sequence[str]) -> list[Match]:
    """The stretches that two texts share, in order, none of them empty.

    What both begin and end with is not looked for elsewhere; blank lines alone are no likeness.
    Where most lines are in each text only once, those that are in both part them.

    Args:
        one: The lines of the one.
        other: The lines of the other.
    """
    found: list[Match] = []
    at, other_at = 0, 0
    for a, b in [*_anchors(one, other), (len(one), len(other))]:
        between = _between(one[at:a], other[other_at:b])
        found += [(at + n, other_at + m, size) for n, m, size in between]
        found.append((a, b, 1))
        at, other_at = a + 1, b + 1
    return _joined(found[:-1])


def unified(one: Sequence[str], other: Sequence[str], name: str, other_name: str) -> Iterator[str]:
    """What differs between two texts, as a unified diff, line by line; nothing where they agree.

    Args:
        one: The lines of the one, each ended.
        other: The lines of the other.
        name: What the one is called.
        other_name: What the other is called.
    """
    for number, group in enumerate(_Matched(one, other).get_grouped_opcodes()):
        if number == 0:
            yield f"--- {name}\n"
            yield f"+++ {other_name}\n"
        (_, begin, _, other_begin, _), (_, _, end, _, other_end) = group[0], group[-1]
        yield f"@@ -{_stretch(begin, end)} +{_stretch(other_begin, other_end)} @@\n"
        for tag, first, last, other_first, other_last in group:
            if tag == "equal":
                yield from (f" {line}" for line in one[first:last])
            else:
                yield from (f"-{line}" for line in one[first:last])
                yield from (f"+{line}" for line in other[other_first:other_last])


def same_start(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _anchors(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Where both have a line that each of them has once: as many as are in the same order.

    None where such lines are few: between many equal lines, one that moved says nothing.
    """
    places = {line: n for n, line in enumerate(other)}
    counts, other_counts = Counter(one), Counter(other)
    pairs = [
        (n, places[line])
        for n, line in enumerate(one)
        if counts[line] == 1 and other_counts[line] == 1 and not _is_blank(line)
    ]
    ends: list[int] = []  # of the rows of each length, the least place that one ends at
    last: list[int] = []  # and the pair that stands there
    before: list[int] = []  # of each pair, the one before it in its row
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [number]
        before.append(last[length - 1] if length else -1)
    row = []
    number = last[-1] if last else -1
    while number >= 0:
        row.append(pairs[number])
        number = before[number]
    lines = min(sum(not _is_blank(line) for line in text) for text in (one, other))
    return row[::-1] if _FEW * len(row) >= lines else []


def _between(one: Sequence[str], other: Sequence[str]) -> list[Match]:
    """The same for texts that are not parted any more."""
    head = same_start(one, other)
    tail = same_start(one[head:][::-1], other[head:][::-1])
    mine, theirs = one[head : len(one) - tail], other[head : len(other) - tail]
    inner: list[Match] = []
    if mine and theirs:
        counts = Counter(theirs)
        pairs = sum(counts[line] for line in mine)
        matcher = difflib.SequenceMatcher(_is_blank, mine, theirs, autojunk=pairs > _MOST_PAIRS)
        inner = [(head + a, head + b, size) for a, b, size in matcher.get_matching_blocks()]
    return [(0, 0, head), *inner, (len(one) - tail, len(other) - tail, tail)]


def _joined(found: Iterable[Match]) -> list[Match]:
    """The same stretches, with those in one that follow each other in both texts."""
    joined: list[Match] = []
    for a, b, size in found:
        first, second, before = joined[-1] if joined else (0, 0, 0)
        if size and (first + before, second + before) == (a, b) and joined:
            joined[-1] = (first, second, before + size)
        elif size:
            joined.append((a, b, size))
    return joined


class _Matched(difflib.SequenceMatcher[str]):
    """Python's own way from two texts to their differences, but for what it takes for the same."""

    def __init__(self, one: Sequence[str], other: Sequence[str]) -> None:
        super().__init__(None, one, other, autojunk=False)
        self._ends = len(one), len(other), 0
        self._matches = matches(one, other)

    def get_matching_blocks(self) -> list[difflib.Match]:
        return list(starmap(difflib.Match, (*self._matches, self._ends)))


def _stretch(begin: int, end: int) -> str:
    """Lines of a text, as the head of a part of a diff names them."""
    size = end - begin
    return f"{begin + 1}" if size == 1 else f"{begin + (size > 0)},{size}"


def _is_blank(line: str) -> bool:
    # Blank lines are everywhere: that two texts have them says nothing.
    return not line.strip()
