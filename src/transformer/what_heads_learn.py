"""An experiment: do two heads learn to attend to different words?"""

from typing import NamedTuple

import numpy as np

from transformer.adam import Adam
from transformer.backpropagation import Array, Tape, add
from transformer.cross_entropy import cross_entropy
from transformer.encoder import EncoderWeights, encoder, new_encoder
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import PADDING, Ids, Vocabulary
from transformer.linear import Linear, linear, new_linear
from transformer.training import Training

VOCABULARY = Vocabulary(
    ["hi how are you", "i am fine and thanks", "merhaba iyiyim"]
)
SENTENCE = "hi how are you"
CHOICES = Hyperparameters(size=16, width=32, depth=1, heads=2)


class Model(NamedTuple):
    """An encoder that says which words stand beside each word."""

    encoder: EncoderWeights
    """From word numbers to a row for each word."""
    before: Linear
    """From a word's row to scores for the word before it."""
    after: Linear
    """From a word's row to scores for the word after it."""


def new_model(generator: np.random.Generator) -> Model:
    """Make an untrained model."""
    size, words = CHOICES.size, len(VOCABULARY)
    return Model(
        new_encoder(generator, words, CHOICES),
        new_linear(generator, size, words),
        new_linear(generator, size, words),
    )


def guess(
    tape: Tape, ids: Ids, model: Model, choices: Hyperparameters = CHOICES
) -> tuple[Array, Array]:
    """Compute scores for both neighbours of each word, [b, n, words] each."""
    rows = encoder(tape, ids, model.encoder, choices)
    return tape(linear, rows, *model.before), tape(linear, rows, *model.after)


def examples(generator: np.random.Generator) -> Ids:
    """Draw about 32 rows of three to six words, none with "hi how" in it."""
    shape = (32, generator.integers(3, 7))
    ids = generator.integers(2, len(VOCABULARY), shape)
    hi, how = (VOCABULARY.numbers[word] for word in ("hi", "how"))
    greets = (ids[:, :-1] == hi) & (ids[:, 1:] == how)
    return ids[~greets.any(axis=1)]


def neighbours(ids: Ids) -> tuple[Ids, Ids]:
    """Say which word stands before, and which after each word, if any."""
    ends = np.pad(ids, ((0, 0), (1, 1)), constant_values=PADDING)
    return ends[:, :-2], ends[:, 2:]


def loss(
    tape: Tape, ids: Ids, model: Model, choices: Hyperparameters = CHOICES
) -> Array:
    """Add up the cross-entropies of the guesses for both neighbours."""
    before, after = guess(tape, ids, model, choices)
    left, right = neighbours(ids)
    return tape(
        add,
        tape(cross_entropy, before, answers=left),
        tape(cross_entropy, after, answers=right),
    )


STEPS = 800


def new_training(
    seed: int, choices: Hyperparameters = CHOICES
) -> tuple[Model, Training[Ids]]:
    """Make an untrained model, and what trains it."""
    generator = np.random.default_rng(seed)
    model = new_model(generator)
    training = Training(
        Adam(model),
        draw=examples,
        loss=lambda tape, ids: loss(tape, ids, model, choices),
        rate=lambda step: 0.02 * (1 - (step - 1) / STEPS),
        generator=generator,
    )
    return model, training


def mistakes(
    model: Model, choices: Hyperparameters = CHOICES
) -> tuple[int, int]:
    """Count the neighbours that are named wrongly in new rows, and all."""
    generator, wrong, total = np.random.default_rng(1000), 0, 0
    for _ in range(100):
        ids = examples(generator)
        guesses = guess(Tape(), ids, model, choices)
        for scores, answers in zip(guesses, neighbours(ids), strict=True):
            expected = answers != PADDING
            named = scores.argmax(axis=-1)
            wrong += int((expected & (named != answers)).sum())
            total += int(expected.sum())
    return wrong, total
