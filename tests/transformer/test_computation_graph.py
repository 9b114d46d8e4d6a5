from collections.abc import Callable

import numpy as np
import pytest

from transformer.backpropagation import Array
from transformer.computation_graph import Node, fit
from transformer.gradient_check import largest, numeric_gradient, wave

A, B, C = wave(3, 4), wave(3, 4, phase=1), wave(4, 2, phase=2)
ROW, COLUMN = wave(4, phase=3), wave(3, 1, phase=4)
CASES: dict[str, tuple[Callable[..., Node], tuple[Array, ...]]] = {
    "add": (lambda a, b: a + b, (A, B)),
    "subtract": (lambda a, b: 2 - a - b, (A, B)),
    "multiply": (lambda a, b: a * b * 3, (A, B)),
    "divide": (lambda a, b: 1 / (a / b), (2 + A, 2 + B)),
    "power": (lambda a: a**3, (A,)),
    "matrices": (lambda a, c: a @ c, (A, C)),
    "matrices of many": (lambda a, c: a @ c, (wave(2, 3, 4), C)),
    "a plain matrix": (lambda c: A @ c, (C,)),
    "exp": (lambda a: a.exp(), (A,)),
    "log": (lambda a: a.log(), (2 + A,)),
    "relu": (lambda a: a.relu(), (A + 0.1,)),
    "sum": (lambda a: a.sum() * a, (A,)),
    "sum of rows": (lambda a: a.sum(-1) * a, (A,)),
    "mean": (lambda a: a.mean() * a + a.mean(0), (A,)),
    "a row": (lambda a, b: (a + b) * b, (A, ROW)),
    "a column": (lambda a, b: a * b - b, (A, COLUMN)),
    "a row and a column": (lambda a, b: a * b + a, (ROW, COLUMN)),
    "softmax": (lambda a: a.exp() / a.exp().sum(-1), (A,)),
}


def gradients(compute: Callable[..., Node], *arrays: Array) -> list[Array]:
    nodes = [Node(array) for array in arrays]
    output = compute(*nodes)
    (output * wave(*output.data.shape, phase=0.5)).sum().backward()
    return [node.gradient for node in nodes]


def test_the_example_of_the_note() -> None:
    x, y = Node(2), Node(3)
    u = x * y
    v = u + x
    L = u * v
    L.backward()
    assert [node.data for node in (u, v, L)] == [6, 8, 48]
    assert [node.gradient for node in (x, y, u, v, L)] == [48, 28, 14, 6, 1]
    order = L.order()
    assert order.index(u) < order.index(v) < order.index(L)


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str) -> None:
    compute, arrays = CASES[name]
    arrays = tuple(array.copy() for array in arrays)

    def total() -> float:
        output = compute(*map(Node, arrays)).data
        return float((output * wave(*output.shape, phase=0.5)).sum())

    slopes = [numeric_gradient(total, array) for array in arrays]
    found = gradients(compute, *arrays)
    errors = [g - s for g, s in zip(found, slopes, strict=True)]
    assert largest(errors) / largest(slopes) < 1e-7


SPELLED_OTHERWISE = {"sum of rows", "softmax", "a plain matrix"}


@pytest.mark.parametrize("name", sorted(CASES.keys() - SPELLED_OTHERWISE))
def test_equal_to_pytorch(name: str) -> None:
    torch = pytest.importorskip("torch")
    compute, arrays = CASES[name]
    theirs = [torch.tensor(array, requires_grad=True) for array in arrays]
    output = compute(*theirs)
    (output * torch.tensor(wave(*output.shape, phase=0.5))).sum().backward()
    for gradient, tensor in zip(
        gradients(compute, *arrays), theirs, strict=True
    ):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-9)


def test_two_paths_for_each_of_sixty_steps() -> None:
    x = y = Node(1.0)
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.gradient == 2.0**60


def test_a_graph_deeper_than_python_calls() -> None:
    x = y = Node(1.0)
    for _ in range(5000):
        y = y + 1
    y.backward()
    assert x.gradient == 1


def test_a_second_walk_does_not_add_to_the_first() -> None:
    x = Node(3.0)
    y = x * x
    y.backward()
    y.backward()
    assert x.gradient == 6


def test_copies_are_summed_to_the_shape_that_was_copied() -> None:
    ones = np.ones((2, 3, 4))
    for shape in ((), (4,), (3, 1), (1, 1, 4), (2, 3, 4)):
        fitted = fit(ones, shape)
        assert fitted.shape == shape
        assert fitted.sum() == 24


def test_float32_stays_float32() -> None:
    x = Node(wave(3, 4).astype(np.float32))
    y = (x * 2 - 1).exp().mean()
    y.backward()
    assert (y.data.dtype, x.gradient.dtype) == (np.float32, np.float32)


def test_what_has_no_gradient_is_refused() -> None:
    with pytest.raises(ValueError, match=r"not of an array \(3, 4\)"):
        Node(A).backward()
    with pytest.raises(ValueError, match=r"shapes \(4,\) and \(4, 2\)"):
        Node(ROW) @ Node(C)
    with pytest.raises(ValueError, match="mismatch"):
        Node(A) @ Node(A)
