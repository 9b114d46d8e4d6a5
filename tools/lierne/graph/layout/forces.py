"""Draws together what belongs together, and keeps all apart: positions for the nodes of a graph.

The attraction of two joined nodes does not grow with their distance and the repulsion of any two
falls with it, which lets groups of nodes with many edges among them be seen (Noack's LinLog). All
begins at places that come from the nodes' ids, in more dimensions than are drawn: there nodes pass
each other instead of being stuck, so that a graph with one node more comes out as before.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Numbers = NDArray[np.intp]

DIMENSIONS = 8
ROUGH, FINE = 80, 40
"""How many steps are made in all dimensions, and in the plane."""
SAMPLE = 128
"""From how many nodes all are kept apart in the first steps, in a graph that has more."""
CELLS = 64
"""The cells across the grid on which the repulsion of distant nodes is added up."""
SHARPER, CHOSEN = 3, 4.0
"""How much the drawing's axes are those of most extent, and how much they heed chosen nodes."""
APART, GRAVITY = 1.0, 0.4
"""How much keeping apart, and falling to the middle, count beside drawing together."""
NEAR = 0.02
"""The distance below which repulsion grows no more, where the drawing is about 1 across."""


@dataclass(frozen=True, slots=True)
class Springs:
    """A graph as the forces see it."""

    ids: Sequence[str]
    ends: Numbers
    """Two nodes by number, for each edge."""
    weights: Array
    """How strongly each edge draws."""

    @property
    def pull(self) -> Array:
        """How strongly all edges of each node draw."""
        both = np.repeat(self.weights, 2)
        return np.bincount(self.ends.ravel(), both, len(self.ids)).astype(float)


def settle(springs: Springs) -> Array:
    """Finds a place in the plane for each node, in a drawing that is about 1 across."""
    if not springs.ids:
        return np.zeros((0, 2))
    rough = _relax(springs, seeds(springs.ids, DIMENSIONS), ROUGH, 0.1)
    few = len(springs.ids) <= SAMPLE
    return _relax(
        springs, _flat(rough, springs.ids), FINE if few else 4 * FINE, 0.01 if few else 0.03
    )


def seeds(ids: Sequence[str], dimensions: int) -> Array:
    """A place between -½ and ½ in each dimension that depends on a node's id alone."""
    size = 4 * dimensions
    data = b"".join(hashlib.blake2b(i.encode(), digest_size=size).digest() for i in ids)
    return np.frombuffer(data, "<u4").reshape(-1, dimensions) / 2.0**32 - 0.5


def _flat(places: Array, ids: Sequence[str]) -> Array:
    """Sees the nodes from where they lie far apart.

    The directions of most extent alone would not do: where several are alike, a trifle would turn
    the drawing. So they are drawn towards what lies far out, and a little towards chosen nodes.
    """
    rest = places - places.mean(axis=0)
    chosen = seeds(ids, 2)
    axes = []
    for number in (0, 1):
        far = (rest**2).sum(axis=1)
        start = rest.T @ (far / (far.mean() + 1e-12) + CHOSEN * chosen[:, number])
        axis = start
        for _ in range(SHARPER):
            axis = rest.T @ (rest @ axis)
            axis = axis / (np.sqrt(axis @ axis) + 1e-12)
        axes.append(rest @ axis)
        rest = rest - np.outer(axes[-1], axis)
    return np.stack(axes, axis=1)


def _relax(springs: Springs, places: Array, steps: int, hot: float) -> Array:
    """Lets the forces work, in ever smaller steps."""
    pull = springs.pull
    mass = np.sqrt(1 + pull)
    sample = _sample(springs.ids)
    inertia = pull + pull.mean() / 4 + 1e-9
    push = APART * (1 + pull.sum()) / mass.sum() ** 2
    fall = GRAVITY * (1 + pull.sum()) / mass.sum()
    for step in range(steps):
        far = places.shape[1] > 2 or len(places) <= SAMPLE
        away = _repulsion(places, mass, sample) if far else _grid_repulsion(places, mass)
        drawn = _attraction(springs, places) - fall * mass[:, None] * places
        move = (drawn + push * away) / inertia[:, None]
        length = np.sqrt((move**2).sum(axis=1, keepdims=True)) + 1e-12
        furthest = hot * (1 - step / steps) + 0.001
        places = places + move * np.minimum(1, furthest / length)
        places -= places.mean(axis=0)
    return places


def _attraction(springs: Springs, places: Array) -> Array:
    # Large arrays, here and below, are changed where they are: new ones cost more than to reckon.
    a, b = springs.ends.T
    way = places[b]
    way -= places[a]
    length = np.sqrt((way**2).sum(axis=1)) + 1e-4
    way *= (springs.weights / np.sqrt(length))[:, None]
    count = len(places)
    return np.stack(
        [np.bincount(a, one, count) - np.bincount(b, one, count) for one in way.T], axis=1
    )


def _sample(ids: Sequence[str]) -> Numbers:
    """Some of the nodes, for the most part the same ones where a node is added to a graph."""
    return np.argsort(seeds(ids, 1)[:, 0], kind="stable")[:SAMPLE]


def _repulsion(places: Array, mass: Array, sample: Numbers) -> Array:
    """Keeps each node from some of them, which stand for all."""
    others, weight = places[sample], mass[sample] * (mass.sum() / mass[sample].sum())
    push = _squares(places, others)
    push += NEAR**2
    np.divide(weight, push, out=push)
    # Not by `@`: the threads that multiply matrices cost more than such small ones take.
    drawn = np.einsum("ij,jk->ik", push, others)
    found: Array = places * push.sum(axis=1, keepdims=True) - drawn
    return found * mass[:, None]


def _squares(one: Array, other: Array) -> Array:
    """The squares of all distances."""
    found: Array = np.einsum("ik,jk->ij", one, other)
    found *= -2
    found += (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)
    return np.maximum(found, 0.0, out=found)


def _grid_repulsion(places: Array, mass: Array) -> Array:
    """Adds masses up on a grid, finds what pushes at each cell, and reads it between cells."""
    cell = float(np.ptp(places, axis=0).max()) / (CELLS - 2) + 1e-9
    at = (places - places.min(axis=0)) / cell
    corner = at.astype(np.intp)
    part = at - corner
    shares = []
    for dx, dy in ((0, 0), (0, 1), (1, 0), (1, 1)):
        share = np.abs(1 - dx - part[:, 0]) * np.abs(1 - dy - part[:, 1])
        shares.append(((corner[:, 0] + dx) * CELLS + corner[:, 1] + dy, share))
    grid = np.zeros(CELLS**2)
    for index, share in shares:
        grid += np.bincount(index, mass * share, CELLS**2)
    spread = np.fft.fft2(grid.reshape(CELLS, CELLS), (2 * CELLS, 2 * CELLS))
    field = np.fft.ifft2(spread * _kernel())[:CELLS, :CELLS].ravel() / cell
    found = sum(field[index] * share for index, share in shares)
    away: Array = np.stack([np.real(found), np.imag(found)], axis=1)
    return away * mass[:, None]


@cache
def _kernel() -> NDArray[np.complex128]:
    """What a mass does to the cells around it, along and across, made for a convolution."""
    axis = np.fft.fftfreq(2 * CELLS, 1 / (2 * CELLS))
    x, y = axis[:, None], axis[None, :]
    return np.fft.fft2((x + 1j * y) / (x**2 + y**2 + 0.5))
