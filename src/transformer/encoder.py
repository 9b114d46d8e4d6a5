"""The encoder: embedding, positions, and a stack of layers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from transformer.attention_mechanism import attention_weights
from transformer.backpropagation import Array, Tape
from transformer.dropout import dropout
from transformer.encoder_layer import (
    EncoderLayerWeights,
    encoder_layer,
    new_encoder_layer,
)
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids, Vocabulary, embed, new_table
from transformer.layer_normalisation import Norm, layer_norm, new_norm
from transformer.mask import Mask, padding_mask
from transformer.multi_headed_attention import Recall
from transformer.positional_encoding import add_positions


class LayersWeights(NamedTuple):
    """What a stack of layers has learned."""

    layers: tuple[EncoderLayerWeights, ...]
    """The layers, first to last."""
    norm: Norm | None
    """Of what comes out of the last, with pre-norm; else there is none."""


def new_layers(
    generator: np.random.Generator, choices: Hyperparameters
) -> LayersWeights:
    """Make an untrained stack of layers."""
    depth, norm = choices.depth, new_norm(choices.size)
    layers = (new_encoder_layer(generator, choices) for _ in range(depth))
    return LayersWeights(tuple(layers), norm if choices.norm_first else None)


def encoder_layers(
    tape: Tape,
    x: Array,
    weights: LayersWeights,
    choices: Hyperparameters,
    mask: Mask | None = None,
    recalls: Sequence[Recall] | None = None,
) -> Array:
    """Run through a stack of layers (Vaswani et al. 2017, section 3.1).

    Args:
        tape: records the operators that run.
        x: words and places, [b, n, size].
        weights: what was learned.
        choices: what was chosen.
        mask: true where a word may look, to be broadcast to [b, heads, n, n].
        recalls: for each layer, what adds keys and values of earlier words.

    Returns:
        One row a word, [b, n, size].
    """
    x = dropout(tape, x, choices.dropout)
    known = recalls or [None] * len(weights.layers)
    for layer, recall in zip(weights.layers, known, strict=True):
        x = encoder_layer(tape, x, layer, choices, mask, recall)
    return x if weights.norm is None else tape(layer_norm, x, *weights.norm)


class EncoderWeights(NamedTuple):
    """What an encoder has learned."""

    table: Array
    """One row a word, [words, size]."""
    stack: LayersWeights
    """The layers."""


def new_encoder(
    generator: np.random.Generator, words: int, choices: Hyperparameters
) -> EncoderWeights:
    """Make an untrained encoder.

    Args:
        generator: where the first values come from.
        words: how many words there are.
        choices: what was chosen.

    Returns:
        Its weights, float64.
    """
    stack = new_layers(generator, choices)
    return EncoderWeights(new_table(generator, words, choices.size), stack)


def encoder(
    tape: Tape, ids: Ids, weights: EncoderWeights, choices: Hyperparameters
) -> Array:
    """Compute a row for each word.

    Args:
        tape: records the operators that run.
        ids: the number of each word, [b, n], filled up with `PADDING`.
        weights: what was learned.
        choices: what was chosen.

    Returns:
        One row a word, [b, n, size].
    """
    x = tape(add_positions, embed(tape, ids, weights.table))
    return encoder_layers(tape, x, weights.stack, choices, padding_mask(ids))


class Encoder:
    """An encoder with its vocabulary: sentences in, one row a word out."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        weights: EncoderWeights,
        choices: Hyperparameters,
    ) -> None:
        self.vocabulary = vocabulary
        self.weights = weights
        self.choices = choices

    def read(self, tape: Tape, sentences: Sequence[str]) -> Array:
        """Compute a row for each word of several sentences.

        Args:
            tape: records the operators that run.
            sentences: b sentences, the longest of n words.

        Returns:
            One row a word, [b, n, size]; rows of padding mean nothing.
        """
        ids = self.vocabulary.encode(sentences)
        return encoder(tape, ids, self.weights, self.choices)

    def shares(self, sentence: str) -> list[Array]:
        """Return how much each word takes from each, layer by layer.

        Args:
            sentence: n words.

        Returns:
            For each layer, the shares of all heads, [heads, n, n].
        """
        tape = Tape()
        self.read(tape, [sentence])
        return [shares[0] for shares in tape.outputs(attention_weights)]
