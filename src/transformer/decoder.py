"""A stack of decoder layers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from transformer.attention_mechanism import Mask
from transformer.backpropagation import Array, Tape
from transformer.cross_attention import Asked, prepare
from transformer.decoder_layer import (
    DecoderLayerWeights,
    decoder_layer,
    new_decoder_layer,
)
from transformer.dropout import dropout
from transformer.hyperparameters import Hyperparameters
from transformer.layer_normalisation import Norm, layer_norm, new_norm
from transformer.multi_headed_attention import Recall


class DecoderWeights(NamedTuple):
    """What a stack of decoder layers has learned."""

    layers: tuple[DecoderLayerWeights, ...]
    """The layers, first to last."""
    norm: Norm | None
    """Of what comes out of the last, with pre-norm; else there is none."""


def new_decoder(
    generator: np.random.Generator, choices: Hyperparameters
) -> DecoderWeights:
    """Make an untrained stack of layers."""
    depth, norm = choices.depth, new_norm(choices.size)
    layers = (new_decoder_layer(generator, choices) for _ in range(depth))
    return DecoderWeights(tuple(layers), norm if choices.norm_first else None)


def prepare_layers(
    tape: Tape,
    memory: Array,
    weights: DecoderWeights,
    choices: Hyperparameters,
    mask: Mask | None = None,
) -> tuple[Asked, ...]:
    """Prepare what was read, for all layers.

    Args:
        tape: records the operators that run.
        memory: what the encoder computed, [b, m, size].
        weights: what was learned.
        choices: what was chosen.
        mask: true where a word may be looked at, [b, 1, 1, m].
    """
    return tuple(
        prepare(
            tape, memory, layer.cross_attention, heads=choices.heads, mask=mask
        )
        for layer in weights.layers
    )


def decoder(
    tape: Tape,
    y: Array,
    asked: Sequence[Asked],
    weights: DecoderWeights,
    choices: Hyperparameters,
    mask: Mask | None = None,
    recalls: Sequence[Recall] | None = None,
) -> Array:
    """Run through a stack of layers (Vaswani et al. 2017, section 3.1).

    Args:
        tape: records the operators that run.
        y: words and places, [b, n, size].
        asked: what was read, prepared for each layer.
        weights: what was learned.
        choices: what was chosen.
        mask: true where a word that is being written may look at another,
            to be broadcast to [b, heads, n, n].
        recalls: for each layer, what adds keys and values of earlier words.

    Returns:
        One row for each word that is being written, [b, n, size].
    """
    y = dropout(tape, y, choices.dropout)
    known = recalls or [None] * len(weights.layers)
    for layer, read, recall in zip(weights.layers, asked, known, strict=True):
        y = decoder_layer(tape, y, read, layer, choices, mask, recall)
    return y if weights.norm is None else tape(layer_norm, y, *weights.norm)
