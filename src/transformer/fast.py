"""Operators that do the same as those of the same names, in less time."""

import math

import numpy as np
from numpy.polynomial.chebyshev import cheb2poly, chebinterpolate

from transformer.backpropagation import Array, Undo
from transformer.gelu import FAR, smooth_part

COEFFICIENTS = cheb2poly(
    chebinterpolate(np.vectorize(smooth_part), 10)
).tolist()


def gelu(x: Array) -> tuple[Array, Undo]:
    """Multiply each number by Φ of it, with the accuracy of float32.

    Args:
        x: any shape.

    Returns:
        Of the same shape, and the undo.
    """
    far = np.minimum(np.abs(x) * math.sqrt(0.5), FAR)
    t = 2 / (2 + far)
    u = (t - 0.6) * 2.5
    exponent = np.full_like(u, COEFFICIENTS[-1])
    for coefficient in COEFFICIENTS[-2::-1]:
        exponent *= u
        exponent += coefficient
    above = 0.5 * t * np.exp(exponent - far * far)
    share = np.abs((x > 0) - above)  # 1 - above, or above

    def undo(gradient: Array) -> Array:
        bell = np.exp(-0.5 * x * x) * (2 * math.pi) ** -0.5
        return gradient * (share + x * bell)

    return x * share, undo


def linear(x: Array, W: Array, b: Array) -> tuple[Array, Undo]:
    """Multiply every row by a matrix and add a bias.

    Args:
        x: rows, [..., m].
        W: the matrix, [m, n].
        b: the bias, [n].

    Returns:
        The new rows, [..., n], and the undo.
    """
    rows = x.reshape(-1, len(W))  # [all, m]

    def undo(gradient: Array) -> tuple[Array, Array, Array]:
        dy = gradient.reshape(-1, len(b))
        return (dy @ W.T).reshape(x.shape), rows.T @ dy, dy.sum(axis=0)

    return (rows @ W + b).reshape(*x.shape[:-1], len(b)), undo
