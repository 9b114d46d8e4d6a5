"""The encoder: embedding, positions, and a stack of layers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from transformer.attention_mechanism import attention_weights
from transformer.backpropagation import Array, Tape
from transformer.encoder_layer import (
    EncoderLayerWeights,
    encoder_layer,
    new_encoder_layer,
)
from transformer.input_embedding import (
    PADDING,
    Ids,
    Vocabulary,
    embed,
    new_table,
)
from transformer.positional_encoding import add_positions


class EncoderWeights(NamedTuple):
    """What an encoder has learned."""

    table: Array
    """One row a word, [words, size]."""
    layers: tuple[EncoderLayerWeights, ...]
    """The layers, first to last."""


def new_encoder(
    generator: np.random.Generator,
    *,
    words: int,
    size: int,
    width: int,
    depth: int,
) -> EncoderWeights:
    """Make an untrained encoder.

    Args:
        generator: where the first values come from.
        words: how many words there are.
        size: how many numbers stand for a word.
        width: how many stand in the middle of a feed-forward part.
        depth: how many layers there are.

    Returns:
        Its weights, float64.
    """
    layers = (new_encoder_layer(generator, size, width) for _ in range(depth))
    return EncoderWeights(new_table(generator, words, size), tuple(layers))


def encoder(
    tape: Tape, ids: Ids, weights: EncoderWeights, *, heads: int
) -> Array:
    """Compute a row for each word (Vaswani et al. 2017, section 3.1).

    Args:
        tape: records the operators that run.
        ids: the number of each word, [b, n], filled up with `PADDING`.
        weights: what was learned.
        heads: how many heads each layer has.

    Returns:
        One row a word, [b, n, size].
    """
    seen = (ids != PADDING)[:, None, None, :]  # for all heads and queries
    x = tape(add_positions, embed(tape, ids, weights.table))
    for layer in weights.layers:
        x = encoder_layer(tape, x, layer, heads=heads, mask=seen)
    return x


class Encoder:
    """An encoder with its vocabulary: sentences in, one row a word out."""

    def __init__(
        self, vocabulary: Vocabulary, weights: EncoderWeights, *, heads: int
    ) -> None:
        self.vocabulary = vocabulary
        self.weights = weights
        self.heads = heads

    def read(self, tape: Tape, sentences: Sequence[str]) -> Array:
        """Compute a row for each word of several sentences.

        Args:
            tape: records the operators that run.
            sentences: b sentences, the longest of n words.

        Returns:
            One row a word, [b, n, size]; rows of padding mean nothing.
        """
        return encoder(
            tape,
            self.vocabulary.encode(sentences),
            self.weights,
            heads=self.heads,
        )

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
