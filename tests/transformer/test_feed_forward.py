from itertools import count

import numpy as np
import pytest

from transformer.backpropagation import Tape
from transformer.feed_forward import (
    ACTIVATIONS,
    FeedForwardWeights,
    feed_forward,
    new_feed_forward,
    relu,
)
from transformer.gradient_check import gradient_error, wave
from transformer.linear import Linear, linear
from transformer.parameters import convert, parameters


@pytest.fixture
def weights() -> FeedForwardWeights:
    phases = count(1)
    drawn = new_feed_forward(np.random.default_rng(0), 4, 6)
    return convert(drawn, lambda array: wave(*array.shape, phase=next(phases)))


def test_the_example_of_the_note() -> None:
    y, undo = relu(np.array([-3.0, 5.0, -1.0, 2.0]))
    assert y.tolist() == [0, 5, 0, 2]
    assert undo(np.array([1.0, 2.0, 3.0, 4.0])).tolist() == [0, 2, 0, 4]


def test_two_units_make_an_absolute_value() -> None:
    widen = Linear(np.array([[1.0, -1.0]]), np.zeros(2))
    narrow = Linear(np.array([[1.0], [1.0]]), np.zeros(1))
    x = np.array([[-3.0], [0.0], [2.0]])
    y = feed_forward(Tape(), x, FeedForwardWeights(widen, narrow))
    assert y.tolist() == [[3], [0], [2]]


def test_no_word_sees_another(weights: FeedForwardWeights) -> None:
    x = wave(1, 3, 4)
    together = feed_forward(Tape(), x, weights)
    alone = feed_forward(Tape(), x[:, 1:2], weights)
    np.testing.assert_allclose(together[:, 1:2], alone)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients(weights: FeedForwardWeights, activation: str) -> None:
    x = wave(2, 3, 4)
    middle, _ = linear(x, *weights.widen)
    assert np.abs(middle).min() > 1e-3
    arrays = [x, *(array for _, array in parameters(weights))]
    error = gradient_error(
        lambda tape: feed_forward(tape, x, weights, activation), *arrays
    )
    assert error < 1e-7


def test_an_activation_that_there_is_none_of(
    weights: FeedForwardWeights,
) -> None:
    with pytest.raises(ValueError, match="'swish', but: relu, gelu"):
        feed_forward(Tape(), wave(1, 4), weights, "swish")
