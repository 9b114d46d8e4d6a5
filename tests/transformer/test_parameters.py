from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array
from transformer.parameters import convert, glorot, parameters


class Part(NamedTuple):
    W: Array
    b: Array


class Model(NamedTuple):
    parts: tuple[Part, ...]
    table: Array


def model() -> Model:
    return Model(
        (Part(np.ones((2, 3)), np.ones(3)), Part(np.ones((3, 1)), np.ones(1))),
        np.ones(4),
    )


def test_every_array_has_its_path() -> None:
    names = [name for name, _ in parameters(model())]
    assert names == [
        "parts.0.W",
        "parts.0.b",
        "parts.1.W",
        "parts.1.b",
        "table",
    ]


def test_walking_gives_the_arrays_themselves() -> None:
    weights = model()
    assert dict(parameters(weights))["parts.1.b"] is weights.parts[1].b


def test_converting_keeps_the_structure() -> None:
    small = convert(model(), lambda array: 2 * array.astype(np.float32))
    assert isinstance(small.parts[0], Part)
    assert {array.dtype for _, array in parameters(small)} == {
        np.dtype("float32")
    }
    assert small.parts[1].b.tolist() == [2]


def test_first_values_keep_the_variance_of_what_passes_through() -> None:
    generator = np.random.default_rng(1)
    W = glorot(generator, 400, 400)
    assert np.abs(W).max() <= np.sqrt(6 / 800)
    x = generator.normal(size=(1000, 400))
    assert abs((x @ W).std() - x.std()) < 0.02
