"""A product with a learned matrix, plus a learned bias."""

from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Undo
from transformer.parameters import glorot


class Linear(NamedTuple):
    """What a linear function has learned."""

    W: Array
    """The matrix, [m, n]."""
    b: Array
    """The bias, [n]."""


def new_linear(generator: np.random.Generator, m: int, n: int) -> Linear:
    """Make an untrained linear function from rows of m numbers to rows of n."""
    return Linear(glorot(generator, m, n), np.zeros(n))


def linear(x: Array, W: Array, b: Array) -> tuple[Array, Undo]:
    """Multiply every row by a matrix and add a bias.

    Args:
        x: rows, [..., m].
        W: the matrix, [m, n].
        b: the bias, [n].

    Returns:
        The new rows, [..., n], and the undo.
    """

    def undo(gradient: Array) -> tuple[Array, Array, Array]:
        rows = x.reshape(-1, x.shape[-1])
        dy = gradient.reshape(-1, gradient.shape[-1])
        return gradient @ W.T, rows.T @ dy, dy.sum(axis=0)

    return x @ W + b, undo
