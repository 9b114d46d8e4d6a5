"""A recurrent network with a cell behind gates."""

from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Undo
from transformer.linear import linear
from transformer.parameters import glorot


class LstmWeights(NamedTuple):
    """What an LSTM has learned; input, forget, new, output side by side."""

    W: Array
    """From a word to the four parts, [size, 4 * state]."""
    U: Array
    """From the old state to the four parts, [state, 4 * state]."""
    b: Array
    """The bias, [4 * state]."""


def new_lstm(
    generator: np.random.Generator, size: int, state: int, remember: float = 1
) -> LstmWeights:
    """Make an untrained LSTM.

    Args:
        generator: where the first values come from.
        size: how many numbers stand for a word.
        state: how many numbers the state has, and the cell.
        remember: the bias of the forget gate; the larger, the more open.

    Returns:
        Its weights.
    """
    W, U = (
        np.hstack([glorot(generator, rows, state) for _ in range(4)])
        for rows in (size, state)
    )
    b = np.zeros(4 * state)
    b[state : 2 * state] = remember
    return LstmWeights(W, U, b)


def sigmoid(x: Array) -> Array:
    """Squeeze every number between 0 and 1; no number is too large for it."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def split(parts: Array) -> list[Array]:
    """Give the four parts of a row, as views: input, forget, new, output."""
    return np.split(parts, 4, axis=-1)


def lstm(x: Array, W: Array, U: Array, b: Array) -> tuple[Array, Undo]:
    """Read words one after the other (Hochreiter and Schmidhuber 1997).

    Args:
        x: the words, [batch, n, size].
        W: from a word to the four parts, [size, 4 * state].
        U: from the old state to the four parts, [state, 4 * state].
        b: the bias, [4 * state].

    Returns:
        The state after each word, [batch, n, state], and the undo.
    """
    batch, words, _ = x.shape
    parts, undo_words = linear(x, W, b)  # [batch, n, 4 * state]
    # state and cell before the first word are zero
    states = np.zeros((batch, words + 1, len(U)), dtype=parts.dtype)
    cells = np.zeros_like(states)
    for t in range(words):
        parts[:, t] += states[:, t] @ U
        i, f, g, o = split(parts[:, t])
        for gate in (i, f, o):
            gate[...] = sigmoid(gate)
        g[...] = np.tanh(g)
        cells[:, t + 1] = f * cells[:, t] + i * g
        states[:, t + 1] = o * np.tanh(cells[:, t + 1])

    def undo(gradient: Array) -> tuple[Array, Array, Array, Array]:
        dz = np.empty_like(parts)
        dh, dc = np.zeros_like(states[:, 0]), np.zeros_like(states[:, 0])
        for t in reversed(range(words)):
            i, f, g, o = split(parts[:, t])
            shown = np.tanh(cells[:, t + 1])
            dh += gradient[:, t]
            dc += dh * o * (1 - shown * shown)
            di, df, dg, do = split(dz[:, t])
            di[...] = dc * g * i * (1 - i)
            df[...] = dc * cells[:, t] * f * (1 - f)
            dg[...] = dc * i * (1 - g * g)
            do[...] = dh * shown * o * (1 - o)
            dh, dc = dz[:, t] @ U.T, dc * f
        dx, dW, db = undo_words(dz)
        dU = np.tensordot(states[:, :-1], dz, axes=((0, 1), (0, 1)))
        return dx, dW, dU, db

    return states[:, 1:], undo
