from itertools import count

import numpy as np
import pytest

from transformer.adam import Adam
from transformer.backpropagation import Array, Tape
from transformer.cross_entropy import cross_entropy
from transformer.encoder_layer import EncoderLayerWeights
from transformer.gradient_check import gradient_error, wave
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids
from transformer.language_model import (
    LanguageModelWeights,
    language_model,
    new_language_model,
)
from transformer.multi_headed_attention import AttentionWeights
from transformer.parameters import convert, parameters

GPT = Hyperparameters(
    size=4, width=6, depth=2, heads=2, norm_first=True, activation="gelu"
)
PAPER = GPT._replace(norm_first=False, activation="relu")
IDS = np.array([[2, 4, 5, 3], [2, 6, 3, 0]])


def new(choices: Hyperparameters) -> LanguageModelWeights:
    phases = count(1)
    drawn = new_language_model(np.random.default_rng(0), 7, 5, choices)
    return convert(drawn, lambda array: wave(*array.shape, phase=next(phases)))


def score(ids: Ids, choices: Hyperparameters = GPT) -> Array:
    return language_model(Tape(), ids, new(choices), choices)


def test_a_score_for_each_word_at_each_place() -> None:
    assert score(IDS).shape == (2, 4, 7)


@pytest.mark.parametrize("choices", [GPT, PAPER])
def test_no_place_sees_what_it_is_to_guess(choices: Hyperparameters) -> None:
    other = IDS.copy()
    other[:, 2] = 1
    scores, changed = score(IDS, choices), score(other, choices)
    np.testing.assert_array_equal(scores[:, :2], changed[:, :2])
    assert np.abs(scores[:, 2:] - changed[:, 2:]).max(axis=-1).min() > 1e-4


def test_a_word_depends_on_the_order_of_those_before() -> None:
    turned = IDS[:1, [1, 0, 2, 3]]
    assert np.abs(score(IDS[:1]) - score(turned))[0, 2:].max() > 0.01


def test_texts_of_a_batch_do_not_touch() -> None:
    np.testing.assert_allclose(score(IDS)[1:, :3], score(IDS[1:, :3]))


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="6 words, but only 5 places"):
        score(np.full((1, 6), 2))


def test_a_number_that_is_no_word_is_refused() -> None:
    with pytest.raises(IndexError, match="in a table of 7 rows"):
        score(np.array([[2, 7]]))


def test_no_words_get_no_scores() -> None:
    assert score(IDS[:, :0]).shape == (2, 0, 7)


def test_the_number_of_weights_is_that_of_the_note() -> None:
    v, longest, d, depth = 7, 5, 4, 2
    weights = new(GPT._replace(width=4 * d))
    sizes = sum(array.size for _, array in parameters(weights))
    layers = depth * (12 * d**2 + 13 * d)
    assert sizes == v * d + longest * d + layers + 2 * d


@pytest.mark.parametrize("choices", [GPT, PAPER])
def test_gradients(choices: Hyperparameters) -> None:
    weights = new(choices)
    arrays = [array for _, array in parameters(weights)]
    error = gradient_error(
        lambda tape: language_model(tape, IDS, weights, choices), *arrays
    )
    assert error < 1e-7


def test_it_learns_all_that_can_be_known() -> None:
    texts = np.array([[2, 4, 5, 6, 8, 3], [2, 4, 5, 7, 9, 3]])
    choices = GPT._replace(size=16, width=32)
    drawn = new_language_model(np.random.default_rng(0), 10, 5, choices)
    weights = convert(drawn, lambda array: array.astype(np.float32))
    adam = Adam(weights)
    for _ in range(150):
        tape = Tape()
        scores = language_model(tape, texts[:, :-1], weights, choices)
        loss = tape(cross_entropy, scores, answers=texts[:, 1:])
        adam.step(tape.gradients(loss, np.ones((), np.float32)), rate=0.01)
    assert loss.dtype == np.float32
    assert np.log(2) / 5 - 1e-5 < loss < np.log(2) / 5 + 0.005


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


def language_model_as_torch(
    weights: LanguageModelWeights,
) -> dict[str, Array]:
    """Give weights, or their gradients, PyTorch's names and shapes."""
    named = {"table": weights.table, "places": weights.places}
    for number, layer in enumerate(weights.stack.layers):
        for name, array in layer_as_torch(layer).items():
            named[f"layers.{number}.{name}"] = array
    if weights.stack.norm is not None:
        named["norm.weight"] = weights.stack.norm.g
        named["norm.bias"] = weights.stack.norm.b
    return named


def random_choices(generator: np.random.Generator) -> Hyperparameters:
    heads = int(generator.integers(1, 4))
    return Hyperparameters(
        size=heads * int(generator.integers(2, 6)),
        width=int(generator.integers(3, 20)),
        depth=int(generator.integers(1, 4)),
        heads=heads,
        norm_first=bool(generator.integers(2)),
        activation=["relu", "gelu"][generator.integers(2)],
    )


