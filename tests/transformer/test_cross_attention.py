from itertools import count

import numpy as np
import pytest

from transformer.backpropagation import Array, Tape
from transformer.cross_attention import cross_attention, prepare
from transformer.gradient_check import gradient_error, wave
from transformer.multi_headed_attention import (
    AttentionWeights,
    multi_headed_attention,
    new_attention,
)
from transformer.parameters import convert, parameters

Y, MEMORY = wave(2, 2, 4), wave(2, 5, 4, phase=1)
SEEN = np.array([[True] * 5, [True, True, False, False, False]])
MASK = SEEN[:, None, None, :]


@pytest.fixture
def weights() -> AttentionWeights:
    phases = count(1)
    drawn = new_attention(np.random.default_rng(0), 4)
    return convert(drawn, lambda array: wave(*array.shape, phase=next(phases)))


def compute(tape: Tape, weights: AttentionWeights) -> Array:
    asked = prepare(tape, MEMORY, weights, heads=2, mask=MASK)
    return cross_attention(tape, Y, asked, weights)


def test_it_is_multi_headed_attention(weights: AttentionWeights) -> None:
    expected = multi_headed_attention(
        Tape(), Y, MEMORY, weights, heads=2, mask=MASK
    )
    np.testing.assert_array_equal(compute(Tape(), weights), expected)


def test_hidden_words_count_for_nothing(weights: AttentionWeights) -> None:
    asked = prepare(Tape(), MEMORY[1:, :2], weights, heads=2)
    alone = cross_attention(Tape(), Y[1:], asked, weights)
    np.testing.assert_allclose(compute(Tape(), weights)[1:], alone)


def test_gradients_reach_both_sentences(weights: AttentionWeights) -> None:
    arrays = [Y, MEMORY, *(array for _, array in parameters(weights))]
    error = gradient_error(lambda tape: compute(tape, weights), *arrays)
    assert error < 1e-7
