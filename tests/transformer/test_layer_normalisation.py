import numpy as np
import pytest

from transformer.gradient_check import gradient_error, wave
from transformer.layer_normalisation import Norm, layer_norm, new_norm


def test_the_example_of_the_note() -> None:
    n, _ = layer_norm(np.array([1.0, 2.0, 3.0, 6.0]), *new_norm(4))
    assert n.round(2).tolist() == [-1.07, -0.53, 0, 1.6]


def test_mean_and_scale_are_removed() -> None:
    x, norm = wave(3, 8), new_norm(8)
    n, _ = layer_norm(x, *norm)
    np.testing.assert_allclose(n.mean(axis=-1), 0, atol=1e-12)
    np.testing.assert_allclose(n.std(axis=-1), 1, rtol=1e-4)
    other, _ = layer_norm(100 * x + 7, *norm)
    np.testing.assert_allclose(other, n, rtol=1e-4)


def test_a_row_of_equal_numbers_is_no_disaster() -> None:
    n, undo = layer_norm(np.full((1, 4), 3.0), *new_norm(4))
    assert not n.any()
    assert np.isfinite(undo(wave(1, 4))[0]).all()


def test_gradients() -> None:
    x, norm = wave(2, 3, 4), Norm(wave(4, phase=2), wave(4, phase=3))
    error = gradient_error(lambda tape: tape(layer_norm, x, *norm), x, *norm)
    assert error < 1e-7


def test_the_gradient_has_no_component_that_shifts_or_stretches() -> None:
    n, undo = layer_norm(wave(3, 8), *new_norm(8))
    dx, *_ = undo(5 + 3 * n)
    np.testing.assert_allclose(dx, 0, atol=1e-3)
    assert np.abs(undo(wave(3, 8, phase=1))[0]).max() > 0.1


def test_equal_to_pytorch() -> None:
    torch = pytest.importorskip("torch")
    waves = wave(2, 3, 8), wave(8, phase=1), wave(8)
    arrays = [array.astype(np.float32) for array in waves]
    ours, undo = layer_norm(*arrays)
    theirs = [torch.tensor(array, requires_grad=True) for array in arrays]
    output = torch.nn.functional.layer_norm(theirs[0], (8,), *theirs[1:])
    output.sum().backward()
    np.testing.assert_allclose(ours, output.detach().numpy(), atol=1e-5)
    for gradient, tensor in zip(undo(np.ones_like(ours)), theirs, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=1e-5)
