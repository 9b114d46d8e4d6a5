import numpy as np
import pytest

from transformer.backpropagation import Array, Undo, multiply
from transformer.gradient_check import gradient_error, numeric_gradient, wave
from transformer.softmax import softmax


def cube(x: Array, wrong: float = 0.0) -> tuple[Array, Undo]:
    fault = np.zeros_like(x)
    fault[0] = wrong
    return x**3, lambda gradient: gradient * (3 * x**2 + fault)


def test_the_slope_of_the_note() -> None:
    x = np.array([2.0])
    slope = numeric_gradient(lambda: float(x[0] ** 3), x, nudge=0.01)
    assert slope.round(4).tolist() == [12.0001]
    assert x.tolist() == [2.0]


def test_a_right_undo_passes() -> None:
    a, b = wave(3, 4), wave(3, 4, phase=1)
    assert gradient_error(lambda tape: tape(multiply, a, b), a, b) < 1e-7
    assert gradient_error(lambda tape: tape(cube, a), a) < 1e-7


@pytest.mark.parametrize("wrong", [1.0, 1e-3, -1e-3])
def test_a_wrong_undo_is_caught(wrong: float) -> None:
    x = 1 + 0.1 * wave(5)
    assert gradient_error(lambda tape: tape(cube, x, wrong=wrong), x) > 1e-4


def test_a_plain_sum_would_not_see_a_softmax_twice_too_large() -> None:
    scores = wave(3, 4)
    _, undo = softmax(scores)
    np.testing.assert_allclose(2 * undo(np.ones((3, 4))), 0, atol=1e-15)
    np.testing.assert_allclose(
        numeric_gradient(lambda: float(softmax(scores)[0].sum()), scores),
        0,
        atol=1e-10,
    )


def test_waves_differ_by_phase_and_stay_between_minus_one_and_one() -> None:
    a, b = wave(20, 20), wave(20, 20, phase=1)
    assert np.abs(a).max() <= 1
    assert np.linalg.matrix_rank(np.hstack([a, b])) == 20
    assert np.abs(a - b).max() > 0.5
