"""Multi-headed attention: several attentions side by side."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from transformer.attention_mechanism import Mask, attention
from transformer.backpropagation import Array, Tape, Undo
from transformer.linear import Linear, linear, new_linear
from transformer.query_key_value import (
    Projections,
    keys_and_values,
    new_projections,
    queries,
)


def cut(x: Array, heads: int) -> Array:
    """Split each row, one piece a head: [b, n, h * d] becomes [b, h, n, d]."""
    batch, words, size = x.shape
    if size % heads:
        raise ValueError(f"{heads} heads cannot share {size} numbers evenly")
    return x.reshape(batch, words, heads, size // heads).swapaxes(1, 2)


def join(x: Array) -> Array:
    """Join the pieces of all heads: [b, h, n, d] becomes [b, n, h * d]."""
    batch, heads, words, size = x.shape
    return x.swapaxes(1, 2).reshape(batch, words, heads * size)


def cut_heads(x: Array, *, heads: int) -> tuple[Array, Undo]:
    """Split, as an operator; its undo is to join."""
    return cut(x, heads), join


def join_heads(x: Array) -> tuple[Array, Undo]:
    """Join, as an operator; its undo is to split."""
    heads = x.shape[1]
    return join(x), lambda gradient: cut(gradient, heads)


Recall: TypeAlias = Callable[[Array, Array], tuple[Array, Array]]


class AttentionWeights(NamedTuple):
    """What a multi-headed attention has learned."""

    projections: Projections
    """From words to queries, keys and values."""
    output: Linear
    """From the concatenated heads to the result, W^O in the paper."""


def new_attention(
    generator: np.random.Generator, size: int
) -> AttentionWeights:
    """Make an untrained attention for words of `size` numbers."""
    projections = new_projections(generator, size)
    return AttentionWeights(projections, new_linear(generator, size, size))


def remember(
    tape: Tape, memory: Array, weights: AttentionWeights, *, heads: int
) -> tuple[Array, Array]:
    """Compute keys and values of the words that are asked, for all heads.

    Args:
        tape: records the operators that run.
        memory: the words that are asked, [b, m, size].
        weights: what was learned.
        heads: how many; `size` must be a multiple of it.

    Returns:
        Keys and values, [b, heads, m, size / heads] each.
    """
    k, v = keys_and_values(tape, memory, weights.projections)
    return tape(cut_heads, k, heads=heads), tape(cut_heads, v, heads=heads)


def ask(
    tape: Tape,
    x: Array,
    remembered: tuple[Array, Array],
    weights: AttentionWeights,
    *,
    heads: int,
    mask: Mask | None = None,
) -> Array:
    """Attend to words whose keys and values are known.

    Args:
        tape: records the operators that run.
        x: the words that ask, [b, n, size].
        remembered: what `remember` returned for the m words that are asked.
        weights: what was learned.
        heads: as for `remember`.
        mask: true where a word may look, to be broadcast to [b, heads, n, m].

    Returns:
        One row for each word that asks, [b, n, size].
    """
    q = tape(cut_heads, queries(tape, x, weights.projections), heads=heads)
    found = tape(join_heads, attention(tape, q, *remembered, mask))
    return tape(linear, found, *weights.output)


def multi_headed_attention(
    tape: Tape,
    x: Array,
    memory: Array,
    weights: AttentionWeights,
    *,
    heads: int,
    mask: Mask | None = None,
    recall: Recall | None = None,
) -> Array:
    """Attend with several heads (Vaswani et al. 2017, section 3.2.2).

    Args:
        tape: records the operators that run.
        x: the words that ask, [b, n, size].
        memory: the words that are asked, [b, m, size]; `x` in self-attention.
        weights: what was learned.
        heads: how many; `size` must be a multiple of it.
        mask: true where a word may look, to be broadcast to [b, heads, n, m].
        recall: puts keys and values of earlier words before those of
            `memory`, which are then the last of the m words.

    Returns:
        One row for each word that asks, [b, n, size].
    """
    remembered = remember(tape, memory, weights, heads=heads)
    if recall is not None:
        remembered = recall(*remembered)
    return ask(tape, x, remembered, weights, heads=heads, mask=mask)
