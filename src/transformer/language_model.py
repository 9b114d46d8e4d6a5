"""A model that only writes: each word is guessed from those before it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Tape
from transformer.encoder import LayersWeights, encoder_layers, new_layers
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids, lookup, new_table
from transformer.learned_positions import add_learned_positions, new_places
from transformer.mask import look_ahead_mask
from transformer.multi_headed_attention import Recall
from transformer.weight_tying import word_scores


class LanguageModelWeights(NamedTuple):
    """What a language model has learned."""

    table: Array
    """One row a word, for words and scores, [words, size]."""
    places: Array
    """One row a place, [longest, size]."""
    stack: LayersWeights
    """The layers."""


def new_language_model(
    generator: np.random.Generator,
    words: int,
    longest: int,
    choices: Hyperparameters,
) -> LanguageModelWeights:
    """Make an untrained model.

    Args:
        generator: where the first values come from.
        words: how many words there are.
        longest: how many words a text can have.
        choices: what was chosen.

    Returns:
        Its weights, float64.
    """
    return LanguageModelWeights(
        new_table(generator, words, choices.size),
        new_places(generator, longest, choices.size),
        new_layers(generator, choices),
    )


def language_model(
    tape: Tape,
    ids: Ids,
    weights: LanguageModelWeights,
    choices: Hyperparameters,
    before: int = 0,
    recalls: Sequence[Recall] | None = None,
) -> Array:
    """Score every word for the place after each (Radford et al. 2018).

    Args:
        tape: records the operators that run.
        ids: the number of each word, [b, n], filled up with `PADDING`.
        weights: what was learned.
        choices: what was chosen.
        before: how many words stand before those of `ids`.
        recalls: for each layer, what adds keys and values of those words.

    Returns:
        The scores, [b, n, words]. Behind the end of a text they mean nothing.

    Raises:
        IndexError: a number that is not one of a word.
        ValueError: more words than there are places.
    """
    rows = tape(lookup, weights.table, ids=ids)
    x = tape(add_learned_positions, rows, weights.places, before=before)
    mask = look_ahead_mask(ids.shape[1], before)
    x = encoder_layers(tape, x, weights.stack, choices, mask, recalls)
    return tape(word_scores, x, weights.table)
