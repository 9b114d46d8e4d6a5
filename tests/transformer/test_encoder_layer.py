from itertools import count

import numpy as np
import pytest

from transformer.backpropagation import Array, Gradients, Tape
from transformer.encoder_layer import (
    EncoderLayerWeights,
    encoder_layer,
    new_encoder_layer,
)
from transformer.gradient_check import gradient_error, wave
from transformer.hyperparameters import Hyperparameters
from transformer.layer_normalisation import layer_norm, new_norm
from transformer.multi_headed_attention import AttentionWeights
from transformer.parameters import convert, parameters

PAPER = Hyperparameters(size=4, width=6, depth=1, heads=2)
LATER = PAPER._replace(norm_first=True, activation="gelu")
X = wave(2, 3, 4)
SEEN = np.array([[True, True, True], [True, True, False]])[:, None, None, :]
OUTPUT_GRADIENT = wave(2, 3, 4, phase=0.5)


@pytest.fixture
def weights() -> EncoderLayerWeights:
    phases = count(1)
    drawn = new_encoder_layer(np.random.default_rng(0), PAPER)
    return convert(drawn, lambda array: wave(*array.shape, phase=next(phases)))


def run(
    weights: EncoderLayerWeights, x: Array, choices: Hyperparameters = PAPER
) -> tuple[Array, Gradients]:
    tape = Tape()
    output = encoder_layer(tape, x, weights, choices, SEEN)
    return output, tape.gradients(output, OUTPUT_GRADIENT.astype(x.dtype))


@pytest.mark.parametrize("choices", [PAPER, LATER])
def test_gradients(
    weights: EncoderLayerWeights, choices: Hyperparameters
) -> None:
    x = X.copy()
    arrays = [x, *(array for _, array in parameters(weights))]
    error = gradient_error(
        lambda tape: encoder_layer(tape, x, weights, choices, SEEN), *arrays
    )
    assert error < 1e-7


def test_a_layer_of_zeros_only_normalises(weights: EncoderLayerWeights) -> None:
    zeros = convert(weights, np.zeros_like)._replace(
        attention_norm=new_norm(4), feed_forward_norm=new_norm(4)
    )
    normalised, _ = layer_norm(X, *new_norm(4))
    np.testing.assert_allclose(run(zeros, X)[0], normalised, rtol=1e-3)


def test_words_have_no_order(weights: EncoderLayerWeights) -> None:
    turned = encoder_layer(Tape(), X[:, ::-1], weights, PAPER)
    output = encoder_layer(Tape(), X, weights, PAPER)
    np.testing.assert_allclose(turned[:, ::-1], output)


def attention_as_torch(weights: AttentionWeights) -> dict[str, Array]:
    """Give weights, or their gradients, PyTorch's names and shapes."""
    return {
        "in_proj_weight": np.hstack([part.W for part in weights.projections]).T,
        "in_proj_bias": np.hstack([part.b for part in weights.projections]),
        "out_proj.weight": weights.output.W.T,
        "out_proj.bias": weights.output.b,
    }


def layer_as_torch(weights: EncoderLayerWeights) -> dict[str, Array]:
    """Give weights, or their gradients, PyTorch's names and shapes."""
    attention = attention_as_torch(weights.attention)
    return {
        **{f"self_attn.{name}": array for name, array in attention.items()},
        "linear1.weight": weights.feed_forward.widen.W.T,
        "linear1.bias": weights.feed_forward.widen.b,
        "linear2.weight": weights.feed_forward.narrow.W.T,
        "linear2.bias": weights.feed_forward.narrow.b,
        "norm1.weight": weights.attention_norm.g,
        "norm1.bias": weights.attention_norm.b,
        "norm2.weight": weights.feed_forward_norm.g,
        "norm2.bias": weights.feed_forward_norm.b,
    }


# What PyTorch 2.13 answered in float64: the second sentence, the gradients.
OUTPUT = [
    [0.516924, -0.789156, 1.011315, 1.041026],
    [-0.161294, -1.064202, 1.074956, 1.346215],
    [-0.343535, -1.097334, 1.087684, 1.273552],
]
SUMS = {
    "self_attn.in_proj_weight": 0.957493,
    "self_attn.in_proj_bias": 0.632840,
    "self_attn.out_proj.weight": -0.710554,
    "self_attn.out_proj.bias": -0.778215,
    "linear1.weight": 9.339540,
    "linear1.bias": -2.692698,
    "linear2.weight": 3.133996,
    "linear2.bias": -1.163332,
    "norm1.weight": -1.859786,
    "norm1.bias": -4.320021,
    "norm2.weight": 0.766266,
    "norm2.bias": 3.014171,
}


@pytest.mark.parametrize("choices", [PAPER, LATER])
def test_equal_to_pytorch(
    weights: EncoderLayerWeights, choices: Hyperparameters
) -> None:
    torch = pytest.importorskip("torch")
    weights = convert(weights, lambda array: array.astype(np.float32))
    ours, gradients = run(weights, X.astype(np.float32), choices)

    module = torch.nn.TransformerEncoderLayer(
        *(4, 2, 6),
        dropout=0.0,
        activation=choices.activation,
        batch_first=True,
        norm_first=choices.norm_first,
    )
    module.load_state_dict(
        {
            name: torch.tensor(array)
            for name, array in layer_as_torch(weights).items()
        }
    )
    words = torch.tensor(X, dtype=torch.float32)
    theirs = module(words, src_key_padding_mask=torch.tensor(~SEEN[:, 0, 0]))
    theirs.backward(torch.tensor(OUTPUT_GRADIENT, dtype=torch.float32))

    np.testing.assert_allclose(ours, theirs.detach().numpy(), atol=1e-5)
    expected = layer_as_torch(convert(weights, lambda array: gradients[array]))
    for name, parameter in module.named_parameters():
        np.testing.assert_allclose(
            expected[name], parameter.grad.numpy(), atol=1e-5, err_msg=name
        )


def test_equal_to_what_pytorch_answered(weights: EncoderLayerWeights) -> None:
    ours, gradients = run(weights, X)
    np.testing.assert_allclose(ours[1], OUTPUT, atol=1e-5)
    found = layer_as_torch(convert(weights, lambda array: gradients[array]))
    for name, part in found.items():
        weighted = (part * wave(*part.shape)).sum()
        assert weighted == pytest.approx(SUMS[name], abs=1e-5), name
