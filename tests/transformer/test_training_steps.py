import numpy as np
import pytest

from transformer.adam import Adam
from transformer.backpropagation import Array, Tape
from transformer.cross_entropy import cross_entropy
from transformer.decoder_layer import DecoderLayerWeights
from transformer.encoder_decoder import (
    EncoderDecoderWeights,
    encoder_decoder,
    new_encoder_decoder,
)
from transformer.encoder_layer import EncoderLayerWeights
from transformer.gradient_clipping import gradient_norm
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids
from transformer.multi_headed_attention import AttentionWeights
from transformer.parameters import convert, parameters
from transformer.positional_encoding import positions
from transformer.training import Training
from transformer.warm_up import warm_up_rate

START, END, CHOICES = 2, 3, Hyperparameters(32, 64, 1, 2, norm_first=True)


def draw(generator: np.random.Generator) -> tuple[Ids, Ids]:
    """Draw 32 sentences, [32, 6], and the same to be written, [32, 8]."""
    lengths = generator.integers(1, 7, (32, 1))
    source = generator.integers(4, 12, (32, 6)) * (np.arange(6) < lengths)
    target = np.pad(source, ((0, 0), (1, 1)))
    target[:, 0] = START
    np.put_along_axis(target, lengths + 1, END, axis=1)
    return source, target


def new_training(
    seed: int, choices: Hyperparameters = CHOICES
) -> tuple[EncoderDecoderWeights, Training]:
    """Make an untrained model of float32 numbers, and what trains it."""
    generator = np.random.default_rng(seed)
    drawn = new_encoder_decoder(generator, 12, choices)
    weights = convert(drawn, lambda array: array.astype(np.float32))

    def loss(tape: Tape, batch: tuple[Ids, Ids]) -> Array:
        source, target = batch
        scores = encoder_decoder(tape, source, target[:, :-1], weights, choices)
        return tape(cross_entropy, scores, answers=target[:, 1:])

    def rate(step: int) -> float:
        return 0.01 * min(step / 50, 1 - (step - 1) / 400)

    return weights, Training(Adam(weights), draw, loss, rate, generator)


def copied(weights: EncoderDecoderWeights) -> float:
    """Say which part of 1024 other sentences is copied without a mistake."""
    generator, right = np.random.default_rng(1000), []
    for _ in range(32):
        source, target = draw(generator)
        scores = encoder_decoder(
            Tape(), source, target[:, :-1], weights, CHOICES
        )
        wrong = (scores.argmax(axis=-1) != target[:, 1:]) & (target[:, 1:] != 0)
        right += (~wrong.any(axis=1)).tolist()
    return sum(right) / len(right)


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


STEPS, LIMIT = 8, 1.2
PAPER = Hyperparameters(size=8, width=16, depth=2, heads=2)
LATER = PAPER._replace(norm_first=True, activation="gelu")


def rate(step: int) -> float:
    return warm_up_rate(step, size=8, length=4, factor=0.05)


def new_weights(choices: Hyperparameters, dtype: type) -> EncoderDecoderWeights:
    drawn = new_encoder_decoder(np.random.default_rng(0), 12, choices)
    return convert(drawn, lambda array: array.astype(dtype))


def train(
    weights: EncoderDecoderWeights, choices: Hyperparameters
) -> tuple[list[float], list[float]]:
    """Do some steps; return the losses, and the norms of the gradients."""
    norms = []

    def loss(tape: Tape, batch: tuple[Ids, Ids]) -> Array:
        source, target = batch
        scores = encoder_decoder(tape, source, target[:, :-1], weights, choices)
        total = tape(
            cross_entropy, scores, answers=target[:, 1:], smoothing=0.1
        )
        gradients = tape.gradients(total, np.ones_like(total))
        arrays = [array for _, array in parameters(weights)]
        norms.append(gradient_norm(gradients, arrays))
        return total

    generator = np.random.default_rng(1)
    training = Training(Adam(weights), draw, loss, rate, generator, LIMIT)
    return training.run(until=STEPS), norms


def train_in_torch(
    torch: object, weights: EncoderDecoderWeights, choices: Hyperparameters
) -> tuple[list[float], dict]:
    """Do the same with what PyTorch has; return the losses and weights."""
    compute, tensors = in_torch(torch, weights, choices)
    adam = torch.optim.Adam(tensors.values(), betas=(0.9, 0.98), eps=1e-9)
    generator, losses = np.random.default_rng(1), []
    for step in range(1, STEPS + 1):
        source, target = draw(generator)
        adam.param_groups[0]["lr"] = rate(step)
        adam.zero_grad()
        loss = torch.nn.functional.cross_entropy(
            compute(source, target[:, :-1]).reshape(-1, 12),
            torch.tensor(target[:, 1:].ravel()),
            ignore_index=0,
            label_smoothing=0.1,
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(tensors.values(), LIMIT)
        adam.step()
        losses.append(loss.item())
    return losses, tensors


@pytest.mark.parametrize(
    ("dtype", "error"), [(np.float32, 1e-5), (np.float64, 1e-7)]
)
@pytest.mark.parametrize("choices", [PAPER, LATER])
def test_steps_equal_to_pytorchs(
    choices: Hyperparameters, dtype: type, error: float
) -> None:
    torch = pytest.importorskip("torch")
    weights = new_weights(choices, dtype)
    theirs, tensors = train_in_torch(torch, weights, choices)
    before = convert(weights, np.copy)
    ours, norms = train(weights, choices)
    assert min(norms) < LIMIT < max(norms)
    np.testing.assert_allclose(ours, theirs, rtol=error)
    moved = model_as_torch(before)
    for name, array in model_as_torch(weights).items():
        difference = array - tensors[name].detach().numpy()
        if name.endswith("in_proj_bias"):
            difference[8:16] = 0  # that of the keys
        assert np.abs(difference).max() < error, name
        assert np.abs(array - moved[name]).max() > 0.01, name


# What PyTorch 2.13 answered in float64: the loss before each step.
LOSSES = {
    PAPER: [
        *(3.220406, 2.927159, 2.646079, 2.461717),
        *(2.420727, 2.390272, 2.414314, 2.383633),
    ],
    LATER: [
        *(3.026710, 2.837273, 2.726700, 2.568476),
        *(2.529303, 2.455888, 2.466703, 2.432464),
    ],
}


@pytest.mark.parametrize("choices", LOSSES)
def test_steps_equal_to_what_pytorch_answered(choices: Hyperparameters) -> None:
    losses, _ = train(new_weights(choices, np.float64), choices)
    np.testing.assert_allclose(losses, LOSSES[choices], rtol=1e-5)
