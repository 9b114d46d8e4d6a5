"""Where two texts are the same, line by line."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter
from itertools import starmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

Match = tuple[int, int, int]
"""Where a stretch begins in the one text and in the other, from 0, and how many lines it has."""

_MOST_PAIRS = 1_000_000
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
    head = same_start(one, other)
    tail = same_start(one[head:][::-1], other[head:][::-1])
    mine, theirs = one[head : len(one) - tail], other[head : len(other) - tail]
    found: list[Match] = [(0, 0, head)]
    at, other_at = 0, 0
    for a, b in [*_anchors(mine, theirs), (len(mine), len(theirs))]:
        between = _between(mine[at:a], theirs[other_at:b])
        found += [(head + at + n, head + other_at + m, size) for n, m, size in between]
        found.append((head + a, head + b, 1))
        at, other_at = a + 1, b + 1
    found[-1] = (len(one) - tail, len(other) - tail, tail)
    return _joined(found)


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

    None where such lines are few: between many equal lines, one that moved says nothing. Where
    there are too many of those to look at them all, the first is taken for the first, and so on,
    of each that both have equally often.
    """
    counts, other_counts = (
        Counter(line for line in text if not _is_blank(line)) for text in (one, other)
    )
    lines = min(counts.total(), other_counts.total())
    equal = {line for line, count in counts.items() if count == other_counts[line]}
    row = _longest_row(_paired(one, other, {line for line in equal if counts[line] == 1}))
    if _FEW * len(row) >= lines:
        return row
    pairs = sum(count * other_counts[line] for line, count in counts.items())
    return _longest_row(_paired(one, other, equal)) if pairs > _MOST_PAIRS else []


def _paired(
    one: Sequence[str], other: Sequence[str], lines: Collection[str]
) -> list[tuple[int, int]]:
    """Where both have lines that each has equally often: the first in each, and so on."""
    places: dict[str, list[int]] = {}
    for number in range(len(other) - 1, -1, -1):
        if other[number] in lines:
            places.setdefault(other[number], []).append(number)
    return [(n, places[line].pop()) for n, line in enumerate(one) if line in lines]


def _longest_row(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """As many of these places as are in the same order in both texts."""
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
    return row[::-1]


def _between(one: Sequence[str], other: Sequence[str]) -> list[Match]:
    """The same for texts that are not parted any more."""
    if not (one or other):
        return []
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
