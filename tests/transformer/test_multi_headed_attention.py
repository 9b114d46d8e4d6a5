from itertools import count

import numpy as np
import pytest

from transformer.attention_mechanism import attention
from transformer.backpropagation import Array, Tape
from transformer.gradient_check import gradient_error, wave
from transformer.multi_headed_attention import (
    AttentionWeights,
    cut,
    join,
    multi_headed_attention,
    new_attention,
)
from transformer.parameters import convert, parameters

SEEN = np.array([[True, True, True], [True, True, False]])[:, None, None, :]


@pytest.fixture
def weights() -> AttentionWeights:
    phases = count(1)
    drawn = new_attention(np.random.default_rng(0), 4)
    return convert(drawn, lambda array: wave(*array.shape, phase=next(phases)))


def test_splitting_and_joining_undo_each_other() -> None:
    x = wave(2, 3, 8)
    assert cut(x, 2).shape == (2, 2, 3, 4)
    np.testing.assert_array_equal(cut(x, 2)[:, 1], x[:, :, 4:])
    np.testing.assert_array_equal(join(cut(x, 2)), x)


def test_heads_that_cannot_share_a_row_are_refused() -> None:
    with pytest.raises(ValueError, match="3 heads cannot share 8 numbers"):
        cut(wave(2, 3, 8), 3)


def test_equal_to_the_formula_of_the_paper(weights: AttentionWeights) -> None:
    x = wave(1, 3, 4)
    found = []
    for piece in (slice(0, 2), slice(2, 4)):
        q, k, v = (
            x @ part.W[:, piece] + part.b[piece] for part in weights.projections
        )
        found.append(attention(Tape(), q, k, v))
    concatenated = np.concatenate(found, axis=-1)
    np.testing.assert_allclose(
        multi_headed_attention(Tape(), x, x, weights, heads=2),
        concatenated @ weights.output.W + weights.output.b,
        rtol=1e-12,
    )


def test_gradients(weights: AttentionWeights) -> None:
    x = wave(2, 3, 4)
    arrays = [x, *(array for _, array in parameters(weights))]
    error = gradient_error(
        lambda tape: multi_headed_attention(
            tape, x, x, weights, heads=2, mask=SEEN
        ),
        *arrays,
    )
    assert error < 1e-7


def test_gradients_when_one_text_asks_another(
    weights: AttentionWeights,
) -> None:
    x, memory = wave(2, 2, 4), wave(2, 3, 4, phase=1)
    error = gradient_error(
        lambda tape: multi_headed_attention(tape, x, memory, weights, heads=2),
        x,
        memory,
    )
    assert error < 1e-7


def attention_as_torch(weights: AttentionWeights) -> dict[str, Array]:
    """Give weights, or their gradients, PyTorch's names and shapes."""
    return {
        "in_proj_weight": np.hstack([part.W for part in weights.projections]).T,
        "in_proj_bias": np.hstack([part.b for part in weights.projections]),
        "out_proj.weight": weights.output.W.T,
        "out_proj.bias": weights.output.b,
    }


# What PyTorch 2.13 answered in float64 for the second sentence.
OUTPUT = [
    [-0.603648, 1.460421, -1.692830, -2.653305],
    [-0.892361, 1.604365, -1.162361, -3.359511],
    [-0.881354, 1.584805, -1.090784, -3.380095],
]
GRADIENT = [
    [-0.707894, -0.754894, -0.326775, -1.245132],
    [-0.076560, -0.228443, -0.430100, -0.574585],
    [0.021301, -0.017431, -0.011402, 0.062177],
]


def test_equal_to_pytorch(weights: AttentionWeights) -> None:
    torch = pytest.importorskip("torch")
    weights = convert(weights, lambda array: array.astype(np.float32))
    x = wave(2, 3, 4).astype(np.float32)
    tape = Tape()
    ours = multi_headed_attention(tape, x, x, weights, heads=2, mask=SEEN)
    gradients = tape.gradients(ours, wave(2, 3, 4, phase=1).astype(np.float32))

    module = torch.nn.MultiheadAttention(4, 2, batch_first=True)
    module.load_state_dict(
        {
            name: torch.tensor(array)
            for name, array in attention_as_torch(weights).items()
        }
    )
    words = torch.tensor(x, requires_grad=True)
    theirs, _ = module(
        words, words, words, key_padding_mask=torch.tensor(~SEEN[:, 0, 0])
    )
    theirs.backward(torch.tensor(wave(2, 3, 4, phase=1), dtype=torch.float32))

    np.testing.assert_allclose(ours, theirs.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(gradients[x], words.grad.numpy(), atol=1e-5)
    expected = attention_as_torch(
        convert(weights, lambda array: gradients[array])
    )
    for name, parameter in module.named_parameters():
        np.testing.assert_allclose(
            expected[name], parameter.grad.numpy(), atol=1e-5, err_msg=name
        )


def test_equal_to_what_pytorch_answered(weights: AttentionWeights) -> None:
    x = wave(2, 3, 4)
    tape = Tape()
    ours = multi_headed_attention(tape, x, x, weights, heads=2, mask=SEEN)
    gradients = tape.gradients(ours, wave(2, 3, 4, phase=1))
    np.testing.assert_allclose(ours[1], OUTPUT, atol=1e-5)
    np.testing.assert_allclose(gradients[x][1], GRADIENT, atol=1e-5)
