"""A stack of layers that reads sentences."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from transformer.attention_mechanism import attention_weights
from transformer.backpropagation import Array, Tape
from transformer.encoder_layer import EncoderLayerWeights, encoder_layer, new_encoder_layer
from transformer.input_embedding import PADDING, Ids, Vocabulary, embed, new_table
from transformer.positional_encoding import add_positions


class EncoderWeights(NamedTuple):
    """What an encoder has learned."""

    table: Array
    """One row a word, [words, size]."""
    layers: tuple[EncoderLayerWeights, ...]
    """The rounds in which words hear each other and think."""


def new_encoder(
    generator: np.random.Generator, *, words: int, size: int, width: int, depth: int
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


def encoder(tape: Tape, ids: Ids, weights: EncoderWeights, *, heads: int) -> Array:
    """Read sentences (Vaswani et al. 2017, section 3.1).

    Args:
        tape: what remembers the way back.
        ids: the number of each word, [b, n], filled up with `PADDING`.
        weights: what was learned.
        heads: how many questions a word asks at once.

    Returns:
        One row a word, [b, n, size].
    """
    seen = (ids != PADDING)[:, None, None, :]
    x = tape(add_positions, embed(tape, ids, weights.table))
    for layer in weights.layers:
        x = encoder_layer(tape, x, layer, heads=heads, mask=seen)
    return x


class Encoder:
    """An encoder with its vocabulary: sentences in, one row a word out."""

    def __init__(self, vocabulary: Vocabulary, weights: EncoderWeights, *, heads: int) -> None:
        self.vocabulary = vocabulary
        self.weights = weights
        self.heads = heads

    def read(self, tape: Tape, sentences: Sequence[str]) -> Array:
        """Read sentences.

        Args:
            tape: what remembers the way back.
            sentences: b sentences, the longest of n words.

        Returns:
            One row a word, [b, n, size]; rows after the end of a sentence mean nothing.
        """
        return encoder(tape, self.vocabulary.encode(sentences), self.weights, heads=self.heads)

    def shares(self, sentence: str) -> list[Array]:
        """Tell what each word takes from each, layer by layer.

        Args:
            sentence: n words.

        Returns:
            For each layer, the shares of all heads, [heads, n, n]; a row is the word that takes.
        """
        tape = Tape()
        self.read(tape, [sentence])
        return [shares[0] for shares in tape.outputs(attention_weights)]
