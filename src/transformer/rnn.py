"""A plain recurrent network: one word after the other, one state for all of them."""

from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Undo
from transformer.parameters import glorot


class RnnWeights(NamedTuple):
    """What a recurrent network has learned."""

    W: Array
    """What to take from a word, [size, state]."""
    U: Array
    """What to keep of the state, [state, state]."""
    b: Array
    """What to add always, [state]."""


def new_rnn(generator: np.random.Generator, size: int, state: int) -> RnnWeights:
    """Make an untrained network that reads words of `size` numbers."""
    return RnnWeights(
        glorot(generator, size, state), glorot(generator, state, state), np.zeros(state)
    )


def rnn(x: Array, W: Array, U: Array, b: Array) -> tuple[Array, Undo]:
    """Read words one after the other (Elman 1990).

    Args:
        x: the words, [batch, n, size].
        W: what to take from a word, [size, state].
        U: what to keep of the state, [state, state].
        b: what to add always, [state].

    Returns:
        The state after each word, [batch, n, state], and the way back.
    """
    batch, words, _ = x.shape
    states = np.zeros((batch, words + 1, len(b)), dtype=x.dtype)  # the first is the empty one
    for t in range(words):
        states[:, t + 1] = np.tanh(x[:, t] @ W + states[:, t] @ U + b)

    def undo(gradient: Array) -> tuple[Array, Array, Array, Array]:
        dx, dW, dU, db = (np.zeros_like(array) for array in (x, W, U, b))
        from_later = np.zeros_like(states[:, 0])
        for t in reversed(range(words)):
            wish = (gradient[:, t] + from_later) * (1 - states[:, t + 1] ** 2)
            dx[:, t] = wish @ W.T
            dW += x[:, t].T @ wish
            dU += states[:, t].T @ wish
            db += wish.sum(axis=0)
            from_later = wish @ U.T
        return dx, dW, dU, db

    return states[:, 1:], undo
