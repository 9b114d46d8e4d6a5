import numpy as np
import pytest

from transformer.backpropagation import Array, Tape, Undo, add, multiply
from transformer.computation_graph import Node
from transformer.gradient_check import wave
from transformer.layer_normalisation import layer_norm
from transformer.softmax import softmax


def test_the_example_of_the_note() -> None:
    tape, x, three = Tape(), np.array([2.0]), np.array([3.0])
    s = tape(add, x, three)
    f = tape(multiply, s, x)
    gradients = tape.gradients(f, np.array([1.0]))
    assert (s.item(), f.item()) == (5, 10)
    assert (gradients[s].item(), gradients[x].item()) == (2, 7)


def test_operators_agree_with_a_graph_of_small_operations() -> None:
    x, g, b = wave(3, 4), wave(4, phase=1), wave(4, phase=2)
    scores, gain, bias = (Node(array) for array in (x, g, b))
    shares = scores.exp() / scores.exp().sum(-1)
    centred = shares - shares.mean(-1)
    variance = (centred**2).mean(-1)
    normal = centred / (variance + 1e-5) ** 0.5 * gain + bias
    (normal * wave(3, 4, phase=3)).sum().backward()

    tape = Tape()
    y = tape(layer_norm, tape(softmax, x), g, b)
    gradients = tape.gradients(y, wave(3, 4, phase=3))
    np.testing.assert_allclose(y, normal.data, rtol=1e-10)
    for array, node in ((x, scores), (g, gain), (b, bias)):
        np.testing.assert_allclose(
            gradients[array], node.gradient, rtol=1e-9, atol=1e-12
        )


def test_both_inputs_may_be_the_same_array() -> None:
    tape, x = Tape(), np.array([3.0])
    assert tape.gradients(tape(multiply, x, x), np.array([1.0]))[x].item() == 6


def test_what_had_no_influence_has_gradient_zero() -> None:
    tape, x, aside = Tape(), np.array([1.0, 2.0]), np.array([5.0, 5.0])
    tape(multiply, aside, x)
    gradients = tape.gradients(tape(add, x, x), np.ones(2))
    assert gradients[x].tolist() == [2, 2]
    assert gradients[aside].tolist() == [0, 0]


def test_outputs_are_found_by_their_operator() -> None:
    tape, x = Tape(), np.array([2.0])
    double = tape(add, x, x)
    tape(multiply, double, x)
    assert tape.outputs(add) == [double]


def test_another_operator_of_the_same_name_runs_instead() -> None:
    class Others:
        @staticmethod
        def add(a: Array, b: Array) -> tuple[Array, Undo]:
            return 10 * (a + b), lambda dy: (10 * dy, 10 * dy)

    tape, x = Tape(operators=Others), np.array([2.0])
    y = tape(multiply, tape(add, x, x), x)
    assert y.item() == 80
    assert tape.outputs(add)[0].item() == 40
    assert tape.gradients(y, np.array([1.0]))[x].item() == 80


def test_a_gradient_of_another_shape_is_refused() -> None:
    def total(x: Array) -> tuple[Array, Undo]:
        return x.sum(keepdims=True), lambda gradient: gradient

    tape, x = Tape(), np.ones(3)
    with pytest.raises(
        ValueError, match=r"shape \(1,\) for an array of shape \(3,\)"
    ):
        tape.gradients(tape(total, x), np.ones(1))


def test_an_operator_that_returns_its_input_is_refused() -> None:
    with pytest.raises(ValueError, match="not an input"):
        Tape()(lambda x: (x, lambda gradient: gradient), np.ones(3))
