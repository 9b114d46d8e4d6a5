"""Sets boxes apart that lie on each other, and draws all together again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lierne.graph.layout.forces import Array, Numbers

WIDE = 1.6
"""How much wider than high the drawing shall be, as screens are."""
FILLED = 0.24
"""How much of the drawing the boxes cover at first, before they are pushed apart."""
ROUNDS = 20
"""How often all is drawn together."""
LEAST = 0.01
"""An overlap that nobody sees."""


def spread(places: Array, sizes: Array, *, tight: bool = True) -> Array:
    """Makes of places in the plane places of boxes that do not overlap.

    Args:
        places: Where the boxes' middles would like to be, on any scale.
        sizes: The width and height of each box.
        tight: Whether empty space may be taken out, and the scale chosen; else the boxes stay as
            near as they can to where they are.

    Returns:
        The boxes' middles, around nought.
    """
    if len(places) < 2:
        return np.zeros_like(places)
    if tight:
        places = _scaled(places, sizes)
        for round_ in range(ROUNDS):
            part = 1 - round_ / ROUNDS
            places = _nearer(places, 0.065 * part)
            for _ in range(4):
                places = _pushed(places, sizes)[0]
    return _apart(places, sizes)


def _apart(places: Array, sizes: Array) -> Array:
    overlap, step = True, 0
    while overlap:
        places, overlap = _pushed(places, sizes)
        step += 1
        if step % 60 == 0:  # boxes that block each other's way
            places = places * 1.04
    middle: Array = (places.min(axis=0) + places.max(axis=0)) / 2
    return places - middle


def _scaled(places: Array, sizes: Array) -> Array:
    area = sizes.prod(axis=1).sum() / FILLED
    centred = places - places.mean(axis=0)
    radius = np.sqrt((centred**2).sum(axis=1).mean() * 2) + 1e-9
    scale = np.sqrt(area / np.pi) / radius
    return np.asarray(centred * scale * [np.sqrt(WIDE), 1 / np.sqrt(WIDE)])


def _nearer(places: Array, part: float) -> Array:
    """Draws to the middle, and most what is far out."""
    flat = places * [1 / np.sqrt(WIDE), np.sqrt(WIDE)]
    radius = np.sqrt((flat**2).sum(axis=1, keepdims=True))
    usual = np.sqrt((radius**2).mean()) + 1e-9
    return np.asarray(places * (1 - part * np.minimum(1, radius / usual / 2)))


def _pushed(places: Array, sizes: Array) -> tuple[Array, bool]:
    """One step apart for all that overlap, and whether anything did."""
    one, other = overlapping(places, sizes)
    if not len(one):
        return places, False
    way = places[other] - places[one]
    room = (sizes[one] + sizes[other]) / 2
    lack = room - np.abs(way)
    # To the side on which there is less to go.
    side = np.argmin(lack / room, axis=1)
    rows = np.arange(len(one))
    towards = np.where(way[rows, side] < 0, -1.0, 1.0)
    step = 0.55 * towards * (lack[rows, side] + LEAST)
    moved = places.copy()
    for axis in (0, 1):
        along = np.where(side == axis, step, 0)
        both = np.bincount(other, along, len(places)) - np.bincount(one, along, len(places))
        # Who is pushed by many is not to be thrown far.
        moved[:, axis] += np.clip(both, -sizes[:, axis], sizes[:, axis])
    return moved, True


def overlapping(places: Array, sizes: Array) -> tuple[Numbers, Numbers]:
    """All pairs of boxes that overlap, by number.

    The boxes lie in rows as high as the highest of them, sorted along each: what a box can overlap
    stands then beside it in its own row or in the next.
    """
    width, height = sizes.max(axis=0) + LEAST
    low = places.min(axis=0)
    row = ((places[:, 1] - low[1]) / height).astype(np.intp)
    x = places[:, 0] - low[0]
    whole = float(x.max()) + 3 * width  # no box of one row is near one of the next in this order
    key = row * whole + x
    order = np.argsort(key, kind="stable")
    line = key[order]
    pairs = []
    for down in (0, 1):
        at = line + down * whole
        first = np.searchsorted(line, at - (0 if down == 0 else width))
        first = np.maximum(first, np.arange(len(line)) + 1) if down == 0 else first
        last = np.searchsorted(line, at + width, side="right")
        pairs.append(_ranges(first, last))
    one, other = (order[np.concatenate(ends)] for ends in zip(*pairs, strict=True))
    lack = (sizes[one] + sizes[other]) / 2 - np.abs(places[one] - places[other])
    met = (lack > LEAST).all(axis=1)
    return one[met], other[met]


def _ranges(first: NDArray[np.intp], last: NDArray[np.intp]) -> tuple[Numbers, Numbers]:
    """Each number with all numbers of its range."""
    count = np.maximum(last - first, 0)
    one = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count
    other = np.arange(count.sum()) - np.repeat(before - first, count)
    return one, other
