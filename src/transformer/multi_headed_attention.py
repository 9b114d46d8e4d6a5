"""Multi-headed attention: several attentions side by side."""

from typing import NamedTuple

import numpy as np

from transformer.attention_mechanism import Mask, attention
from transformer.backpropagation import Array, Tape, Undo
from transformer.linear import Linear, linear, new_linear
from transformer.query_key_value import Projections, new_projections, project


def cut(x: Array, heads: int) -> Array:
    """Split each row, one piece a head: [b, n, h * d] becomes [b, h, n, d]."""
    batch, words, size = x.shape
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


def multi_headed_attention(
    tape: Tape,
    x: Array,
    memory: Array,
    weights: AttentionWeights,
    *,
    heads: int,
    mask: Mask | None = None,
) -> Array:
    """Attend with several heads (Vaswani et al. 2017, section 3.2.2).

    Args:
        tape: records the operators that run.
        x: the words that ask, [b, n, size].
        memory: the words that are asked, [b, m, size]; `x` in self-attention.
        weights: what was learned.
        heads: how many; `size` must be a multiple of it.
        mask: true where a word may look, to be broadcast to [b, heads, n, m].

    Returns:
        One row for each word that asks, [b, n, size].
    """
    projected = project(tape, x, memory, weights.projections)
    q, k, v = (tape(cut_heads, rows, heads=heads) for rows in projected)
    found = tape(join_heads, attention(tape, q, k, v, mask))
    return tape(linear, found, *weights.output)
