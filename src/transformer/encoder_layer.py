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
from transformer.hyperparameters import Hyperparameters
from transformer.layer_normalisation import Norm, new_norm
from transformer.multi_headed_attention import (
    AttentionWeights,
    Recall,
    multi_headed_attention,
    new_attention,
)
from transformer.residual_info import residual


class EncoderLayerWeights(NamedTuple):
    """What a layer of an encoder has learned."""

    attention: AttentionWeights
    """Between the words."""
    attention_norm: Norm
    """Of what attention adds to."""
    feed_forward: FeedForwardWeights
    """For each word by itself."""
    feed_forward_norm: Norm
    """Of what the feed-forward part adds to."""


def new_encoder_layer(
    generator: np.random.Generator, choices: Hyperparameters
) -> EncoderLayerWeights:
    """Make an untrained layer."""
    size, width = choices.size, choices.width
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
    choices: Hyperparameters,
    mask: Mask | None = None,
    recall: Recall | None = None,
) -> Array:
    """Attend, then feed forward (Vaswani et al. 2017, section 3.1).

    Args:
        tape: records the operators that run.
        x: words, [b, n, size].
        weights: what was learned.
        choices: what was chosen.
        mask: true where a word may look, to be broadcast to [b, heads, n, n].
        recall: adds keys and values of earlier words, if there are any.

    Returns:
        One new row for each word, [b, n, size].
    """

    def attend(y: Array) -> Array:
        return multi_headed_attention(
            *(tape, y, y, weights.attention),
            heads=choices.heads,
            mask=mask,
            recall=recall,
        )

    def think(y: Array) -> Array:
        return feed_forward(tape, y, weights.feed_forward, choices.activation)

    h = residual(tape, x, attend, weights.attention_norm, choices)
    return residual(tape, h, think, weights.feed_forward_norm, choices)
