import numpy as np
import pytest

from transformer.backpropagation import Tape
from transformer.gradient_check import gradient_error, wave
from transformer.memory import (
    NAMES,
    NETWORKS,
    NUMBERS,
    guess,
    last,
    new_model,
    right,
    texts,
    train,
)
from transformer.parameters import parameters


@pytest.mark.parametrize(("rows", "pairs"), [(1, 1), (30, 1), (9, 4), (8, 8)])
def test_the_answer_stands_beside_the_name(rows: int, pairs: int) -> None:
    ids, answers = texts(np.random.default_rng(0), rows, pairs)
    assert ids.shape == (32, rows + 1, 2)
    names, numbers = ids[:, :-1, 0], ids[:, :-1, 1]
    assert ((names > 0).sum(axis=1) == pairs).all()
    assert names[names > 0].min() > NUMBERS
    assert names.max() <= NUMBERS + NAMES
    asked = names == ids[:, -1:, 0]
    assert (asked.sum(axis=1) == 1).all()
    assert (numbers[asked] == answers).all()
    assert not ids[:, -1, 1].any()


@pytest.mark.parametrize("distance", [1, 3, 5])
def test_a_pair_at_a_distance(distance: int) -> None:
    ids, _ = texts(np.random.default_rng(0), 5, distance=distance)
    assert (ids[:, 5 - distance, 0] == ids[:, -1, 0]).all()


def test_gradient_of_the_last_row() -> None:
    x = wave(2, 3, 4)
    assert gradient_error(lambda tape: tape(last, x), x) < 1e-7


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients(name: str) -> None:
    generator = np.random.default_rng(0)
    model = new_model(generator, name)
    ids, _ = texts(generator, rows=4, pairs=2, count=2)
    ends = (".b", ".g")  # biases and gains: all would take too long
    arrays = [array for path, array in parameters(model) if path.endswith(ends)]
    error = gradient_error(lambda tape: guess(tape, ids, model, name), *arrays)
    assert error < 1e-7


def test_about_as_many_weights() -> None:
    generator = np.random.default_rng(0)
    sizes = {
        name: sum(a.size for _, a in parameters(new_model(generator, name)))
        for name in NETWORKS
    }
    assert min(sizes.values()) == sizes["attention"]
    assert max(sizes.values()) < 1.15 * sizes["attention"]


def test_one_of_four_pairs() -> None:
    shares = {
        name: right(train(name, 0, 4, 4, steps=100), name, 4, 4)
        for name in ("LSTM", "attention")
    }
    assert shares["attention"] > 0.95
    assert shares["LSTM"] < 0.6


def test_the_last_row_alone_is_asked() -> None:
    generator = np.random.default_rng(0)
    model = new_model(generator, "RNN")
    ids, _ = texts(generator, rows=3)
    scores = guess(Tape(), ids, model, "RNN")
    assert scores.shape == (32, 1 + NUMBERS)
    ids[:, -1, 0] = 0
    assert (guess(Tape(), ids, model, "RNN") != scores).any(axis=1).all()
