"""Three versions of a text become one, line by line: what both sides were, and what each is now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from lierne.base.same import matches, same_start

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

Lines = list[str]
Stretch = tuple[int, int]
"""The first line, counted from 0, and the line just past the last."""


class Side(Enum):
    """Whose lines a region takes."""

    NOTE = auto()
    FILE = auto()
    NEITHER = auto()
    """Both sides changed it, and differently."""


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of all three texts that belongs together."""

    side: Side
    base: Stretch
    note: Stretch
    file: Stretch


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a merged text."""

    text: str
    origin: int | None = None
    """Which line of the notes' text it is; None for one that is new."""
    instead: Stretch = (0, 0)
    """Of a new line, the lines of the notes' text in whose place it stands."""
    place: int = 0
    """Its line in the file, or the one that stands there now, from 0."""


def merge(base: Lines, note: Lines, file: Lines, borders: Collection[int] = ()) -> list[Region]:
    """The regions of two texts that were one, in order.

    Args:
        base: What both were.
        note: What the notes make now.
        file: What the file holds now.
        borders: Lines of `note` on which another block begins: changes on the two sides of a
            border do not touch each other.
    """
    regions: list[Region] = []
    at_base = at_note = at_file = 0
    for first, end, at_n, at_f in _common(base, note, file):
        between = Region(Side.NOTE, (at_base, first), (at_note, at_n), (at_file, at_f))
        regions += _settled(between, base, note, file, borders)
        at_base, at_note, at_file = end, at_n + end - first, at_f + end - first
        if end > first:
            regions.append(Region(Side.NOTE, (first, end), (at_n, at_note), (at_f, at_file)))
    return regions


def compare(note: Lines, file: Lines) -> list[Region]:
    """The regions of two texts of which nobody knows what they were: all that differs is open."""
    same = [line for first, _, size in matches(note, file) for line in note[first : first + size]]
    return [
        region
        if note[slice(*region.note)] == file[slice(*region.file)]
        else replace(region, side=Side.NEITHER)
        for region in merge(same, note, file)
    ]


def merged(regions: Sequence[Region], note: Lines, file: Lines) -> list[Line]:
    """The lines of a merge without conflicts."""
    lines: list[Line] = []
    for region in regions:
        first, end = region.file
        if region.side is Side.FILE:
            lines += [Line(file[n], None, region.note, n) for n in range(first, end)]
        else:
            numbers = range(*region.note)
            places = [first + min(n, max(end - first - 1, 0)) for n in range(len(numbers))]
            lines += [Line(note[n], n, place=p) for n, p in zip(numbers, places, strict=True)]
    return lines


def with_markers(
    regions: Sequence[Region], note: Lines, file: Lines, names: tuple[str, str]
) -> Lines:
    """The lines of a merge, with both sides of each conflict between markers."""
    lines: Lines = []
    for region in regions:
        if region.side is Side.NEITHER:
            lines.append(f"<<<<<<< {names[0]}")
        if region.side is not Side.FILE:
            lines += note[slice(*region.note)]
        if region.side is Side.NEITHER:
            lines.append("=======")
        if region.side is not Side.NOTE:
            lines += file[slice(*region.file)]
        if region.side is Side.NEITHER:
            lines.append(f">>>>>>> {names[1]}")
    return lines


def distance(one: Lines, other: Lines) -> int:
    """How many lines stand in only one of two texts."""
    return len(one) + len(other) - 2 * sum(size for _, _, size in matches(one, other))


def _settled(
    region: Region, base: Lines, note: Lines, file: Lines, borders: Collection[int]
) -> list[Region]:
    was = base[slice(*region.base)]
    ours, theirs = note[slice(*region.note)], file[slice(*region.file)]
    if not (was or ours or theirs):
        return []
    if theirs in (was, ours):
        return [region]
    if ours == was:
        return [Region(Side.FILE, region.base, region.note, region.file)]
    return (
        _parted(region, (was, ours, theirs), borders)
        or _alike(region, (was, ours, theirs))
        or [Region(Side.NEITHER, region.base, region.note, region.file)]
    )


def _parted(
    region: Region, texts: tuple[Lines, Lines, Lines], borders: Collection[int]
) -> list[Region]:
    """The two regions on the sides of a border, if each side changed only one of them."""
    was, ours, theirs = texts
    for cut in range(1, len(was)):
        rest = len(was) - cut
        if theirs[:cut] == was[:cut] and ours[len(ours) - rest :] == was[cut:]:
            sizes, sides = (cut, len(ours) - rest, cut), (Side.NOTE, Side.FILE)
        elif ours[:cut] == was[:cut] and theirs[len(theirs) - rest :] == was[cut:]:
            sizes, sides = (cut, cut, len(theirs) - rest), (Side.FILE, Side.NOTE)
        else:
            continue
        if min(sizes) >= 0 and region.note[0] + sizes[1] in borders:
            return _halves(region, sizes, sides)
    return []


def _alike(region: Region, texts: tuple[Lines, Lines, Lines]) -> list[Region]:
    """Two regions, if both sides changed one of them alike, and only one side the other."""
    was, ours, theirs = texts
    head = same_start(ours, theirs)
    tail = same_start(ours[::-1], theirs[::-1])
    for mine, side in ((ours, Side.FILE), (theirs, Side.NOTE)):
        rest = len(mine) - tail
        if tail and rest and mine[:rest] == was[:rest]:
            ends = rest, len(ours) - tail, len(theirs) - tail
            return _halves(region, ends, (side, Side.NOTE))
        rest = len(mine) - head
        if head and rest and len(was) >= rest and mine[head:] == was[len(was) - rest :]:
            return _halves(region, (len(was) - rest, head, head), (Side.NOTE, side))
    return []


def _halves(region: Region, sizes: tuple[int, int, int], sides: tuple[Side, Side]) -> list[Region]:
    """A region in two, the first with so many lines of each text."""
    whole = region.base, region.note, region.file
    cuts = [begin + size for (begin, _), size in zip(whole, sizes, strict=True)]
    first = [(begin, cut) for (begin, _), cut in zip(whole, cuts, strict=True)]
    second = [(cut, end) for (_, end), cut in zip(whole, cuts, strict=True)]
    return [Region(sides[0], *first), Region(sides[1], *second)]


def _common(base: Lines, note: Lines, file: Lines) -> Iterator[tuple[int, int, int, int]]:
    """The stretches of the base that both sides still have, and where; last, an empty one."""
    ours, theirs = matches(base, note), matches(base, file)
    mine = other = 0
    while mine < len(ours) and other < len(theirs):
        (b, n, size), (c, f, width) = ours[mine], theirs[other]
        first, end = max(b, c), min(b + size, c + width)
        if first < end:
            yield first, end, n + first - b, f + first - c
        if b + size < c + width:
            mine += 1
        else:
            other += 1
    yield len(base), len(base), len(note), len(file)
