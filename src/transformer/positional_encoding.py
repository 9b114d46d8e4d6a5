"""Sinusoidal positions, added to the words."""

import numpy as np

from transformer.backpropagation import Array, Undo


def positions(length: int, size: int) -> Array:
    """Make a row for each place (Vaswani et al. 2017, section 3.5).

    Args:
        length: how many places.
        size: how many numbers a word has.

    Returns:
        Sines at even and cosines at odd numbers, [length, size].
    """
    slowness = 10000 ** (np.arange(0, size, 2) / size)  # words for one radian
    angles = np.arange(length)[:, None] / slowness  # [length, hands]
    pairs = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
    return pairs.reshape(length, 2 * len(slowness))[:, :size]


def add_positions(x: Array, *, before: int = 0) -> tuple[Array, Undo]:
    """Add to each word the row of its place.

    Args:
        x: words, [b, n, size].
        before: how many words stand before the first of them.

    Returns:
        Words and places, [b, n, size], and the undo.
    """
    _, n, size = x.shape
    rows = positions(before + n, size)[before:].astype(x.dtype)
    return x + rows, lambda gradient: gradient
