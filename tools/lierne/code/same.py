"""Where two texts are the same, line by line."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Match = tuple[int, int, int]
"""Where a stretch begins in the one text and in the other, from 0, and how many lines it has."""

_MOST_PAIRS = 10_000_000
"""How many pairs of equal lines are looked at; of more, those that are everywhere are not."""


def matches(one: Sequence[str], other: Sequence[str]) -> list[Match]:
    """The stretches that two texts share, in order, none of them empty.

    What both begin and end with is not looked for elsewhere; blank lines alone are no likeness.

    Args:
        one: The lines of the one.
        other: The lines of the other.
    """
    head = same_start(one, other)
    tail = same_start(one[head:][::-1], other[head:][::-1])
    mine, theirs = one[head : len(one) - tail], other[head : len(other) - tail]
    counts = Counter(theirs)
    pairs = sum(counts[line] for line in mine)
    inner = SequenceMatcher(_is_blank, mine, theirs, autojunk=pairs > _MOST_PAIRS)
    found = [(head + a, head + b, size) for a, b, size in inner.get_matching_blocks()]
    around = [(0, 0, head), *found, (len(one) - tail, len(other) - tail, tail)]
    return [match for match in around if match[2]]


def same_start(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _is_blank(line: str) -> bool:
    # Blank lines are everywhere: that two texts have them says nothing.
    return not line.strip()
