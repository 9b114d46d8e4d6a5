"""A plain recurrent network, for comparison."""

from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Undo
from transformer.parameters import glorot


class RnnWeights(NamedTuple):
    """What a recurrent network has learned."""

    W: Array
    """From a word to the state, [size, state]."""
    U: Array
    """From the old state to the new, [state, state]."""
    b: Array
    """The bias, [state]."""


def new_rnn(
    generator: np.random.Generator, size: int, state: int
) -> RnnWeights:
    """Make an untrained network that reads words of `size` numbers."""
    return RnnWeights(
        glorot(generator, size, state),
        glorot(generator, state, state),
        np.zeros(state),
    )


def rnn(x: Array, W: Array, U: Array, b: Array) -> tuple[Array, Undo]:
    """Read words one after the other (Elman 1990).

    Args:
        x: the words, [batch, n, size].
        W: from a word to the state, [size, state].
        U: from the old state to the new, [state, state].
        b: the bias, [state].

    Returns:
        The state after each word, [batch, n, state], and the undo.
    """
    batch, words, _ = x.shape
    # the state before the first word is zero
    states = np.zeros((batch, words + 1, len(b)), dtype=x.dtype)
    for t in range(words):
        states[:, t + 1] = np.tanh(x[:, t] @ W + states[:, t] @ U + b)

    def undo(gradient: Array) -> tuple[Array, Array, Array, Array]:
        dx, dW, dU, db = (np.zeros_like(array) for array in (x, W, U, b))
        from_next = np.zeros_like(states[:, 0])
        for t in reversed(range(words)):
            dz = (gradient[:, t] + from_next) * (1 - states[:, t + 1] ** 2)
            dx[:, t] = dz @ W.T
            dW += x[:, t].T @ dz
            dU += states[:, t].T @ dz
            db += dz.sum(axis=0)
            from_next = dz @ U.T
        return dx, dW, dU, db

    return states[:, 1:], undo
