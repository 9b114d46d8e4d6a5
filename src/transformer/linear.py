"""A product with a learned matrix, plus a learned constant."""

from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Undo
from transformer.parameters import glorot


class Linear(NamedTuple):
    """What a linear function has learned."""

    W: Array
    """What to look for, one thing a column, [m, n]."""
    b: Array
    """What is reported of nothing, [n]."""


def new_linear(generator: np.random.Generator, m: int, n: int) -> Linear:
    """Make an untrained linear function from rows of m numbers to rows of n."""
    return Linear(glorot(generator, m, n), np.zeros(n))


def linear(x: Array, W: Array, b: Array) -> tuple[Array, Undo]:
    """Multiply every row with a matrix and add a constant.

    Args:
        x: rows, [..., m].
        W: the matrix, [m, n].
        b: the constant, [n].

    Returns:
        The new rows, [..., n], and the way back.
    """

    def undo(gradient: Array) -> tuple[Array, Array, Array]:
        rows = x.reshape(-1, x.shape[-1])
        wishes = gradient.reshape(-1, gradient.shape[-1])
        return gradient @ W.T, rows.T @ wishes, wishes.sum(axis=0)

    return x @ W + b, undo
