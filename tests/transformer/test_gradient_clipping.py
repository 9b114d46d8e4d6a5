import numpy as np
import pytest

from transformer.backpropagation import Gradients, Tape
from transformer.gradient_check import wave
from transformer.gradient_clipping import gradient_norm, shortening


def test_the_table_of_the_note() -> None:
    weight, found = np.zeros(2), Gradients(Tape())
    found.add(weight, np.array([30.0, 40.0]))
    norm = gradient_norm(found, [weight])
    assert norm == pytest.approx(50)
    assert shortening(norm, 1) == pytest.approx(0.02)
    assert shortening(0.5, 1) == 1
    assert shortening(0, 1) == 1


@pytest.mark.parametrize("norm", [float("nan"), float("inf")])
def test_a_norm_that_is_no_number_is_refused(norm: float) -> None:
    with pytest.raises(FloatingPointError, match="norm of the gradient"):
        shortening(norm, 1)


def test_large_numbers_in_float32_do_not_overflow() -> None:
    weight, found = np.zeros(4, np.float32), Gradients(Tape())
    found.add(weight, np.full(4, 1e30, np.float32))
    assert gradient_norm(found, [weight]) == pytest.approx(2e30)


def test_equal_to_pytorch() -> None:
    torch = pytest.importorskip("torch")
    weights = [wave(3, 4), wave(5)]
    found, theirs = Gradients(Tape()), []
    for number, weight in enumerate(weights):
        gradient = 3 * wave(*weight.shape, phase=number + 1)
        found.add(weight, gradient)
        theirs.append(torch.tensor(weight, requires_grad=True))
        theirs[-1].grad = torch.tensor(gradient)
    norm = torch.nn.utils.clip_grad_norm_(theirs, 0.7)
    assert gradient_norm(found, weights) == pytest.approx(norm.item())
    factor = shortening(norm.item(), 0.7)
    for weight, tensor in zip(weights, theirs, strict=True):
        np.testing.assert_allclose(
            factor * found[weight], tensor.grad.numpy(), rtol=1e-5
        )
