"""Attention: every query takes from every value, by how well their keys match."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from transformer.backpropagation import Array, Tape, Undo
from transformer.softmax import softmax

Mask: TypeAlias = NDArray[np.bool_]


def attention_weights(q: Array, k: Array, mask: Mask | None = None) -> tuple[Array, Undo]:
    """Say how much each query takes from each key (Vaswani et al. 2017, equation 1).

    Args:
        q: the queries, [..., n, d_k].
        k: the keys, [..., m, d_k].
        mask: true where a query may look, to be broadcast to [..., n, m].

    Returns:
        Shares that add up to one for each query, [..., n, m], and the way back.
    """
    scale = q.shape[-1] ** -0.5
    scores = q @ k.swapaxes(-1, -2) * scale
    if mask is not None:
        scores = np.where(mask, scores, np.finfo(scores.dtype).min)
    shares, undo_softmax = softmax(scores)

    def undo(gradient: Array) -> tuple[Array, Array]:
        wishes = undo_softmax(gradient) * scale
        if mask is not None:
            wishes = np.where(mask, wishes, 0)
        return wishes @ k, wishes.swapaxes(-1, -2) @ q

    return shares, undo


def mix(shares: Array, v: Array) -> tuple[Array, Undo]:
    """Take from each value its share.

    Args:
        shares: what each query takes from each key, [..., n, m].
        v: the values, [..., m, d_v].

    Returns:
        One mixture for each query, [..., n, d_v], and the way back.
    """

    def undo(gradient: Array) -> tuple[Array, Array]:
        return gradient @ v.swapaxes(-1, -2), shares.swapaxes(-1, -2) @ gradient

    return shares @ v, undo


def attention(tape: Tape, q: Array, k: Array, v: Array, mask: Mask | None = None) -> Array:
    """Let every query take from every value (Vaswani et al. 2017, equation 1).

    Args:
        tape: what remembers the way back.
        q: the queries, [..., n, d_k].
        k: the keys, [..., m, d_k].
        v: the values, [..., m, d_v].
        mask: true where a query may look, to be broadcast to [..., n, m].

    Returns:
        One mixture of values for each query, [..., n, d_v].
    """
    return tape(mix, tape(attention_weights, q, k, mask=mask), v)
