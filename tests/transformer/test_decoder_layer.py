from itertools import count

import numpy as np
import pytest

from transformer.backpropagation import Array, Gradients, Tape
from transformer.cross_attention import prepare
from transformer.decoder_layer import (
    DecoderLayerWeights,
    decoder_layer,
    new_decoder_layer,
)
from transformer.gradient_check import gradient_error, wave
from transformer.hyperparameters import Hyperparameters
from transformer.mask import look_ahead_mask
from transformer.multi_headed_attention import AttentionWeights
from transformer.parameters import convert, parameters

PAPER = Hyperparameters(size=4, width=6, depth=1, heads=2)
LATER = PAPER._replace(norm_first=True, activation="gelu")
Y, MEMORY = wave(2, 3, 4), wave(2, 5, 4, phase=1)
SEEN = np.array([[True] * 5, [True, True, True, False, False]])
OUTPUT_GRADIENT = wave(2, 3, 4, phase=0.5)


@pytest.fixture
def weights() -> DecoderLayerWeights:
    phases = count(1)
    drawn = new_decoder_layer(np.random.default_rng(0), PAPER)
    return convert(drawn, lambda array: wave(*array.shape, phase=next(phases)))


def compute(
    tape: Tape,
    y: Array,
    memory: Array,
    weights: DecoderLayerWeights,
    choices: Hyperparameters,
) -> Array:
    hidden = SEEN[:, None, None, :]
    asked = prepare(tape, memory, weights.cross_attention, heads=2, mask=hidden)
    return decoder_layer(tape, y, asked, weights, choices, look_ahead_mask(3))


def run(
    weights: DecoderLayerWeights,
    y: Array,
    memory: Array,
    choices: Hyperparameters = PAPER,
) -> tuple[Array, Gradients]:
    tape = Tape()
    output = compute(tape, y, memory, weights, choices)
    return output, tape.gradients(output, OUTPUT_GRADIENT.astype(y.dtype))


def test_a_later_word_changes_no_earlier_row(
    weights: DecoderLayerWeights,
) -> None:
    other = Y.copy()
    other[:, 2] += 1
    rows, changed = (
        compute(Tape(), y, MEMORY, weights, PAPER) for y in (Y, other)
    )
    np.testing.assert_array_equal(rows[:, :2], changed[:, :2])
    assert np.abs(rows[:, 2] - changed[:, 2]).max() > 0.01


def test_every_row_depends_on_what_was_read(
    weights: DecoderLayerWeights,
) -> None:
    rows, changed = (
        compute(Tape(), Y, memory, weights, PAPER)
        for memory in (MEMORY, wave(2, 5, 4, phase=2))
    )
    assert np.abs(rows - changed).max(axis=-1).min() > 0.01


@pytest.mark.parametrize("choices", [PAPER, LATER])
def test_gradients(
    weights: DecoderLayerWeights, choices: Hyperparameters
) -> None:
    arrays = [Y, MEMORY, *(array for _, array in parameters(weights))]
    error = gradient_error(
        lambda tape: compute(tape, Y, MEMORY, weights, choices), *arrays
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


def decoder_layer_as_torch(weights: DecoderLayerWeights) -> dict[str, Array]:
    """Give weights, or their gradients, PyTorch's names and shapes."""
    own = attention_as_torch(weights.attention)
    other = attention_as_torch(weights.cross_attention)
    return {
        **{f"self_attn.{name}": array for name, array in own.items()},
        **{f"multihead_attn.{name}": array for name, array in other.items()},
        "linear1.weight": weights.feed_forward.widen.W.T,
        "linear1.bias": weights.feed_forward.widen.b,
        "linear2.weight": weights.feed_forward.narrow.W.T,
        "linear2.bias": weights.feed_forward.narrow.b,
        "norm1.weight": weights.attention_norm.g,
        "norm1.bias": weights.attention_norm.b,
        "norm2.weight": weights.cross_attention_norm.g,
        "norm2.bias": weights.cross_attention_norm.b,
        "norm3.weight": weights.feed_forward_norm.g,
        "norm3.bias": weights.feed_forward_norm.b,
    }


@pytest.mark.parametrize("choices", [PAPER, LATER])
def test_equal_to_pytorch(
    weights: DecoderLayerWeights, choices: Hyperparameters
) -> None:
    torch = pytest.importorskip("torch")
    weights = convert(weights, lambda array: array.astype(np.float32))
    y, memory = Y.astype(np.float32), MEMORY.astype(np.float32)
    ours, gradients = run(weights, y, memory, choices)

    module = torch.nn.TransformerDecoderLayer(
        *(4, 2, 6),
        dropout=0.0,
        activation=choices.activation,
        batch_first=True,
        norm_first=choices.norm_first,
    )
    module.load_state_dict(
        {
            name: torch.tensor(array)
            for name, array in decoder_layer_as_torch(weights).items()
        }
    )
    written, read = (torch.tensor(a, requires_grad=True) for a in (y, memory))
    theirs = module(
        *(written, read),
        tgt_mask=torch.tensor(~look_ahead_mask(3)),
        memory_key_padding_mask=torch.tensor(~SEEN),
    )
    theirs.backward(torch.tensor(OUTPUT_GRADIENT, dtype=torch.float32))

    np.testing.assert_allclose(ours, theirs.detach().numpy(), atol=1e-5)
    for array, tensor in ((y, written), (memory, read)):
        np.testing.assert_allclose(
            gradients[array], tensor.grad.numpy(), atol=1e-5
        )
    expected = decoder_layer_as_torch(
        convert(weights, lambda array: gradients[array])
    )
    for name, parameter in module.named_parameters():
        np.testing.assert_allclose(
            expected[name], parameter.grad.numpy(), atol=1e-5, err_msg=name
        )


# What PyTorch 2.13 answered in float64: the second sentence, the gradients.
OUTPUT = [
    [0.843863, 1.496882, -0.128372, 0.207183],
    [0.841883, 1.455976, -0.128775, 0.227327],
    [0.840939, 1.467888, -0.123028, 0.219872],
]
SUMS = {
    "self_attn.in_proj_weight": -0.138703,
    "self_attn.in_proj_bias": 0.006820,
    "self_attn.out_proj.weight": 0.326050,
    "self_attn.out_proj.bias": -0.006529,
    "multihead_attn.in_proj_weight": 0.095812,
    "multihead_attn.in_proj_bias": 0.587984,
    "multihead_attn.out_proj.weight": 0.522090,
    "multihead_attn.out_proj.bias": -0.104028,
    "linear1.weight": 0.596442,
    "linear1.bias": -0.729602,
    "linear2.weight": 0.790340,
    "linear2.bias": 0.363650,
    "norm1.weight": 0.126938,
    "norm1.bias": -0.153897,
    "norm2.weight": -1.525803,
    "norm2.bias": 0.116306,
    "norm3.weight": 2.157660,
    "norm3.bias": 3.014171,
}


def test_equal_to_what_pytorch_answered(weights: DecoderLayerWeights) -> None:
    ours, gradients = run(weights, Y, MEMORY)
    np.testing.assert_allclose(ours[1], OUTPUT, atol=1e-5)
    found = decoder_layer_as_torch(
        convert(weights, lambda array: gradients[array])
    )
    for name, part in found.items():
        weighted = (part * wave(*part.shape)).sum()
        assert weighted == pytest.approx(SUMS[name], abs=1e-5), name
