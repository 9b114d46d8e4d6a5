import numpy as np
import pytest

from transformer.attention_mechanism import attention
from transformer.backpropagation import Array, Tape
from transformer.gradient_check import gradient_error, wave
from transformer.rnn import new_rnn, rnn


def test_gradients() -> None:
    x, W, U, b = (
        wave(2, 4, 3),
        wave(3, 5, phase=1),
        wave(5, 5, phase=2),
        wave(5, phase=3),
    )
    assert gradient_error(lambda tape: tape(rnn, x, W, U, b), x, W, U, b) < 1e-7


def test_a_state_knows_nothing_of_later_words() -> None:
    weights, x = new_rnn(np.random.default_rng(0), 3, 5), wave(1, 6, 3)
    states, _ = rnn(x, *weights)
    np.testing.assert_allclose(
        states[:, :4], rnn(x[:, :4], *weights)[0], rtol=1e-12
    )


def test_equal_to_pytorch() -> None:
    torch = pytest.importorskip("torch")
    waves = (
        wave(2, 4, 3),
        wave(3, 5, phase=1),
        wave(5, 5, phase=2),
        wave(5, phase=3),
    )
    x, W, U, b = (array.astype(np.float32) for array in waves)
    ours, undo = rnn(x, W, U, b)
    module = torch.nn.RNN(3, 5, batch_first=True)
    names = {
        "weight_ih_l0": W.T,
        "weight_hh_l0": U.T,
        "bias_ih_l0": b,
        "bias_hh_l0": 0 * b,
    }
    module.load_state_dict(
        {name: torch.tensor(array) for name, array in names.items()}
    )
    words = torch.tensor(x, requires_grad=True)
    theirs, _ = module(words)
    theirs.sum().backward()
    np.testing.assert_allclose(ours, theirs.detach().numpy(), atol=1e-5)
    dx, dW, dU, db = undo(np.ones_like(ours))
    found = {
        "weight_ih_l0": dW.T,
        "weight_hh_l0": dU.T,
        "bias_ih_l0": db,
        "bias_hh_l0": db,
    }
    np.testing.assert_allclose(dx, words.grad.numpy(), atol=1e-5)
    for name, parameter in module.named_parameters():
        np.testing.assert_allclose(
            found[name], parameter.grad.numpy(), atol=1e-5, err_msg=name
        )


def influence(tape: Tape, x: Array, y: Array) -> list[float]:
    """Measure how y[-1] depends on earlier words, by tens, nearest first."""
    squares = np.zeros(40)
    for number in range(y.shape[-1]):
        one = np.zeros_like(y)
        one[0, -1, number] = 1
        squares += (tape.gradients(y, one)[x][0, :-1] ** 2).sum(axis=-1)
    tens = np.sqrt(squares[::-1]).reshape(4, 10).mean(axis=1)
    return (tens / tens[0]).round(3).tolist()


def test_the_memory_of_an_rnn_fades_and_that_of_attention_does_not() -> None:
    x = wave(1, 41, 16)
    U = 0.9 * np.roll(np.eye(16), 1, axis=1)
    tape = Tape()
    states = tape(rnn, x, 0.1 * wave(16, 16, phase=1), U, np.zeros(16))
    assert influence(tape, x, states) == [1, 0.145, 0.025, 0.005]
    tape = Tape()
    mixtures = attention(tape, x, x, x)
    assert influence(tape, x, mixtures) == [1, 0.824, 1.307, 1.176]
