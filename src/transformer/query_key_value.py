"""Where queries, keys and values come from: three linear functions of the words."""

from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Tape
from transformer.linear import Linear, linear, new_linear


class Projections(NamedTuple):
    """What self-attention has learned to ask, to offer and to tell."""

    query: Linear
    """From a word to what it is looking for."""
    key: Linear
    """From a word to what it can be found by."""
    value: Linear
    """From a word to what it tells."""


def new_projections(generator: np.random.Generator, size: int) -> Projections:
    """Make three untrained linear functions from `size` numbers to `size` numbers."""
    return Projections(*(new_linear(generator, size, size) for _ in Projections._fields))


def project(tape: Tape, x: Array, memory: Array, weights: Projections) -> tuple[Array, ...]:
    """Let words ask, be found, and tell.

    Args:
        tape: what remembers the way back.
        x: the words that ask, [..., n, size].
        memory: the words that are asked, [..., m, size]; in self-attention, `x` again.
        weights: the three linear functions.

    Returns:
        The queries, [..., n, size], and the keys and the values, [..., m, size].
    """
    q = tape(linear, x, *weights.query)
    k = tape(linear, memory, *weights.key)
    v = tape(linear, memory, *weights.value)
    return q, k, v
