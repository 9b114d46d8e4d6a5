from itertools import count

import numpy as np
import pytest

from transformer.backpropagation import Array, Gradients, Tape
from transformer.encoder import Encoder, EncoderWeights, new_encoder
from transformer.encoder_layer import EncoderLayerWeights
from transformer.gradient_check import gradient_error, wave
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Vocabulary
from transformer.multi_headed_attention import AttentionWeights
from transformer.parameters import convert, parameters
from transformer.positional_encoding import positions

SENTENCES = ["hi how are you", "i am fine"]
OUTPUT_GRADIENT = wave(2, 4, 4, phase=0.5)


@pytest.fixture
def model() -> Encoder:
    phases = count(1)
    vocabulary = Vocabulary(SENTENCES)
    choices = Hyperparameters(size=4, width=6, depth=2, heads=2)
    drawn = new_encoder(np.random.default_rng(0), len(vocabulary), choices)
    weights = convert(
        drawn, lambda array: wave(*array.shape, phase=next(phases))
    )
    return Encoder(vocabulary, weights, choices)


def read(model: Encoder, sentence: str) -> Array:
    return model.read(Tape(), [sentence])[0]


def test_one_row_a_word(model: Encoder) -> None:
    assert model.read(Tape(), SENTENCES).shape == (2, 4, 4)
    assert read(model, "hi how are you").shape == (4, 4)


def test_a_word_depends_on_the_other_words(model: Encoder) -> None:
    how = read(model, "hi how are you")[1]
    other = read(model, "fine how am i")[1]
    assert np.abs(how - other).max() > 0.1


def test_a_word_depends_on_the_order(model: Encoder) -> None:
    you, other = read(model, "how are you")[2], read(model, "are how you")[2]
    assert np.abs(you - other).max() > 0.01


def test_a_sentence_does_not_depend_on_the_others(model: Encoder) -> None:
    rows = model.read(Tape(), SENTENCES)
    np.testing.assert_allclose(
        rows[1, :3], read(model, "i am fine"), rtol=1e-12
    )


def test_an_empty_sentence_is_no_disaster(model: Encoder) -> None:
    assert np.isfinite(model.read(Tape(), ["", "hi"])).all()
    assert model.read(Tape(), [""]).shape == (1, 0, 4)
    assert model.read(Tape(), []).shape == (0, 0, 4)


def test_what_is_no_number_stays_in_its_sentence(model: Encoder) -> None:
    model.weights.table[model.vocabulary.numbers["fine"]] = np.nan
    rows = model.read(Tape(), SENTENCES)
    assert np.isfinite(rows[0]).all()
    assert np.isnan(rows[1]).all()


def test_shares_are_those_of_each_layer_and_head(model: Encoder) -> None:
    first, second = model.shares("hi how are you")
    assert first.shape == second.shape == (2, 4, 4)
    np.testing.assert_allclose(first.sum(axis=-1), 1)
    assert np.abs(first - second).max() > 0.1
    assert np.abs(first[0] - first[1]).max() > 0.1


def test_gradients(model: Encoder) -> None:
    arrays = [array for _, array in parameters(model.weights)]
    error = gradient_error(lambda tape: model.read(tape, SENTENCES), *arrays)
    assert error < 1e-7


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


# What PyTorch 2.13 answered in float64: first sentence, gradient of the table.
OUTPUT = [
    [1.591370, -0.346973, 0.461071, -1.062027],
    [1.574122, -0.307608, 0.496795, -1.066457],
    [1.590833, -0.305368, 0.496837, -1.061301],
    [1.142218, 0.336824, 0.773008, -1.132644],
]
TABLE_GRADIENT = [
    [-0.012890, 0.013693, -0.012974, 0.007709],
    [0.000000, 0.000000, 0.000000, 0.000000],
    [-0.112996, -0.043120, -0.353195, -0.441800],
    [0.776974, -0.096253, 0.019291, -0.406711],
    [0.519588, 0.722302, 0.259620, -0.096726],
    [-1.394931, 0.073173, 0.086572, -1.005533],
    [-0.214809, 0.072765, -0.070119, 0.006576],
    [0.168969, -0.168506, 0.043319, -0.034681],
    [0.179991, 0.092529, 0.115581, -0.202271],
]


def encoder_as_torch(weights: EncoderWeights) -> dict[str, Array]:
    """Give weights, or their gradients, PyTorch's names and shapes."""
    return {
        f"layers.{number}.{name}": array
        for number, layer in enumerate(weights.stack.layers)
        for name, array in layer_as_torch(layer).items()
    }


def run(model: Encoder) -> tuple[Array, Gradients]:
    tape = Tape()
    output = model.read(tape, SENTENCES)
    return output, tape.gradients(output, OUTPUT_GRADIENT.astype(output.dtype))


def test_equal_to_pytorch(model: Encoder) -> None:
    torch = pytest.importorskip("torch")
    model.weights = convert(
        model.weights, lambda array: array.astype(np.float32)
    )
    ours, gradients = run(model)

    layer = torch.nn.TransformerEncoderLayer(
        4, 2, 6, dropout=0.0, batch_first=True
    )
    module = torch.nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    module.load_state_dict(
        {
            name: torch.tensor(array)
            for name, array in encoder_as_torch(model.weights).items()
        }
    )
    table = torch.tensor(model.weights.table, requires_grad=True)
    ids = torch.tensor(model.vocabulary.encode(SENTENCES))
    places = torch.tensor(positions(4, 4), dtype=torch.float32)
    theirs = module(2 * table[ids] + places, src_key_padding_mask=ids == 0)
    theirs.backward(torch.tensor(OUTPUT_GRADIENT, dtype=torch.float32))

    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(
        gradients[model.weights.table], table.grad.numpy(), atol=1e-5
    )
    expected = encoder_as_torch(
        convert(model.weights, lambda array: gradients[array])
    )
    for name, parameter in module.named_parameters():
        np.testing.assert_allclose(
            expected[name], parameter.grad.numpy(), atol=1e-5, err_msg=name
        )


def test_equal_to_what_pytorch_answered(model: Encoder) -> None:
    ours, gradients = run(model)
    np.testing.assert_allclose(ours[0], OUTPUT, atol=1e-5)
    np.testing.assert_allclose(
        gradients[model.weights.table], TABLE_GRADIENT, atol=1e-5
    )
