"""The whole model: one half reads, the other writes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Tape
from transformer.cross_attention import Asked
from transformer.decoder import (
    DecoderWeights,
    decoder,
    new_decoder,
    prepare_layers,
)
from transformer.encoder import LayersWeights, encoder_layers, new_layers
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids, embed, new_table
from transformer.mask import look_ahead_mask, padding_mask
from transformer.multi_headed_attention import Recall
from transformer.positional_encoding import add_positions
from transformer.weight_tying import word_scores


class EncoderDecoderWeights(NamedTuple):
    """What the whole model has learned."""

    table: Array
    """One row a word, for source, target and scores, [words, size]."""
    encoder: LayersWeights
    """The half that reads."""
    decoder: DecoderWeights
    """The half that writes."""


def new_encoder_decoder(
    generator: np.random.Generator, words: int, choices: Hyperparameters
) -> EncoderDecoderWeights:
    """Make an untrained model.

    Args:
        generator: where the first values come from.
        words: how many words there are, on both sides together.
        choices: what was chosen.

    Returns:
        Its weights, float64.
    """
    return EncoderDecoderWeights(
        new_table(generator, words, choices.size),
        new_layers(generator, choices),
        new_decoder(generator, choices),
    )


def read(
    tape: Tape,
    source: Ids,
    weights: EncoderDecoderWeights,
    choices: Hyperparameters,
) -> tuple[Asked, ...]:
    """Read sentences, so that they can be asked.

    Args:
        tape: records the operators that run.
        source: the number of each word, [b, m], filled up with `PADDING`.
        weights: what was learned.
        choices: what was chosen.

    Returns:
        Keys and values for each layer of the decoder.
    """
    x = tape(add_positions, embed(tape, source, weights.table))
    seen = padding_mask(source)
    memory = encoder_layers(tape, x, weights.encoder, choices, seen)
    return prepare_layers(tape, memory, weights.decoder, choices, seen)


def write(
    tape: Tape,
    target: Ids,
    asked: Sequence[Asked],
    weights: EncoderDecoderWeights,
    choices: Hyperparameters,
    before: int = 0,
    recalls: Sequence[Recall] | None = None,
) -> Array:
    """Score every word for the place after each word that is written.

    Args:
        tape: records the operators that run.
        target: the number of each word, [b, n], the first one *start*.
        asked: what was read.
        weights: what was learned.
        choices: what was chosen.
        before: how many words stand before those of `target`.
        recalls: for each layer, what adds keys and values of those words.

    Returns:
        The scores, [b, n, words]. Behind the end of a sentence they mean
        nothing.
    """
    rows = embed(tape, target, weights.table)
    y = tape(add_positions, rows, before=before)
    mask = look_ahead_mask(target.shape[1], before)
    y = decoder(tape, y, asked, weights.decoder, choices, mask, recalls)
    return tape(word_scores, y, weights.table)


def encoder_decoder(
    tape: Tape,
    source: Ids,
    target: Ids,
    weights: EncoderDecoderWeights,
    choices: Hyperparameters,
) -> Array:
    """Read one sentence and score another (Vaswani et al. 2017, figure 1).

    Args:
        tape: records the operators that run.
        source: the words that are read, [b, m], filled up with `PADDING`.
        target: the words that are written, [b, n], the first one *start*.
        weights: what was learned.
        choices: what was chosen.

    Returns:
        A score for each word, for the place after each, [b, n, words].

    Raises:
        IndexError: a number that is no word's.
        ValueError: there are not as many sentences to write as to read.
    """
    if len(source) != len(target):
        message = f"{len(source)} sentences to read, {len(target)} to write"
        raise ValueError(message)
    asked = read(tape, source, weights, choices)
    return write(tape, target, asked, weights, choices)
