"""One layer of a decoder: look back, ask the encoder, feed forward."""

from typing import NamedTuple

import numpy as np

from transformer.attention_mechanism import Mask
from transformer.backpropagation import Array, Tape
from transformer.cross_attention import Asked, cross_attention
from transformer.feed_forward import (
    FeedForwardWeights,
    feed_forward,
    new_feed_forward,
)
from transformer.hyperparameters import Hyperparameters
from transformer.layer_normalisation import Norm, new_norm
from transformer.multi_headed_attention import (
    AttentionWeights,
    Recall,
    multi_headed_attention,
    new_attention,
)
from transformer.residual_info import residual


class DecoderLayerWeights(NamedTuple):
    """What a layer of a decoder has learned."""

    attention: AttentionWeights
    """Between the words that are being written."""
    attention_norm: Norm
    """Of what self-attention adds to."""
    cross_attention: AttentionWeights
    """From the words that are being written to those that were read."""
    cross_attention_norm: Norm
    """Of what cross-attention adds to."""
    feed_forward: FeedForwardWeights
    """For each word by itself."""
    feed_forward_norm: Norm
    """Of what the feed-forward part adds to."""


def new_decoder_layer(
    generator: np.random.Generator, choices: Hyperparameters
) -> DecoderLayerWeights:
    """Make an untrained layer."""
    size, width = choices.size, choices.width
    return DecoderLayerWeights(
        new_attention(generator, size),
        new_norm(size),
        new_attention(generator, size),
        new_norm(size),
        new_feed_forward(generator, size, width),
        new_norm(size),
    )


def decoder_layer(
    tape: Tape,
    y: Array,
    asked: Asked,
    weights: DecoderLayerWeights,
    choices: Hyperparameters,
    mask: Mask | None = None,
    recall: Recall | None = None,
) -> Array:
    """Look back, ask, feed forward (Vaswani et al. 2017, section 3.1).

    Args:
        tape: records the operators that run.
        y: the words that are being written, [b, n, size].
        asked: the words that were read, prepared for this layer.
        weights: what was learned.
        choices: what was chosen.
        mask: true where a word that is being written may look at another,
            to be broadcast to [b, heads, n, n].
        recall: adds keys and values of earlier words, if there are any.

    Returns:
        One new row for each word that is being written, [b, n, size].
    """

    def look_back(x: Array) -> Array:
        return multi_headed_attention(
            *(tape, x, x, weights.attention),
            heads=choices.heads,
            mask=mask,
            recall=recall,
        )

    def ask(x: Array) -> Array:
        return cross_attention(tape, x, asked, weights.cross_attention)

    def think(x: Array) -> Array:
        return feed_forward(tape, x, weights.feed_forward, choices.activation)

    h = residual(tape, y, look_back, weights.attention_norm, choices)
    g = residual(tape, h, ask, weights.cross_attention_norm, choices)
    return residual(tape, g, think, weights.feed_forward_norm, choices)
