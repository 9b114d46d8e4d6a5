"""Queries, keys and values: three linear functions of the words."""

from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Tape
from transformer.linear import Linear, linear, new_linear


class Projections(NamedTuple):
    """The three linear functions of an attention."""

    query: Linear
    """From a word to what it is looking for."""
    key: Linear
    """From a word to what it can be found by."""
    value: Linear
    """From a word to what it hands over."""


def new_projections(generator: np.random.Generator, size: int) -> Projections:
    """Make three untrained linear functions for words of `size` numbers."""
    return Projections(
        *(new_linear(generator, size, size) for _ in Projections._fields)
    )


def project(
    tape: Tape, x: Array, memory: Array, weights: Projections
) -> tuple[Array, ...]:
    """Compute queries, keys and values.

    Args:
        tape: records the operators that run.
        x: the words that ask, [..., n, size].
        memory: the words that are asked, [..., m, size]; `x` in self-attention.
        weights: the three linear functions.

    Returns:
        Queries, [..., n, size]; keys and values, [..., m, size] each.
    """
    q = tape(linear, x, *weights.query)
    k = tape(linear, memory, *weights.key)
    v = tape(linear, memory, *weights.value)
    return q, k, v
