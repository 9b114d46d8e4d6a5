import numpy as np
import pytest

from transformer import fast
from transformer.backpropagation import Array, Tape
from transformer.feed_forward import feed_forward, new_feed_forward
from transformer.gelu import gelu
from transformer.gradient_check import gradient_error, wave
from transformer.linear import linear
from transformer.parameters import convert

EDGES = [0.0, -0.0, 1e-30, -1e-30, 8, -8, 300, -300, np.nan]


@pytest.mark.parametrize("x", [np.linspace(-12, 12, 4001), np.array(EDGES)])
def test_gelu_equals_the_plain_one(x: Array) -> None:
    single = x.astype(np.float32)
    (plain, back), (quick, quick_back) = gelu(single), fast.gelu(single)
    assert quick.dtype == np.float32
    np.testing.assert_allclose(quick, plain, rtol=1e-6, atol=1e-6)
    ones = np.ones_like(single)
    np.testing.assert_allclose(quick_back(ones), back(ones), atol=1e-6)


@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 4, 3), (0, 3), (2, 0, 3)])
def test_linear_equals_the_plain_one(shape: tuple[int, ...]) -> None:
    x, W, b = wave(*shape), wave(3, 5, phase=1), wave(5, phase=2)
    (plain, back), (quick, quick_back) = linear(x, W, b), fast.linear(x, W, b)
    np.testing.assert_allclose(quick, plain, atol=1e-12)
    gradient = wave(*plain.shape, phase=3)
    pairs = zip(quick_back(gradient), back(gradient), strict=True)
    for ours, theirs in pairs:
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_gradients() -> None:
    x, W, b = wave(2, 4, 3), wave(3, 5, phase=1), wave(5, phase=2)
    inputs = (x, W, b)
    assert (
        gradient_error(lambda tape: tape(fast.linear, *inputs), *inputs) < 1e-7
    )
    x = 3 * wave(4, 5)
    assert gradient_error(lambda tape: tape(fast.gelu, x), x) < 1e-6


def test_a_model_runs_them_in_the_place_of_the_plain_ones() -> None:
    drawn = new_feed_forward(np.random.default_rng(0), 8, 32)
    weights = convert(drawn, lambda array: array.astype(np.float32))
    x = wave(2, 5, 8).astype(np.float32)
    plain, quick = Tape(), Tape(operators=fast)
    expected = feed_forward(plain, x, weights, "gelu")
    found = feed_forward(quick, x, weights, "gelu")
    np.testing.assert_allclose(found, expected, atol=1e-6)
    names = [step.undo.__module__ for step in quick.steps]
    assert names == [fast.__name__] * 3
    ours = plain.gradients(expected, x)
    theirs = quick.gradients(found, x)
    for before, after in zip(ours.sums, theirs.sums, strict=True):
        np.testing.assert_allclose(
            theirs.sums[after], ours.sums[before], atol=1e-5
        )
