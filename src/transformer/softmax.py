"""Softmax: a row of scores becomes shares that add up to one."""

import numpy as np

from transformer.backpropagation import Array, Undo


def softmax(scores: Array) -> tuple[Array, Undo]:
    """Turn the scores along the last axis into shares of one.

    Args:
        scores: any numbers, [..., n].

    Returns:
        The shares, [..., n], and the undo.
    """
    largest = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    powers = np.exp(scores - largest)
    shares = powers / powers.sum(axis=-1, keepdims=True)

    def undo(gradient: Array) -> Array:
        mean = (gradient * shares).sum(axis=-1, keepdims=True)
        return shares * (gradient - mean)

    return shares, undo
