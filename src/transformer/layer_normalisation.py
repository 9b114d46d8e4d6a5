"""Every row brought to a common scale."""

from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Undo


class Norm(NamedTuple):
    """What a layer normalisation has learned."""

    g: Array
    """The gain, [size]."""
    b: Array
    """The bias, [size]."""


def new_norm(size: int) -> Norm:
    """Make an untrained normalisation, with gain 1 and bias 0."""
    return Norm(np.ones(size), np.zeros(size))


def layer_norm(
    x: Array, g: Array, b: Array, *, epsilon: float = 1e-5
) -> tuple[Array, Undo]:
    """Normalise every row to mean 0 and variance 1 (Ba, Kiros and Hinton 2016).

    Args:
        x: rows, [..., size].
        g: the gain, [size].
        b: the bias, [size].
        epsilon: what is added to the variance.

    Returns:
        The normalised rows, [..., size], and the undo.
    """
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred * centred).mean(axis=-1, keepdims=True)
    deviation = np.sqrt(variance + epsilon)
    n = centred / deviation

    def undo(gradient: Array) -> tuple[Array, Array, Array]:
        words = tuple(range(gradient.ndim - 1))
        dn = gradient * g
        shift = dn.mean(axis=-1, keepdims=True)
        stretch = (dn * n).mean(axis=-1, keepdims=True)
        dx = (dn - shift - n * stretch) / deviation
        return dx, (gradient * n).sum(axis=words), gradient.sum(axis=words)

    return g * n + b, undo
