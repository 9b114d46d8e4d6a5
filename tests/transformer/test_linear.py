import numpy as np

from transformer.gradient_check import gradient_error, wave
from transformer.linear import linear, new_linear


def test_the_example_of_the_note() -> None:
    W = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, -1.0]])
    y, _ = linear(np.array([1.0, 2.0]), W, np.array([0.0, 0.0, 5.0]))
    assert y.tolist() == [1, 2, 4]


def test_gradients() -> None:
    x, W, b = wave(2, 3, 4), wave(4, 5, phase=1), wave(5, phase=2)
    assert gradient_error(lambda tape: tape(linear, x, W, b), x, W, b) < 1e-7


def test_an_untrained_one_has_the_shape_it_was_asked_for() -> None:
    W, b = new_linear(np.random.default_rng(0), 4, 6)
    assert (W.shape, b.shape) == ((4, 6), (6,))
    assert not b.any()
