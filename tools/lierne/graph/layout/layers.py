"""The reading order as rows: each note stands below all that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GAP = 14.0
"""Between two labels of a row."""
ROW = 33.0
"""From one row to the next."""
SWEEPS = 6
"""How often the rows are put in order, down and up."""


def layers(order: Sequence[str], needs: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Puts notes into rows, by the longest way to them through what they need.

    What needs nothing and is not needed, such as an index of all notes, stands in the last row.

    Args:
        order: The notes in reading order.
        needs: What each needs. Needs that the order does not keep, as in a circle, do not count.
    """
    depth: dict[str, int] = {}
    lone = dict.fromkeys(order)
    for note in order:
        before = [need for need in needs.get(note, ()) if need in depth]
        depth[note] = 1 + max((depth[need] for need in before), default=-1)
        for need in (*before, *([note] if before else ())):
            lone.pop(need, None)
    rows: list[list[str]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for note in order:
        if note not in lone:
            rows[depth[note]].append(note)
    return [row for row in (*rows, list(lone)) if row]


def direct(order: Sequence[str], needs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What each note needs, without what it needs already through another of its needs.

    Args:
        order: The notes in reading order.
        needs: What each needs. Needs that the order does not keep, as in a circle, are left out.
    """
    bit = {note: 1 << number for number, note in enumerate(order)}
    before: dict[str, int] = {}
    found: dict[str, list[str]] = {}
    for note in order:
        wanted = [need for need in dict.fromkeys(needs.get(note, ())) if need in before]
        through = 0
        for need in wanted:
            through |= before[need]
        found[note] = [need for need in wanted if not through & bit[need]]
        for need in wanted:
            through |= bit[need]
        before[note] = through
    return found


def arrange(
    rows: Sequence[Sequence[str]],
    needs: Mapping[str, Sequence[str]],
    widths: Mapping[str, float],
    most: float,
) -> dict[str, tuple[float, float]]:
    """Gives each note its place: beside those it needs, as far as its row has room.

    Args:
        rows: The notes, the first row on top.
        needs: What each needs.
        widths: The width of each one's label.
        most: How wide a row may get before it is broken into several.
    """
    near: dict[str, list[str]] = {note: [] for row in rows for note in row}
    for note, beside in near.items():
        for need in needs.get(note, ()):
            if need in near:
                beside.append(need)
                near[need].append(note)
    broken = [part for row in rows for part in _broken(row, widths, most)]
    x = {note: at for row in broken for note, at in zip(row, _centred(row, widths), strict=True)}
    for sweep in range(SWEEPS):
        for row in broken if sweep % 2 == 0 else reversed(broken):
            wish = {n: sum(x[o] for o in near[n]) / len(near[n]) if near[n] else x[n] for n in row}
            row.sort(key=lambda note: (wish[note], note))
            x.update(_fitted(row, wish, widths))
    return {note: (x[note], index * ROW) for index, row in enumerate(broken) for note in row}


def _broken(row: Sequence[str], widths: Mapping[str, float], most: float) -> list[list[str]]:
    parts: list[list[str]] = []
    left = 0.0
    for note in row:
        need = widths[note] + GAP
        if not parts or left < need:
            parts.append([])
            left = most
        parts[-1].append(note)
        left -= need
    return parts


def _centred(row: Sequence[str], widths: Mapping[str, float]) -> list[float]:
    at = -sum(widths[note] + GAP for note in row) / 2
    places = []
    for note in row:
        places.append(at + (widths[note] + GAP) / 2)
        at += widths[note] + GAP
    return places


def _fitted(
    row: Sequence[str], wish: Mapping[str, float], widths: Mapping[str, float]
) -> dict[str, float]:
    """As near to where each would like to be as their order and widths allow.

    Notes that would overlap stand side by side around the mean of their wishes (which is the
    pooling of neighbours that break the order, as in isotonic regression).
    """
    before = dict(zip(row, _centred(row, widths), strict=True))
    pools: list[tuple[float, int]] = []
    for note in row:
        pools.append((wish[note] - before[note], 1))
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, count = pools.pop()
            pools[-1] = (pools[-1][0] + total, pools[-1][1] + count)
    shifts = [total / count for total, count in pools for _ in range(count)]
    return {note: before[note] + shift for note, shift in zip(row, shifts, strict=True)}
