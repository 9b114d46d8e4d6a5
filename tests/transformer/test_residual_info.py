import numpy as np
import pytest

from transformer.backpropagation import Array, Tape
from transformer.gradient_check import gradient_error, wave
from transformer.hyperparameters import Hyperparameters
from transformer.layer_normalisation import Norm, layer_norm, new_norm
from transformer.linear import linear
from transformer.residual_info import residual

POST = Hyperparameters(size=4, width=8, depth=1, heads=2)
PRE = POST._replace(norm_first=True)
X, W, B = wave(2, 3, 4), wave(4, 4, phase=1), wave(4, phase=2)
NORM = Norm(wave(4, phase=3), wave(4, phase=4))


def compute(tape: Tape, choices: Hyperparameters) -> Array:
    return residual(tape, X, lambda y: tape(linear, y, W, B), NORM, choices)


def test_both_forms_are_those_of_the_note() -> None:
    after, _ = layer_norm(X + (X @ W + B), *NORM)
    np.testing.assert_allclose(compute(Tape(), POST), after)
    normalised, _ = layer_norm(X, *NORM)
    before = X + (normalised @ W + B)
    np.testing.assert_allclose(compute(Tape(), PRE), before)


@pytest.mark.parametrize("choices", [POST, PRE])
def test_gradients(choices: Hyperparameters) -> None:
    error = gradient_error(lambda tape: compute(tape, choices), X, W, B, *NORM)
    assert error < 1e-7


def nothing(x: Array) -> Array:
    return np.zeros_like(x)


def test_the_gradient_passes_even_if_the_part_computes_nothing() -> None:
    gradient = wave(2, 3, 4, phase=1)
    tape = Tape()
    y = residual(tape, X, nothing, new_norm(4), POST)
    assert np.abs(tape.gradients(y, gradient)[X]).min() > 0.001
    tape = Tape()
    y = residual(tape, X, nothing, new_norm(4), PRE)
    np.testing.assert_array_equal(tape.gradients(y, gradient)[X], gradient)


@pytest.mark.parametrize("choices", [POST, PRE])
def test_dropout_thins_the_correction_and_not_the_word(
    choices: Hyperparameters,
) -> None:
    thinned = choices._replace(dropout=0.999999)
    tape = Tape(np.random.default_rng(0))
    alone = residual(Tape(), X, nothing, NORM, choices)
    np.testing.assert_allclose(compute(tape, thinned), alone)
