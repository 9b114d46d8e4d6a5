import numpy as np
import pytest

from transformer.backpropagation import Array, Tape
from transformer.decoder_layer import DecoderLayerWeights
from transformer.encoder_decoder import (
    EncoderDecoderWeights,
    encoder_decoder,
    new_encoder_decoder,
)
from transformer.encoder_layer import EncoderLayerWeights
from transformer.gradient_check import gradient_error, wave
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids
from transformer.multi_headed_attention import AttentionWeights
from transformer.parameters import convert, parameters
from transformer.positional_encoding import positions

PAPER = Hyperparameters(size=4, width=6, depth=2, heads=2)
LATER = PAPER._replace(norm_first=True, activation="gelu")
SOURCE = np.array([[3, 4, 5, 0], [6, 3, 5, 4]])
TARGET = np.array([[1, 6, 5], [1, 3, 0]])


def new(choices: Hyperparameters) -> EncoderDecoderWeights:
    return new_encoder_decoder(np.random.default_rng(0), 7, choices)


def score(source: Ids, target: Ids) -> Array:
    return encoder_decoder(Tape(), source, target, new(PAPER), PAPER)


def test_a_score_for_each_word_at_each_place() -> None:
    assert score(SOURCE, TARGET).shape == (2, 3, 7)


def test_no_place_sees_what_it_is_to_guess() -> None:
    other = TARGET.copy()
    other[:, 2] = 4
    scores, changed = score(SOURCE, TARGET), score(SOURCE, other)
    np.testing.assert_array_equal(scores[:, :2], changed[:, :2])
    assert np.abs(scores[:, 2] - changed[:, 2]).max() > 0.01


def test_sentences_of_a_batch_do_not_touch() -> None:
    alone = score(SOURCE[:1, :3], TARGET[:1])
    np.testing.assert_allclose(score(SOURCE, TARGET)[:1], alone)


@pytest.mark.parametrize("choices", [PAPER, LATER])
def test_gradients(choices: Hyperparameters) -> None:
    weights = new(choices)
    names = ("table", "encoder.layers.1.attention_norm.g", "decoder.layers.0")
    arrays = [a for name, a in parameters(weights) if name.startswith(names)]
    error = gradient_error(
        lambda tape: encoder_decoder(tape, SOURCE, TARGET, weights, choices),
        *arrays,
    )
    assert error < 1e-7


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (SOURCE + 1, TARGET, "numbers from 1 to 7 in a table of 7 rows"),
        (SOURCE, TARGET - 1, "numbers from -1 to 5 in a table of 7 rows"),
        (SOURCE[0], TARGET[0, [0, 1, 2, 2]], r"shape \(4,\), not \[b, n\]"),
        (SOURCE[:1], TARGET, "1 sentences to read, 2 to write"),
    ],
)
def test_what_cannot_be_is_refused(
    source: Ids, target: Ids, message: str
) -> None:
    with pytest.raises((IndexError, ValueError), match=message):
        score(source, target)


@pytest.mark.parametrize("choices", [PAPER, LATER])
@pytest.mark.parametrize(
    ("source", "target"),
    [
        (SOURCE[:, :0], TARGET),
        (0 * SOURCE, TARGET),
        (SOURCE, TARGET[:, :0]),
        (SOURCE[:0], TARGET[:0]),
    ],
    ids=["no words to read", "only padding", "none to write", "no sentences"],
)
def test_nothing_is_no_disaster(
    source: Ids, target: Ids, choices: Hyperparameters
) -> None:
    tape, weights = Tape(), new(choices)
    scores = encoder_decoder(tape, source, target, weights, choices)
    assert scores.shape == (*target.shape, 7)
    assert np.isfinite(scores).all()
    gradients = tape.gradients(scores, np.ones_like(scores))
    for name, array in parameters(weights):
        assert np.isfinite(gradients[array]).all(), name


def test_a_sentence_of_padding_harms_no_other() -> None:
    padded = SOURCE * [[1], [0]]
    np.testing.assert_allclose(
        score(padded, TARGET)[0], score(SOURCE, TARGET)[0]
    )


def test_a_weight_that_is_no_number_is_not_hidden() -> None:
    for name, _ in parameters(new(LATER)):
        weights = new(LATER)
        dict(parameters(weights))[name][...] = np.nan
        scores = encoder_decoder(Tape(), SOURCE, TARGET, weights, LATER)
        assert np.isnan(scores).all(), name


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


def model_as_torch(weights: EncoderDecoderWeights) -> dict[str, Array]:
    """Give weights, or their gradients, PyTorch's names and shapes."""
    named = {"table": weights.table}
    for number, layer in enumerate(weights.encoder.layers):
        for name, array in layer_as_torch(layer).items():
            named[f"encoder.layers.{number}.{name}"] = array
    for number, layer in enumerate(weights.decoder.layers):
        for name, array in decoder_layer_as_torch(layer).items():
            named[f"decoder.layers.{number}.{name}"] = array
    for part in ("encoder", "decoder"):
        norm = getattr(weights, part).norm
        if norm is not None:
            named[f"{part}.norm.weight"] = norm.g
            named[f"{part}.norm.bias"] = norm.b
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


def random_sentences(
    generator: np.random.Generator, batch: int, words: int
) -> Ids:
    ids = generator.integers(1, words, (batch, generator.integers(2, 9)))
    lengths = generator.integers(1, ids.shape[1] + 1, batch)
    return ids * (np.arange(ids.shape[1]) < lengths[:, None])


