"""A plain recurrent network, and how much it still knows of earlier words."""

from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Tape, Undo
from transformer.linear import linear
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
    z, undo_words = linear(x, W, b)  # [batch, n, state]
    # the state before the first word is zero
    states = np.zeros((batch, words + 1, len(b)), dtype=z.dtype)
    for t in range(words):
        states[:, t + 1] = np.tanh(z[:, t] + states[:, t] @ U)

    def undo(gradient: Array) -> tuple[Array, Array, Array, Array]:
        dz = np.empty_like(z)
        from_next = np.zeros_like(states[:, 0])
        for t in reversed(range(words)):
            slope = 1 - states[:, t + 1] ** 2
            dz[:, t] = (gradient[:, t] + from_next) * slope
            from_next = dz[:, t] @ U.T
        dx, dW, db = undo_words(dz)
        dU = np.tensordot(states[:, :-1], dz, axes=((0, 1), (0, 1)))
        return dx, dW, dU, db

    return states[:, 1:], undo


def influence(tape: Tape, x: Array, y: Array) -> Array:
    """Measure how the last row of a result depends on each word before it.

    Args:
        tape: has made the result from the words.
        x: the words, [1, n, size].
        y: the result, [1, n, size].

    Returns:
        The norms of the Jacobians, nearest word first, [n - 1].
    """
    squares = np.zeros(x.shape[1] - 1)
    for number in range(y.shape[-1]):
        one = np.zeros_like(y)
        one[0, -1, number] = 1
        rows = tape.gradients(y, one)[x][0, :-1]
        squares += (rows**2).sum(axis=-1)
    return np.sqrt(squares[::-1])
