from itertools import count

import numpy as np
import pytest

from transformer.backpropagation import Array, Tape
from transformer.decoder import (
    DecoderWeights,
    decoder,
    new_decoder,
    prepare_layers,
)
from transformer.gradient_check import gradient_error, wave
from transformer.hyperparameters import Hyperparameters
from transformer.layer_normalisation import layer_norm
from transformer.mask import look_ahead_mask
from transformer.parameters import convert

PAPER = Hyperparameters(size=4, width=6, depth=2, heads=2)
LATER = PAPER._replace(norm_first=True, activation="gelu")
Y, MEMORY = wave(2, 3, 4), wave(2, 5, 4, phase=1)


def new(choices: Hyperparameters) -> DecoderWeights:
    phases = count(1)
    drawn = new_decoder(np.random.default_rng(0), choices)
    return convert(drawn, lambda array: wave(*array.shape, phase=next(phases)))


def compute(tape: Tape, y: Array, choices: Hyperparameters) -> Array:
    weights = new(choices)
    asked = prepare_layers(tape, MEMORY, weights, choices)
    return decoder(tape, y, asked, weights, choices, look_ahead_mask(3))


@pytest.mark.parametrize("choices", [PAPER, LATER])
def test_a_later_word_changes_no_earlier_row(choices: Hyperparameters) -> None:
    other = Y.copy()
    other[:, 2] += 1
    rows, changed = (compute(Tape(), y, choices) for y in (Y, other))
    np.testing.assert_array_equal(rows[:, :2], changed[:, :2])


@pytest.mark.parametrize("choices", [PAPER, LATER])
def test_gradients(choices: Hyperparameters) -> None:
    error = gradient_error(lambda tape: compute(tape, Y, choices), Y, MEMORY)
    assert error < 1e-7


def test_pre_norm_ends_with_a_normalisation() -> None:
    weights = new(LATER)
    asked = prepare_layers(Tape(), MEMORY, weights, LATER)
    tape = Tape()
    decoder(tape, Y, asked, weights, LATER)
    assert tape.steps[-1].operator is layer_norm
    assert new(PAPER).norm is None
