"""Arrays in a file, as safetensors, and the names that PyTorch has for them."""

import json
import os
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from transformer.backpropagation import Array
from transformer.layer_normalisation import Norm
from transformer.linear import Linear
from transformer.multi_headed_attention import AttentionWeights
from transformer.parameters import Weights, convert

SIZES = {"F": (2, 4, 8), "I": (1, 2, 4, 8), "U": (1, 2, 4, 8)}  # in bytes
TYPES = {
    f"{kind}{8 * size}": np.dtype(f"<{kind.lower()}{size}")
    for kind, sizes in SIZES.items()
    for size in sizes
}
NAMES = {dtype: name for name, dtype in TYPES.items()}
TYPES["BF16"] = np.dtype("<u2")  # the upper half of a float32
LONGEST = 10**8  # bytes of a header


def save(
    path: Path,
    arrays: Mapping[str, NDArray],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write arrays to a file.

    Args:
        path: where to; what is there is replaced.
        arrays: each with its name.
        metadata: words about the whole.

    Raises:
        ValueError: an array of a type that such files do not have.
    """
    ordered = sorted(arrays.items(), key=lambda item: -item[1].itemsize)
    header: dict[str, Any] = {}
    if metadata:
        header["__metadata__"] = dict(metadata)
    end = 0
    for name, array in ordered:
        kind = NAMES.get(array.dtype.newbyteorder("<"))
        if kind is None or name == "__metadata__":
            raise ValueError(f"{name}, of type {array.dtype}, cannot be saved")
        begin, end = end, end + array.nbytes
        place = {"shape": array.shape, "data_offsets": [begin, end]}
        header[name] = {"dtype": kind, **place}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    draft = path.with_name(path.name + ".part")
    with draft.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, array in ordered:
            little = array.astype(array.dtype.newbyteorder("<"), copy=False)
            file.write(little.tobytes())
    draft.replace(path)


def load(path: Path) -> tuple[dict[str, NDArray], dict[str, str]]:
    """Read arrays from a file that anybody may have written.

    Args:
        path: the file.

    Returns:
        Each array with its name, and the words about the whole.

    Raises:
        ValueError: what is there is no such file.
    """
    with path.open("rb") as file:
        try:
            places, metadata = read_header(file)
            return {p.name: p.read(file) for p in places}, metadata
        except (ValueError, OverflowError, RecursionError) as error:
            raise ValueError(f"{path}: {error}") from error


class Place(NamedTuple):
    """Where an array lies in a file."""

    begin: int
    end: int
    name: str
    dtype: str
    shape: tuple[int, ...]

    def read(self, file: BinaryIO) -> NDArray:
        """Read it from where the file stands."""
        numbers = np.fromfile(file, TYPES[self.dtype], prod(self.shape))
        if self.dtype == "BF16":
            numbers = (numbers.astype("<u4") << 16).view("<f4")
        return numbers.reshape(self.shape)


def read_header(file: BinaryIO) -> tuple[list[Place], dict[str, str]]:
    """Read what a file says of itself, and check it."""
    rest = os.fstat(file.fileno()).st_size - 8
    length = int.from_bytes(file.read(8), "little")
    if not 0 < length <= min(rest, LONGEST):
        raise ValueError(f"a header of {length} bytes cannot be")
    text = file.read(length)
    if not text.startswith(b"{"):
        raise ValueError("the header is no table of arrays")
    header = json.loads(text.decode(), object_pairs_hook=once)
    metadata = header.pop("__metadata__", {})
    words = metadata.values() if isinstance(metadata, dict) else [metadata]
    if not all(isinstance(word, str) for word in words):
        raise ValueError("what stands in __metadata__ is not words")
    places = sorted(read_place(*item) for item in header.items())
    end = 0
    for place in places:
        size = prod(place.shape) * TYPES[place.dtype].itemsize
        if (place.begin, place.end) != (end, end + size):
            raise ValueError(f"{place.name!r} does not lie where it should")
        end += size
    if end != rest - length:
        raise ValueError(f"{end} bytes of arrays, not {rest - length}")
    return places, metadata


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a table in which no name may stand twice."""
    if len(table := dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice in the header")
    return table


def read_place(name: str, entry: Any) -> Place:
    """Read the entry of one array."""
    match entry:
        case {
            "dtype": str(dtype),
            "shape": [*shape],
            "data_offsets": [int(begin), int(end)],
        } if dtype in TYPES and all(
            type(n) is int and 0 <= n < 2**63 for n in shape
        ):
            return Place(begin, end, name, dtype, tuple(shape))
    raise ValueError(f"{name!r} is no array of a known type")


THEIRS = {
    "stack": "",
    "attention": "self_attn",
    "attention_norm": "norm1",
    "cross_attention": "multihead_attn",
    "cross_attention_norm": "norm2",
    "feed_forward": "",
    "widen": "linear1",
    "narrow": "linear2",
}


def as_torch(weights: Any, name: str = "") -> dict[str, NDArray]:
    """Give weights the names and shapes that PyTorch's layers have for them.

    Args:
        weights: of a model, or of a part of one.
        name: the path to `weights`, put before each name.

    Returns:
        Arrays for `load_state_dict`; some share memory with the weights.
    """
    if weights is None:
        return {}
    if isinstance(weights, np.ndarray):
        return {name: weights}
    before = f"{name}." if name else ""
    if isinstance(weights, Norm):
        return {f"{before}weight": weights.g, f"{before}bias": weights.b}
    if isinstance(weights, Linear):
        return {f"{before}weight": weights.W.T, f"{before}bias": weights.b}
    if isinstance(weights, AttentionWeights):
        parts = weights.projections
        return {
            f"{before}in_proj_weight": np.vstack([p.W.T for p in parts]),
            f"{before}in_proj_bias": np.hstack([p.b for p in parts]),
            **as_torch(weights.output, f"{before}out_proj"),
        }
    last = "norm3" if hasattr(weights, "cross_attention") else "norm2"
    theirs = {**THEIRS, "feed_forward_norm": last}
    fields = getattr(weights, "_fields", range(len(weights)))
    found: dict[str, NDArray] = {}
    for field, part in zip(fields, weights, strict=True):
        their = theirs.get(field, str(field))
        path = f"{before}{their}" if their else name
        found |= as_torch(part, path)
    return found


def from_torch(tensors: Mapping[str, NDArray], like: Weights) -> Weights:
    """Make weights of arrays that have PyTorch's names and shapes.

    Args:
        tensors: what `as_torch` would give.
        like: weights of the same structure and shapes, say untrained ones.

    Returns:
        New weights, of the type of the tensors.

    Raises:
        ValueError: a tensor is missing, is too many, or has another shape.
    """
    count = 0

    def number(array: Array) -> NDArray:
        nonlocal count
        first, count = count, count + array.size
        return np.arange(first, count).reshape(array.shape)

    numbered = convert(like, number)
    places = as_torch(numbered)
    for name in sorted(places.keys() | tensors.keys()):
        ours, theirs = (
            table[name].shape if name in table else "nothing"
            for table in (places, tensors)
        )
        if ours != theirs:
            raise ValueError(f"{name} is {theirs}, and should be {ours}")
    flat = np.empty(count, np.result_type(*(t.dtype for t in tensors.values())))
    for name, place in places.items():
        flat[place] = tensors[name]
    return convert(numbered, lambda place: flat[place])
