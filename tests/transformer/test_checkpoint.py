import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from transformer.backpropagation import Array
from transformer.checkpoint import as_torch, from_torch, load, save
from transformer.decoder_layer import DecoderLayerWeights
from transformer.encoder import new_encoder
from transformer.encoder_decoder import (
    EncoderDecoderWeights,
    new_encoder_decoder,
)
from transformer.encoder_layer import EncoderLayerWeights
from transformer.hyperparameters import Hyperparameters
from transformer.multi_headed_attention import AttentionWeights
from transformer.parameters import convert, parameters

ARRAYS = {
    "bytes": np.arange(3, dtype=np.uint8),
    "half": np.array([[0.5, -0.0]], np.float16),
    "one number": np.array(7),
    "none": np.zeros((0, 4), np.float32),
    "turned": np.arange(6.0).reshape(2, 3).T,
    "ş": np.array([np.nan, np.inf]),
}


def equal(ours: dict[str, NDArray], theirs: dict[str, NDArray]) -> None:
    assert ours.keys() == theirs.keys()
    for name, array in ours.items():
        assert array.dtype == theirs[name].dtype, name
        np.testing.assert_array_equal(array, theirs[name], strict=True)


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save(path, ARRAYS, {"step": "7"})
    arrays, metadata = load(path)
    equal(arrays, ARRAYS)
    assert metadata == {"step": "7"}
    assert [file.name for file in tmp_path.iterdir()] == ["a.safetensors"]
    arrays["half"] += 1


def test_nothing_is_a_file_too(tmp_path: Path) -> None:
    save(tmp_path / "a", {})
    assert load(tmp_path / "a") == ({}, {})


@pytest.mark.parametrize("kind", [bool, complex, object, "U3", "f4,f4"])
def test_what_cannot_be_saved_leaves_the_file_alone(
    kind: object, tmp_path: Path
) -> None:
    save(tmp_path / "a", ARRAYS)
    with pytest.raises(ValueError, match=r"x, of type .*, cannot be saved"):
        save(tmp_path / "a", {"x": np.zeros(2, dtype=kind)})
    equal(load(tmp_path / "a")[0], ARRAYS)


