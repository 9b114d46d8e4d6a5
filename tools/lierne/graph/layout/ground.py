"""Finds free places for what belongs to notes: their targets, tags and files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Point = tuple[float, float]

CELL = 64.0
TURN = math.pi * (3 - math.sqrt(5))
"""Steps of this angle never come to the same place again, and fill a disc evenly."""
STEP = 7.0
TRIES = 400


class Ground:
    """What is taken in the drawing: boxes, found by where they lie."""

    def __init__(self, boxes: Iterable[tuple[Point, Point]]) -> None:
        """Takes the middle and the size of each box that is there already."""
        self._cells: dict[tuple[int, int], list[tuple[float, float, float, float]]] = {}
        for middle, size in boxes:
            self.take(middle, size)

    def take(self, middle: Point, size: Point) -> None:
        """Puts a box there."""
        box = (middle[0], middle[1], size[0], size[1])
        for cell in _cells(middle, size):
            self._cells.setdefault(cell, []).append(box)

    def free(self, middle: Point, size: Point) -> bool:
        """Whether a box could be put there."""
        return not any(
            abs(x - middle[0]) * 2 < width + size[0] and abs(y - middle[1]) * 2 < height + size[1]
            for cell in _cells(middle, size)
            for x, y, width, height in self._cells.get(cell, ())
        )

    def place(self, near: Point, size: Point) -> Point:
        """Takes the free place nearest to a point, and away from the middle of all first."""
        start = math.atan2(near[1], near[0])
        at = near
        for number in range(1, TRIES):
            far = STEP * math.sqrt(number)
            angle = start + number * TURN
            at = (near[0] + far * math.cos(angle), near[1] + far * math.sin(angle))
            if self.free(at, size):
                break
        self.take(at, size)
        return at


def middle(points: Sequence[Point]) -> Point:
    """The point between some others; that of the whole drawing where there are none."""
    count = len(points) or 1
    return sum(x for x, _ in points) / count, sum(y for _, y in points) / count


def _cells(at: Point, size: Point) -> Iterator[tuple[int, int]]:
    (x, y), (width, height) = at, (size[0] / 2, size[1] / 2)
    for column in range(math.floor((x - width) / CELL), math.floor((x + width) / CELL) + 1):
        for row in range(math.floor((y - height) / CELL), math.floor((y + height) / CELL) + 1):
            yield column, row
