"""Scaled dot-product attention."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from transformer.backpropagation import Array, Tape, Undo
from transformer.softmax import softmax

Mask: TypeAlias = NDArray[np.bool_]


def attention_weights(
    q: Array, k: Array, mask: Mask | None = None
) -> tuple[Array, Undo]:
    """Compute the shares softmax(q k^T / sqrt(d_k)) of Vaswani et al. (2017).

    Args:
        q: the queries, [..., n, d_k].
        k: the keys, [..., m, d_k].
        mask: true where a query may look, to be broadcast to [..., n, m].

    Returns:
        Shares that add up to one for each query, [..., n, m], and the undo.
    """
    scale = q.shape[-1] ** -0.5
    scores = q @ k.swapaxes(-1, -2) * scale
    if mask is not None:
        scores = np.where(mask, scores, np.finfo(scores.dtype).min)
    shares, undo_softmax = softmax(scores)

    def undo(gradient: Array) -> tuple[Array, Array]:
        d_scores = undo_softmax(gradient) * scale
        if mask is not None:
            d_scores = np.where(mask, d_scores, 0)
        return d_scores @ k, d_scores.swapaxes(-1, -2) @ q

    return shares, undo


def mix(shares: Array, v: Array) -> tuple[Array, Undo]:
    """Take the mean of the values, weighted by the shares.

    Args:
        shares: how much each query takes of each value, [..., n, m].
        v: the values, [..., m, d_v].

    Returns:
        One row for each query, [..., n, d_v], and the undo.
    """

    def undo(gradient: Array) -> tuple[Array, Array]:
        return gradient @ v.swapaxes(-1, -2), shares.swapaxes(-1, -2) @ gradient

    return shares @ v, undo


def attention(
    tape: Tape, q: Array, k: Array, v: Array, mask: Mask | None = None
) -> Array:
    """Compute softmax(q k^T / sqrt(d_k)) v (Vaswani et al. 2017, equation 1).

    Args:
        tape: records the operators that run.
        q: the queries, [..., n, d_k].
        k: the keys, [..., m, d_k].
        v: the values, [..., m, d_v].
        mask: true where a query may look, to be broadcast to [..., n, m].

    Returns:
        One weighted mean of the values for each query, [..., n, d_v].
    """
    return tape(mix, tape(attention_weights, q, k, mask=mask), v)
