"""One layer of an encoder: hear each other, then think."""

from typing import NamedTuple

import numpy as np

from transformer.attention_mechanism import Mask
from transformer.backpropagation import Array, Tape
from transformer.feed_forward import FeedForwardWeights, feed_forward, new_feed_forward
from transformer.multi_headed_attention import (
    AttentionWeights,
    multi_headed_attention,
    new_attention,
)
from transformer.residual_info import Norm, add_and_norm, new_norm


class EncoderLayerWeights(NamedTuple):
    """What a layer of an encoder has learned."""

    attention: AttentionWeights
    """How words hear each other."""
    attention_norm: Norm
    """How they come back to scale after it."""
    feed_forward: FeedForwardWeights
    """How each thinks."""
    feed_forward_norm: Norm
    """How it comes back to scale after that."""


def new_encoder_layer(generator: np.random.Generator, size: int, width: int) -> EncoderLayerWeights:
    """Make an untrained layer for words of `size` numbers, `width` in its feed-forward part."""
    return EncoderLayerWeights(
        new_attention(generator, size),
        new_norm(size),
        new_feed_forward(generator, size, width),
        new_norm(size),
    )


def encoder_layer(
    tape: Tape, x: Array, weights: EncoderLayerWeights, *, heads: int, mask: Mask | None = None
) -> Array:
    """Let words hear each other and think (Vaswani et al. 2017, section 3.1).

    Args:
        tape: what remembers the way back.
        x: words, [b, n, size].
        weights: what was learned.
        heads: how many questions a word asks at once.
        mask: true where a word may look, to be broadcast to [b, heads, n, n].

    Returns:
        The words after one round, [b, n, size].
    """
    heard = multi_headed_attention(tape, x, x, weights.attention, heads=heads, mask=mask)
    h = add_and_norm(tape, x, heard, weights.attention_norm)
    thought = feed_forward(tape, h, weights.feed_forward)
    return add_and_norm(tape, h, thought, weights.feed_forward_norm)
