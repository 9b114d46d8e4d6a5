import numpy as np
import pytest

from transformer.backpropagation import Tape
from transformer.dropout import dropout, thin
from transformer.gradient_check import gradient_error, wave


def test_the_example_of_the_note() -> None:
    factors = np.array([1.0, 0, 1, 0]) / (1 - 0.5)
    row, _ = thin(np.array([3.0, 1, 4, 1]), factors=factors)
    assert row.tolist() == [6, 0, 8, 0]


def test_nothing_happens_unless_training() -> None:
    x = wave(3, 4)
    assert dropout(Tape(), x, 0.5) is x
    assert dropout(Tape(np.random.default_rng(0)), x, 0.0) is x


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_mean_stays(dtype: type) -> None:
    x = np.ones((300, 300), dtype=dtype)
    y = dropout(Tape(np.random.default_rng(0)), x, 0.1)
    assert y.dtype == dtype
    assert (y == 0).mean() == pytest.approx(0.1, abs=0.005)
    assert y.mean() == pytest.approx(1, abs=0.005)


def test_what_is_gone_gets_no_gradient() -> None:
    tape, x = Tape(np.random.default_rng(0)), 2 + wave(5, 5)
    y = dropout(tape, x, 0.5)
    gradient = tape.gradients(y, np.ones_like(y))[x]
    assert ((gradient == 0) == (y == 0)).all()
    assert set(gradient.ravel().tolist()) == {0.0, 2.0}


def test_gradient() -> None:
    x, factors = wave(3, 4), (wave(3, 4, phase=1) > 0) * 2.0
    error = gradient_error(lambda tape: tape(thin, x, factors=factors), x)
    assert error < 1e-7


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_a_rate_that_cannot_be_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="dropout rate"):
        dropout(Tape(), wave(2), rate)