def in_torch(
    torch: object,
    ids: Ids,
    weights: LanguageModelWeights,
    choices: Hyperparameters,
) -> tuple:
    """Compute scores with PyTorch's own layers."""
    nn = torch.nn
    layer = nn.TransformerEncoderLayer(
        *(choices.size, choices.heads, choices.width),
        dropout=0.0,
        activation=choices.activation,
        batch_first=True,
        norm_first=choices.norm_first,
    )
    norm = nn.LayerNorm(choices.size) if choices.norm_first else None
    stack = nn.TransformerEncoder(
        layer, choices.depth, norm, enable_nested_tensor=False
    )
    named = language_model_as_torch(weights)
    table, places = (
        torch.tensor(named.pop(name), requires_grad=True)
        for name in ("table", "places")
    )
    stack.to(table.dtype).load_state_dict(
        {name: torch.tensor(array) for name, array in named.items()}
    )
    length = ids.shape[1]
    rows = stack(
        table[torch.tensor(ids)] + places[:length],
        mask=torch.tensor(~np.tri(length, dtype=bool)),
        is_causal=True,
    )
    tensors = {"table": table, "places": places}
    return rows @ table.T, tensors | dict(stack.named_parameters())


@pytest.mark.parametrize("seed", range(6))
def test_equal_to_pytorch(seed: int) -> None:
    torch = pytest.importorskip("torch")
    generator = np.random.default_rng(seed)
    choices, words = random_choices(generator), int(generator.integers(5, 20))
    weights = convert(
        new_language_model(generator, words, 9, choices),
        lambda a: (a + 0.1 * generator.normal(size=a.shape)).astype(np.float32),
    )
    ids = generator.integers(0, words, (3, generator.integers(1, 10)))

    tape = Tape()
    ours = language_model(tape, ids, weights, choices)
    pattern = wave(*ours.shape).astype(np.float32)
    gradients = tape.gradients(ours, pattern)
    theirs, tensors = in_torch(torch, ids, weights, choices)
    theirs.backward(torch.tensor(pattern))

    close(ours, theirs.detach().numpy(), "scores")
    expected = language_model_as_torch(
        convert(weights, lambda array: gradients[array])
    )
    assert expected.keys() == tensors.keys()
    for name, tensor in tensors.items():
        close(expected[name], tensor.grad.numpy(), name)


def close(ours: Array, theirs: Array, name: str) -> None:
    size = max(np.abs(theirs).max(), 1e-2)
    assert ours.dtype == np.float32, name
    assert np.abs(ours - theirs).max() < 1e-5 * size, name


# What PyTorch 2.13 answered in float64: the second text, the gradients.
SCORES = [
    [-3.312357, -0.136731, 0.225331, 0.779748, -1.624085, 3.683704, -0.080688],
    [-2.946861, -0.389549, 0.845041, 1.393271, -1.834617, 4.065533, -1.078440],
    [-3.357062, -0.556108, 0.643533, 1.228033, -2.063191, 3.869750, -0.743145],
]
SUMS = {
    "table": -12.093888,
    "places": -1.658966,
    "layers.0.self_attn.in_proj_weight": -0.348008,
    "layers.0.self_attn.in_proj_bias": 1.469840,
    "layers.0.self_attn.out_proj.weight": -3.030123,
    "layers.0.self_attn.out_proj.bias": -0.471739,
    "layers.0.linear1.weight": 1.966420,
    "layers.0.linear1.bias": -0.042597,
    "layers.0.linear2.weight": -0.895954,
    "layers.0.linear2.bias": -0.518060,
    "layers.0.norm1.weight": 0.477900,
    "layers.0.norm1.bias": 0.443316,
    "layers.0.norm2.weight": 0.056305,
    "layers.0.norm2.bias": 0.261598,
    "layers.1.self_attn.in_proj_weight": 1.116491,
    "layers.1.self_attn.in_proj_bias": -1.564482,
    "layers.1.self_attn.out_proj.weight": 0.714773,
    "layers.1.self_attn.out_proj.bias": -0.376088,
    "layers.1.linear1.weight": 1.486547,
    "layers.1.linear1.bias": -1.448742,
    "layers.1.linear2.weight": -2.295331,
    "layers.1.linear2.bias": -0.290433,
    "layers.1.norm1.weight": 0.642287,
    "layers.1.norm1.bias": 0.548223,
    "layers.1.norm2.weight": 1.557408,
    "layers.1.norm2.bias": -0.217049,
    "norm.weight": -3.401206,
    "norm.bias": 3.192756,
}


def test_equal_to_what_pytorch_answered() -> None:
    weights = new(GPT)
    tape = Tape()
    ours = language_model(tape, IDS, weights, GPT)
    gradients = tape.gradients(ours, wave(*ours.shape, phase=0.5))
    np.testing.assert_allclose(ours[1, :3], SCORES, atol=1e-5)
    found = language_model_as_torch(
        convert(weights, lambda array: gradients[array])
    )
    for name, part in found.items():
        weighted = (part * wave(*part.shape)).sum()
        assert weighted == pytest.approx(SUMS[name], abs=1e-5), name
