"""Gives each concept its place: by forces, or beside those that an earlier drawing knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.graph.layout.ground import middle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lierne.graph.concepts import Bond
    from lierne.graph.layout.forces import Array
    from lierne.graph.layout.ground import Point

ENOUGH = 0.75
"""The part of all concepts that an earlier drawing must know to be gone on with."""


def settled(
    ids: Sequence[str],
    bonds: Sequence[Bond],
    boxes: Mapping[str, Point],
    lifts: Mapping[str, float],
    earlier: Mapping[str, Point],
) -> dict[str, Point]:
    """Places for concepts, whose boxes do not overlap.

    Args:
        ids: The concepts.
        bonds: What joins them.
        boxes: The width and height that each one takes with its label.
        lifts: How far the dot of each lies above the middle of its box.
        earlier: The places in an earlier drawing, if there was one.
    """
    if not ids:
        return {}
    import numpy as np  # noqa: PLC0415 - heavy

    from lierne.graph.layout.spread import spread  # noqa: PLC0415

    sizes = np.array([boxes[node] for node in ids])
    lift = np.array([lifts[node] for node in ids])
    known = [node for node in ids if node in earlier]
    if len(known) >= ENOUGH * len(ids):
        wanted = np.array(_beside(ids, bonds, earlier))
        wanted[:, 1] += lift
        found = spread(wanted, sizes, tight=False)
    else:
        found = spread(_forced(ids, bonds), sizes)
    found[:, 1] -= lift
    return {node: (float(x), float(y)) for node, (x, y) in zip(ids, found.round(1), strict=True)}


def _forced(ids: Sequence[str], bonds: Sequence[Bond]) -> Array:
    import numpy as np  # noqa: PLC0415 - heavy

    from lierne.graph.layout.forces import Springs, settle  # noqa: PLC0415

    number = {node: index for index, node in enumerate(ids)}
    ends = [(number[bond.one], number[bond.other]) for bond in bonds]
    weights = np.sqrt([bond.weight for bond in bonds])
    return settle(Springs(ids, np.array(ends, dtype=np.intp).reshape(-1, 2), weights))


def _beside(ids: Sequence[str], bonds: Sequence[Bond], earlier: Mapping[str, Point]) -> list[Point]:
    """The earlier places, and for a new concept one between those that it is joined to."""
    near: dict[str, list[Point]] = {node: [] for node in ids if node not in earlier}
    for bond in bonds:
        for one, other in ((bond.one, bond.other), (bond.other, bond.one)):
            if one in near and other in earlier:
                near[one].append(earlier[other])
    places = []
    for number, node in enumerate(ids):
        if node in earlier:
            places.append(earlier[node])
            continue
        x, y = middle(near[node])
        # Two that are new may not stand at the same point: neither could be pushed from there.
        places.append((x + number % 7, y + number % 5))
    return places
