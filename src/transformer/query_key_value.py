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


def queries(tape: Tape, x: Array, weights: Projections) -> Array:
    """Compute what each word is looking for.

    Args:
        tape: records the operators that run.
        x: the words that ask, [..., n, size].
        weights: the three linear functions.

    Returns:
        The queries, [..., n, size].
    """
    return tape(linear, x, *weights.query)


def keys_and_values(
    tape: Tape, memory: Array, weights: Projections
) -> tuple[Array, Array]:
    """Compute what each word can be found by, and what it hands over.

    Args:
        tape: records the operators that run.
        memory: the words that are asked, [..., m, size]; in self-attention
            those that ask.
        weights: the three linear functions.

    Returns:
        Keys and values, [..., m, size] each.
    """
    k = tape(linear, memory, *weights.key)
    v = tape(linear, memory, *weights.value)
    return k, v


def project(
    tape: Tape, x: Array, memory: Array, weights: Projections
) -> tuple[Array, Array, Array]:
    """Compute queries of some words, keys and values of others."""
    k, v = keys_and_values(tape, memory, weights)
    return queries(tape, x, weights), k, v
