"""One layer of an encoder: attention, then feed forward."""

from typing import NamedTuple

import numpy as np

from transformer.attention_mechanism import Mask
from transformer.backpropagation import Array, Tape
from transformer.feed_forward import (
    FeedForwardWeights,
    feed_forward,
    new_feed_forward,
)
from transformer.multi_headed_attention import (
    AttentionWeights,
    multi_headed_attention,
    new_attention,
)
from transformer.residual_info import Norm, add_and_norm, new_norm


class EncoderLayerWeights(NamedTuple):
    """What a layer of an encoder has learned."""

    attention: AttentionWeights
    """Between the words."""
    attention_norm: Norm
    """After attention is added."""
    feed_forward: FeedForwardWeights
    """For each word by itself."""
    feed_forward_norm: Norm
    """After the feed-forward part is added."""


def new_encoder_layer(
    generator: np.random.Generator,
    size: int,
    width: int,
) -> EncoderLayerWeights:
    """Make an untrained layer for words of `size` numbers, `width` inside."""
    return EncoderLayerWeights(
        new_attention(generator, size),
        new_norm(size),
        new_feed_forward(generator, size, width),
        new_norm(size),
    )


def encoder_layer(
    tape: Tape,
    x: Array,
    weights: EncoderLayerWeights,
    *,
    heads: int,
    mask: Mask | None = None,
) -> Array:
    """Attend, then feed forward (Vaswani et al. 2017, section 3.1).

    Args:
        tape: records the operators that run.
        x: words, [b, n, size].
        weights: what was learned.
        heads: how many heads the attention has.
        mask: true where a word may look, to be broadcast to [b, heads, n, n].

    Returns:
        One new row for each word, [b, n, size].
    """
    found = multi_headed_attention(
        tape, x, x, weights.attention, heads=heads, mask=mask
    )
    h = add_and_norm(tape, x, found, weights.attention_norm)
    computed = feed_forward(tape, h, weights.feed_forward)
    return add_and_norm(tape, h, computed, weights.feed_forward_norm)
