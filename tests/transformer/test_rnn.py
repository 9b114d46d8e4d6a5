import numpy as np
import pytest

from transformer.backpropagation import Tape
from transformer.gradient_check import gradient_error, wave
from transformer.rnn import influence, new_rnn, rnn


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


def test_nothing_to_read() -> None:
    weights = new_rnn(np.random.default_rng(0), 3, 5)
    states, undo = rnn(np.zeros((2, 0, 3)), *weights)
    assert states.shape == (2, 0, 5)
    assert not any(gradient.any() for gradient in undo(states))


def test_words_of_another_size_are_refused() -> None:
    weights = new_rnn(np.random.default_rng(0), 3, 5)
    with pytest.raises(ValueError, match="mismatch"):
        rnn(wave(2, 4, 6), *weights)


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


@pytest.mark.parametrize("left", [0, 0.5, 1])
def test_a_step_leaves_what_its_matrix_leaves(left: float) -> None:
    tape, x, W = Tape(), 1e-4 * wave(1, 6, 3), wave(3, 5, phase=1)
    U = left * np.roll(np.eye(5), 1, axis=1)
    states = tape(rnn, x, W, U, np.zeros(5))
    steps = np.arange(1, 6)
    expected = np.linalg.norm(W) * left**steps
    np.testing.assert_allclose(influence(tape, x, states), expected, atol=1e-6)