def in_torch(
    torch: object, weights: EncoderDecoderWeights, choices: Hyperparameters
) -> tuple:
    """Make PyTorch's encoder and decoder, with weights of their own.

    Returns:
        A function from source and target to scores, and the tensors by name.
    """
    nn, table = torch.nn, torch.tensor(weights.table, requires_grad=True)
    settings = {
        "dropout": 0.0,
        "activation": choices.activation,
        "batch_first": True,
        "norm_first": choices.norm_first,
    }
    shape = (choices.size, choices.heads, choices.width)
    norms = [
        nn.LayerNorm(choices.size) if choices.norm_first else None
        for _ in range(2)
    ]
    reader = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(*shape, **settings),
        choices.depth,
        norms[0],
        enable_nested_tensor=False,
    )
    writer = nn.TransformerDecoder(
        nn.TransformerDecoderLayer(*shape, **settings), choices.depth, norms[1]
    )
    tensors = {"table": table}
    for module, part in ((reader, "encoder."), (writer, "decoder.")):
        module.to(table.dtype).load_state_dict(
            {
                name.removeprefix(part): torch.tensor(array)
                for name, array in model_as_torch(weights).items()
                if name.startswith(part)
            }
        )
        for name, parameter in module.named_parameters():
            tensors[part + name] = parameter

    def embedded(ids: Ids) -> object:
        places = torch.tensor(positions(ids.shape[1], choices.size))
        rows = table[torch.tensor(ids)] * choices.size**0.5
        return rows + places.to(table.dtype)

    def compute(source: Ids, target: Ids) -> object:
        padding = torch.tensor(source == 0)
        later = torch.tensor(~np.tri(target.shape[1], dtype=bool))
        rows = writer(
            embedded(target),
            reader(embedded(source), src_key_padding_mask=padding),
            tgt_mask=later,
            memory_key_padding_mask=padding,
        )
        return rows @ table.T

    return compute, tensors


@pytest.mark.parametrize("seed", range(6))
def test_equal_to_pytorch(seed: int) -> None:
    torch = pytest.importorskip("torch")
    generator = np.random.default_rng(seed)
    choices, words = random_choices(generator), int(generator.integers(5, 20))
    weights = convert(
        new_encoder_decoder(generator, words, choices),
        lambda a: (a + 0.1 * generator.normal(size=a.shape)).astype(np.float32),
    )
    source = random_sentences(generator, 3, words)
    target = random_sentences(generator, 3, words)

    tape = Tape()
    ours = encoder_decoder(tape, source, target, weights, choices)
    pattern = wave(*ours.shape).astype(np.float32)
    gradients = tape.gradients(ours, pattern)
    compute, tensors = in_torch(torch, weights, choices)
    theirs = compute(source, target)
    theirs.backward(torch.tensor(pattern))

    close(ours, theirs.detach().numpy(), "scores")
    expected = model_as_torch(convert(weights, lambda a: gradients[a]))
    assert expected.keys() == tensors.keys()
    for name, tensor in tensors.items():
        close(expected[name], tensor.grad.numpy(), name)


def close(ours: Array, theirs: Array, name: str) -> None:
    size = max(np.abs(theirs).max(), 1e-2)
    assert ours.dtype == np.float32, name
    assert np.abs(ours - theirs).max() < 1e-5 * size, name


# What PyTorch 2.13 answered in float64: scores of the first sentence, and
# gradients, each summed with a pattern of weights.
SCORES = [
    [0.159918, 1.254115, -0.019512, 1.248853, 0.691306, 0.218550, -1.187369],
    [0.498399, 0.147718, 0.081452, -1.087507, -0.106174, -1.390932, 0.064890],
    [-0.252832, -1.167449, -0.747446, -0.500968, -1.241221, 0.473712, 1.369037],
]
SUMS = {
    "table": -5.891187,
    "encoder.layers.0.self_attn.in_proj_weight": 0.835897,
    "encoder.layers.0.linear1.weight": -1.608251,
    "encoder.layers.1.norm2.weight": 0.045988,
    "encoder.norm.bias": -0.451320,
    "decoder.layers.0.self_attn.in_proj_weight": -1.589803,
    "decoder.layers.0.self_attn.in_proj_bias": -0.635740,
    "decoder.layers.0.multihead_attn.in_proj_weight": 4.213953,
    "decoder.layers.0.linear2.weight": 1.707590,
    "decoder.layers.1.multihead_attn.out_proj.weight": -0.593293,
    "decoder.layers.1.linear1.bias": -0.458877,
    "decoder.layers.1.norm3.weight": -0.081728,
    "decoder.norm.bias": -1.377665,
}


def test_equal_to_what_pytorch_answered() -> None:
    tape, weights = Tape(), new(LATER)
    ours = encoder_decoder(tape, SOURCE, TARGET, weights, LATER)
    np.testing.assert_allclose(ours[0], SCORES, atol=1e-5)
    gradients = tape.gradients(ours, wave(*ours.shape))
    found = model_as_torch(convert(weights, lambda a: gradients[a]))
    for name, expected in SUMS.items():
        part = found[name]
        weighted = (part * wave(*part.shape)).sum()
        assert weighted == pytest.approx(expected, abs=1e-5), name
