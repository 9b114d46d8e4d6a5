import numpy as np
import pytest

from transformer.adam import Adam
from transformer.backpropagation import Array, Gradients, Tape
from transformer.gradient_check import wave


def gradients(weight: Array, gradient: Array) -> Gradients:
    found = Gradients(Tape())
    found.add(weight, gradient.astype(weight.dtype))
    return found


def walk(adam: Adam, weight: Array, steps: range) -> Array:
    for number in steps:
        gradient = wave(*weight.shape, phase=number) + 0.3 * weight
        adam.step(gradients(weight, gradient), rate=0.01, scale=0.5)
    return weight


@pytest.mark.parametrize("size", [1e-6, 1, 1e6])
def test_the_first_step_is_one_rate_long(size: float) -> None:
    w = np.zeros(3)
    Adam(w).step(gradients(w, size * np.array([1.0, -1, 0])), rate=0.1)
    np.testing.assert_allclose(w, [-0.1, 0.1, 0], rtol=2e-3)


def test_it_finds_the_lowest_point() -> None:
    w = np.array([5.0, -3.0])
    adam = Adam(w)
    for number in range(500):
        rate = 0.1 * (1 - number / 500)
        adam.step(gradients(w, w - np.array([1.0, 2.0])), rate)
    np.testing.assert_allclose(w, [1, 2], atol=1e-3)


def test_float32_stays_float32() -> None:
    w = wave(3, 4).astype(np.float32)
    adam = Adam(w, decay=0.1)
    walk(adam, w, range(2))
    kept = [w, *adam.means.values(), *adam.squares.values()]
    assert {array.dtype for array in kept} == {np.dtype(np.float32)}


def test_only_matrices_decay() -> None:
    matrix, bias = np.ones((2, 2)), np.ones(2)
    found = Gradients(Tape())
    Adam((matrix, bias), decay=0.5).step(found, rate=0.1)
    assert matrix.tolist() == [[0.95, 0.95], [0.95, 0.95]]
    assert bias.tolist() == [1, 1]


def test_stopped_and_resumed() -> None:
    whole = walk(Adam(w := wave(3, 4)), w, range(10))
    stopped = wave(3, 4)
    first = Adam(stopped)
    walk(first, stopped, range(5))
    second = Adam(stopped)
    second.resume(first.state())
    np.testing.assert_array_equal(walk(second, stopped, range(5, 10)), whole)


@pytest.mark.parametrize(("name", "decay"), [("Adam", 0.0), ("AdamW", 0.2)])
def test_equal_to_pytorch(name: str, decay: float) -> None:
    torch = pytest.importorskip("torch")
    w = wave(3, 4)
    theirs = torch.tensor(w, requires_grad=True)
    make = getattr(torch.optim, name)
    optimiser = make(
        *([theirs], 0.01), betas=(0.9, 0.98), eps=1e-9, weight_decay=decay
    )
    for number in range(20):
        there = theirs.detach().numpy()
        gradient = 0.5 * (wave(3, 4, phase=number) + 0.3 * there)
        theirs.grad = torch.tensor(gradient)
        optimiser.step()
    ours = walk(Adam(w, decay=decay), w, range(20))
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-10)
