import math

import numpy as np
import pytest

from transformer.gelu import gelu, normal_share
from transformer.gradient_check import gradient_error, wave


def test_the_table_of_the_note() -> None:
    x = np.array([-2.0, -1, 0, 1, 2])
    shares, (y, _) = normal_share(x), gelu(x)
    assert shares.round(3).tolist() == [0.023, 0.159, 0.5, 0.841, 0.977]
    assert y.round(3).tolist() == [-0.046, -0.159, 0, 0.841, 1.954]


def test_the_lowest_value() -> None:
    x = np.linspace(-1, -0.5, 501)
    y, _ = gelu(x)
    assert y.min() == pytest.approx(-0.17, abs=0.001)
    assert x[y.argmin()] == pytest.approx(-0.75, abs=0.005)


@pytest.mark.parametrize(
    ("dtype", "error"), [(np.float32, 2e-7), (np.float64, 1e-15)]
)
def test_the_share_is_right_to_rounding(dtype: type, error: float) -> None:
    x = np.linspace(-12, 12, 4001).astype(dtype)
    right = [math.erfc(-number * math.sqrt(0.5)) / 2 for number in x.tolist()]
    share = normal_share(x)
    assert share.dtype == dtype
    assert np.abs(share - right).max() < error


def test_far_from_zero_it_is_relu() -> None:
    y, undo = gelu(np.array([-300.0, 300.0]))
    np.testing.assert_allclose(y, [0, 300], atol=1e-25)
    np.testing.assert_allclose(undo(np.ones(2)), [0, 1], atol=1e-25)


def test_gradient() -> None:
    x = 3 * wave(4, 5)
    assert gradient_error(lambda tape: tape(gelu, x), x) < 1e-7


def test_equal_to_pytorch() -> None:
    torch = pytest.importorskip("torch")
    x = (4 * wave(4, 50)).astype(np.float32)
    ours, undo = gelu(x)
    theirs = torch.tensor(x, requires_grad=True)
    output = torch.nn.functional.gelu(theirs)
    output.sum().backward()
    np.testing.assert_allclose(ours, output.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(
        undo(np.ones_like(x)), theirs.grad.numpy(), atol=1e-5
    )