def file(header: object, numbers: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + numbers


def entry(**changes: object) -> dict[str, object]:
    whole = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    return {"x": {**whole, **changes}}


HOSTILE = {
    "empty": (b"", "header of 0 bytes"),
    "short": (b"\x02\0\0", "header of 2 bytes"),
    "header longer than the file": (b"\xff" * 8 + b"{}", "header of 1844"),
    "header too long": ((10**8 + 1).to_bytes(8, "little"), "header of 1000"),
    "no JSON": (file(b"{hello}"), "line 1 column 2"),
    "no text": (file(b'{"\xff": 1}'), "codec can't decode"),
    "a list": (file([]), "no table"),
    "blanks before": (file(b" {}"), "no table"),
    "too deep": (file(b'{"a":' + b"[" * 10**6), "recursion"),
    "a long number": (file(b'{"a":' + b"9" * 5000 + b"}"), "digits"),
    "a name twice": (file(b'{"x":1,"x":2}'), "twice"),
    "metadata": (file({"__metadata__": {"step": 7}}), "not words"),
    "a list of metadata": (file({"__metadata__": []}), "not words"),
    "no entry": (file({"x": 1}, bytes(8)), "'x' is no array"),
    "a type": (file(entry(dtype="F128"), bytes(8)), "'x' is no array"),
    "no type": (file(entry(dtype=["F32"]), bytes(8)), "'x' is no array"),
    "negative": (file(entry(shape=[-2]), bytes(8)), "'x' is no array"),
    "both negative": (file(entry(shape=[-1, -2]), bytes(8)), "'x' is no"),
    "a broken shape": (file(entry(shape=[2.0]), bytes(8)), "'x' is no array"),
    "three ends": (file(entry(data_offsets=[0, 8, 8]), bytes(8)), "'x' is no"),
    "too few": (file(entry(shape=[1]), bytes(8)), "where it should"),
    "too many": (file(entry(shape=[10**9]), bytes(8)), "where it should"),
    "far too many": (
        file(entry(shape=[2**40] * 9), bytes(8)),
        "where it should",
    ),
    "a gap": (file(entry(data_offsets=[4, 12]), bytes(12)), "where it should"),
    "from before": (
        file(entry(data_offsets=[-8, 0]), bytes(8)),
        "where it should",
    ),
    "overlap": (
        file({**entry(), "y": entry()["x"]}, bytes(8)),
        "where it should",
    ),
    "cut off": (file(entry(), bytes(7)), "8 bytes of arrays, not 7"),
    "something hidden": (file(entry(), bytes(9)), "8 bytes of arrays, not 9"),
    "dimensions": (file(entry(shape=[1] * 99 + [2]), bytes(8)), "dimension"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(name: str, tmp_path: Path) -> None:
    written, message = HOSTILE[name]
    path = tmp_path / "a.safetensors"
    path.write_bytes(written)
    with pytest.raises(ValueError, match=message) as caught:
        load(path)
    assert str(path) in str(caught.value)


def test_a_huge_shape_without_a_number(tmp_path: Path) -> None:
    nothing = entry(shape=[0, 2**62, 2**62], data_offsets=[0, 0])
    (tmp_path / "a").write_bytes(file(nothing))
    with pytest.raises(ValueError, match="a: "):
        load(tmp_path / "a")


def test_a_damaged_file_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    save(path, {"x": np.ones(2, np.float32), "y": np.zeros(3, np.int8)})
    whole = path.read_bytes()
    damaged = [whole[:end] for end in range(len(whole))]
    for place in range(len(whole) - 11):
        for other in (0x00, 0x20, 0x39, 0x7D, 0xFF):
            changed = bytes([other])
            damaged.append(whole[:place] + changed + whole[place + 1 :])
    refused = 0
    for written in damaged:
        path.write_bytes(written)
        try:
            arrays, _ = load(path)
        except ValueError as error:
            assert str(error).startswith(str(path))  # noqa: PT017
            refused += 1
        else:
            assert sum(array.nbytes for array in arrays.values()) == 11
    assert len(whole) < refused < len(damaged)


# Its description says that the first byte is "{"; NumPy knows 64 dimensions.
TOLERATED = {"blanks before", "dimensions"}


def test_the_package_reads_what_is_saved_here(tmp_path: Path) -> None:
    theirs = pytest.importorskip("safetensors.numpy")
    path = tmp_path / "a.safetensors"
    save(path, ARRAYS, {"step": "7"})
    equal(theirs.load_file(path), ARRAYS)
    theirs.save_file(
        {name: np.ascontiguousarray(a) for name, a in ARRAYS.items()},
        path,
        {"by": "them"},
    )
    arrays, metadata = load(path)
    equal(
        {
            name: array.reshape(ARRAYS[name].shape)
            for name, array in arrays.items()
        },
        ARRAYS,
    )
    assert metadata == {"by": "them"}


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - TOLERATED))
def test_the_package_refuses_the_same(name: str, tmp_path: Path) -> None:
    theirs = pytest.importorskip("safetensors")
    (tmp_path / "a").write_bytes(HOSTILE[name][0])
    with pytest.raises(theirs.SafetensorError):
        theirs.safe_open(tmp_path / "a", "numpy")


@pytest.mark.parametrize("name", sorted(TOLERATED))
def test_it_tolerates_what_is_refused_here(name: str, tmp_path: Path) -> None:
    theirs = pytest.importorskip("safetensors")
    (tmp_path / "a").write_bytes(HOSTILE[name][0])
    theirs.safe_open(tmp_path / "a", "numpy")


def test_half_as_many_bits_of_pytorch(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    theirs = pytest.importorskip("safetensors.torch")
    tensor = torch.tensor([1.5, -3.140625, 1e30], dtype=torch.bfloat16)
    theirs.save_file({"x": tensor}, tmp_path / "a")
    (array,) = load(tmp_path / "a")[0].values()
    assert array.dtype == np.float32
    assert array.tolist() == tensor.float().tolist()


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


PAPER = Hyperparameters(size=8, width=12, depth=2, heads=2)
LATER = PAPER._replace(norm_first=True, depth=1)


def trained(choices: Hyperparameters) -> EncoderDecoderWeights:
    """Make weights that are all different."""
    generator = np.random.default_rng(0)
    return convert(
        new_encoder_decoder(generator, 7, choices),
        lambda a: generator.normal(size=a.shape).astype(np.float32),
    )


@pytest.mark.parametrize("choices", [PAPER, LATER])
def test_the_rule_gives_the_names_written_by_hand(
    choices: Hyperparameters,
) -> None:
    weights = trained(choices)
    equal(as_torch(weights), model_as_torch(weights))


@pytest.mark.parametrize("choices", [PAPER, LATER])
def test_to_pytorch_and_back(choices: Hyperparameters, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    theirs = pytest.importorskip("safetensors.torch")
    weights = trained(choices)
    path = tmp_path / "ours.safetensors"
    save(path, as_torch(weights))

    module = torch_model(torch, choices)
    module.load_state_dict(theirs.load_file(path))
    theirs.save_file(module.state_dict(), path)

    untrained = new_encoder_decoder(np.random.default_rng(1), 7, choices)
    back = from_torch(load(path)[0], untrained)
    equal(dict(parameters(back)), dict(parameters(weights)))


def torch_model(torch: object, choices: Hyperparameters) -> object:
    """Make PyTorch's own encoder and decoder, with a table."""
    nn = torch.nn
    shape = (choices.size, choices.heads, choices.width)
    settings = {"norm_first": choices.norm_first, "batch_first": True}
    norms = [
        nn.LayerNorm(choices.size) if choices.norm_first else None
        for _ in range(2)
    ]
    module = nn.Module()
    module.table = nn.Parameter(torch.zeros(7, choices.size))
    module.encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(*shape, **settings),
        choices.depth,
        norms[0],
        enable_nested_tensor=False,
    )
    module.decoder = nn.TransformerDecoder(
        nn.TransformerDecoderLayer(*shape, **settings), choices.depth, norms[1]
    )
    return module


@pytest.mark.parametrize("choices", [PAPER, LATER])
def test_an_encoder_has_the_names_of_pytorchs(choices: Hyperparameters) -> None:
    torch = pytest.importorskip("torch")
    weights = new_encoder(np.random.default_rng(0), 7, choices)
    named = as_torch(weights)
    module = torch_model(torch, choices).encoder
    shapes = {n: tuple(t.shape) for n, t in module.state_dict().items()}
    assert {n: a.shape for n, a in named.items() if n != "table"} == shapes
    back = from_torch(named, convert(weights, np.zeros_like))
    equal(dict(parameters(back)), dict(parameters(weights)))


def test_tensors_that_do_not_fit() -> None:
    weights = trained(PAPER)
    named = as_torch(weights)
    name = "decoder.layers.1.norm3.bias"
    for change, message in (
        ({name: np.zeros(3)}, r"norm3.bias is \(3,\), and should be \(8,\)"),
        ({"more": np.zeros(3)}, r"more is \(3,\), and should be nothing"),
    ):
        with pytest.raises(ValueError, match=message):
            from_torch({**named, **change}, weights)
    del named[name]
    with pytest.raises(ValueError, match=r"norm3.bias is nothing, and"):
        from_torch(named, weights)
