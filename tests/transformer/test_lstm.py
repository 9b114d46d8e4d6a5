import numpy as np
import pytest

from transformer.backpropagation import Array
from transformer.gradient_check import gradient_error, wave
from transformer.lstm import LstmWeights, lstm, new_lstm, sigmoid

X = wave(2, 6, 3)
WEIGHTS = LstmWeights(
    wave(3, 20, phase=1), wave(5, 20, phase=2), wave(20, phase=3)
)
NAMES = ("x", "W", "U", "b")
RECORDED = {
    "states": -1.90735,
    "x": 0.19888,
    "W": -0.79174,
    "U": 0.07068,
    "b": -0.45358,
}


def in_float32() -> tuple[Array, list[Array], dict[str, Array]]:
    arrays = [array.astype(np.float32) for array in (X, *WEIGHTS)]
    states, undo = lstm(*arrays)
    found = undo(wave(*states.shape, phase=4).astype(np.float32))
    return states, arrays, dict(zip(NAMES, found, strict=True))


@pytest.mark.parametrize(
    ("f", "i", "cell"), [(1, 0, 0.4), (0, 1, 0.2), (1, 1, 0.6), (0, 0, 0)]
)
def test_the_table_of_the_note(f: int, i: int, cell: float) -> None:
    # of two words, the first sets the cell to 0.4, the second brings 0.2
    words = np.array([[[np.arctanh(0.4), 1], [np.arctanh(0.2), i]]])
    W = np.array([[0, 0, 1.0, 0], [80, 0, 0, 0]])
    b = np.array([-40.0, 80 * f - 40, 0, 40])
    states, _ = lstm(words, W, np.zeros((1, 4)), b)
    assert states[0, 1, 0] == pytest.approx(np.tanh(cell), abs=1e-12)


def test_gradients() -> None:
    arrays = X.copy(), *WEIGHTS
    error = gradient_error(lambda tape: tape(lstm, *arrays), *arrays)
    assert error < 1e-7


def test_the_answers_that_pytorch_gave() -> None:
    states, _, gradients = in_float32()
    found = {"states": states, **gradients}
    for name, array in found.items():
        total = (array * wave(*array.shape, phase=0.5)).sum()
        assert total == pytest.approx(RECORDED[name], abs=2e-5), name


def test_equal_to_pytorch() -> None:
    torch = pytest.importorskip("torch")
    ours, (x, W, U, b), gradients = in_float32()
    module = torch.nn.LSTM(3, 5, batch_first=True)
    weights = {"weight_ih_l0": W.T, "weight_hh_l0": U.T}
    biases = {"bias_ih_l0": b, "bias_hh_l0": 0 * b}
    module.load_state_dict(
        {k: torch.tensor(v) for k, v in (weights | biases).items()}
    )
    words = torch.tensor(x, requires_grad=True)
    theirs, _ = module(words)
    (theirs * torch.tensor(wave(*ours.shape, phase=4))).sum().backward()
    np.testing.assert_allclose(ours, theirs.detach().numpy(), atol=1e-5)
    theirs = {
        "x": words.grad,
        "W": module.weight_ih_l0.grad.T,
        "U": module.weight_hh_l0.grad.T,
        "b": module.bias_ih_l0.grad,
    }
    for name, gradient in gradients.items():
        np.testing.assert_allclose(
            gradient, theirs[name].numpy(), atol=1e-5, err_msg=name
        )


def test_float32_stays_float32() -> None:
    states, _, gradients = in_float32()
    kept = {array.dtype for array in (states, *gradients.values())}
    assert kept == {np.dtype(np.float32)}


def test_only_the_forget_gate_starts_open() -> None:
    W, U, b = new_lstm(np.random.default_rng(0), 3, 5)
    assert (W.shape, U.shape) == ((3, 20), (5, 20))
    assert b.tolist() == [*[0] * 5, *[1] * 5, *[0] * 10]


def test_a_state_knows_nothing_of_later_words() -> None:
    states, _ = lstm(X, *WEIGHTS)
    earlier, _ = lstm(X[:, :4], *WEIGHTS)
    np.testing.assert_allclose(states[:, :4], earlier, rtol=1e-12)


def test_nothing_to_read() -> None:
    states, undo = lstm(X[:, :0], *WEIGHTS)
    assert states.shape == (2, 0, 5)
    assert not any(gradient.any() for gradient in undo(states))


def test_words_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="mismatch"):
        lstm(wave(2, 4, 6), *WEIGHTS)


def test_no_number_is_too_large_for_a_gate() -> None:
    assert sigmoid(np.array([-1e4, 0, 1e4])).tolist() == [0, 0.5, 1]
