"""Add & norm: a layer corrects a word, and the word comes back to scale."""

from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Tape, Undo, add


class Norm(NamedTuple):
    """What a layer normalisation has learned."""

    g: Array
    """How loud each number is to be, [size]."""
    b: Array
    """What level it is to have, [size]."""


def new_norm(size: int) -> Norm:
    """Make an untrained normalisation: it leaves loudness at 1 and level at 0."""
    return Norm(np.ones(size), np.zeros(size))


def layer_norm(x: Array, g: Array, b: Array, *, epsilon: float = 1e-5) -> tuple[Array, Undo]:
    """Take level and loudness off every row (Ba, Kiros and Hinton 2016, equation 3).

    Args:
        x: rows, [..., size].
        g: the gain, [size].
        b: the bias, [size].
        epsilon: what is added to the variance.

    Returns:
        The normalised rows, [..., size], and the way back.
    """
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred * centred).mean(axis=-1, keepdims=True)
    spread = np.sqrt(variance + epsilon)
    n = centred / spread

    def undo(gradient: Array) -> tuple[Array, Array, Array]:
        words = tuple(range(gradient.ndim - 1))
        wish = gradient * g
        level = wish.mean(axis=-1, keepdims=True)
        loudness = (wish * n).mean(axis=-1, keepdims=True)
        back = (wish - level - n * loudness) / spread
        return back, (gradient * n).sum(axis=words), gradient.sum(axis=words)

    return g * n + b, undo


def add_and_norm(tape: Tape, x: Array, correction: Array, weights: Norm) -> Array:
    """Add a correction to the words and normalise (Vaswani et al. 2017, section 3.1).

    Args:
        tape: what remembers the way back.
        x: the words, [..., size].
        correction: what a part of the layer has to say about them, [..., size].
        weights: what the normalisation has learned.

    Returns:
        The corrected words, [..., size].
    """
    return tape(layer_norm, tape(add, x, correction), *weights)
