import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from transformer import layer_normalisation
from transformer.adam import Adam
from transformer.backpropagation import Array, Tape
from transformer.checkpoint import save
from transformer.cross_entropy import cross_entropy
from transformer.encoder_decoder import (
    EncoderDecoderWeights,
    encoder_decoder,
    new_encoder_decoder,
)
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids
from transformer.parameters import convert, parameters
from transformer.training import Training

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


def test_from_nothing_to_perfect_copies() -> None:
    weights, training = new_training(seed=0)
    assert copied(weights) < 0.01
    losses = training.run(until=400)
    assert len(losses) == 400
    assert np.mean(losses[:3]) > 3
    assert np.mean(losses[-20:]) < 0.02
    assert copied(weights) == 1


DROPPING = CHOICES._replace(dropout=0.1, size=8, width=8)


def same(ours: EncoderDecoderWeights, theirs: EncoderDecoderWeights) -> None:
    for (name, one), (_, other) in zip(
        parameters(ours), parameters(theirs), strict=True
    ):
        np.testing.assert_array_equal(one, other, err_msg=name)


class PulledPlugError(Exception):
    """What breaks a training off."""


def test_broken_off_and_resumed(tmp_path: Path) -> None:
    whole, training = new_training(1, DROPPING)
    losses = training.run(until=20)

    path = tmp_path / "t.safetensors"
    _, broken = new_training(1, DROPPING)
    compute = broken.loss

    def loss(tape: Tape, batch: tuple[Ids, Ids]) -> Array:
        if broken.adam.steps == 13:
            raise PulledPlugError
        return compute(tape, batch)

    broken.loss = loss
    with pytest.raises(PulledPlugError):
        broken.run(until=20, path=path, every=5)

    other, resumed = new_training(2, DROPPING)
    resumed.resume(path)
    assert resumed.adam.steps == 10
    assert resumed.run(until=20, path=path) == losses[10:]
    same(other, whole)

    again, done = new_training(3, DROPPING)
    done.resume(path)
    assert done.run(until=20) == []
    same(again, whole)


@pytest.mark.parametrize(
    "change",
    [
        {"dropout": 0.1},
        {"norm_first": False, "activation": "gelu", "dropout": 0.1},
    ],
)
def test_everything_is_float32(change: dict) -> None:
    weights, training = new_training(0, CHOICES._replace(**change))
    compute, seen = training.loss, []

    def loss(tape: Tape, batch: tuple[Ids, Ids]) -> Array:
        seen.append(tape)
        return compute(tape, batch)

    training.loss = loss
    training.run(until=2)
    tape = seen[-1]
    gradients = tape.gradients(tape.steps[-1].output, np.ones((), np.float32))
    arrays = [
        *(step.output for step in tape.steps),
        *(gradients[step.output] for step in tape.steps),
        *(gradients[array] for _, array in parameters(weights)),
        *training.adam.weights.values(),
        *training.adam.means.values(),
        *training.adam.squares.values(),
    ]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_a_loss_that_is_no_number_changes_nothing() -> None:
    weights, training = new_training(0, DROPPING)
    training.run(until=2)
    before = convert(weights, np.copy)
    compute = training.loss
    training.loss = lambda tape, batch: tape(
        lambda x: (x * np.nan, lambda gradient: gradient * np.nan),
        compute(tape, batch),
    )
    with pytest.raises(FloatingPointError, match="norm of the gradient is nan"):
        training.run(until=4)
    assert training.adam.steps == 2
    same(weights, before)


def test_a_loss_is_one_number() -> None:
    _, training = new_training(0, DROPPING)
    training.loss = lambda *_: np.ones(3)
    with pytest.raises(ValueError, match=r"loss of shape \(3,\) is not one"):
        training.step()


def test_long_gradients_are_shortened() -> None:
    moved = []
    for limit in (1e-12, 1e12):
        weights, training = new_training(0, DROPPING)
        before = weights.table.copy()
        training.limit = limit
        training.step()
        moved.append(np.abs(weights.table - before).max())
    # Adam divides by the size of a gradient, plus an epsilon of 1e-9.
    assert 0 < moved[0] < 0.1 * moved[1]


def test_operators_may_be_others() -> None:
    _, training = new_training(0, DROPPING)
    ran = []

    class Operators:
        @staticmethod
        def layer_norm(*arrays: Array) -> tuple:
            ran.append(len(arrays))
            return layer_normalisation.layer_norm(*arrays)

    training.operators = Operators
    training.step()
    assert ran == [3] * 7


def deeper() -> Training:
    return new_training(0, DROPPING._replace(depth=2))[1]


def wider() -> Training:
    return new_training(0, DROPPING._replace(width=9))[1]


def double() -> Training:
    weights, training = new_training(0, DROPPING)
    training.adam = Adam(convert(weights, lambda a: a.astype(np.float64)))
    return training


def other_chance() -> Training:
    _, training = new_training(0, DROPPING)
    training.generator = np.random.Generator(np.random.SFC64(0))
    return training


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (deeper, r"layers.1.\S+ is nothing, here float32"),
        (wider, r"is float32\[8, 8\], here float32\[9, 8\]"),
        (double, r"is float32\[8, 8\], here float64"),
        (other_chance, "no state of this kind of generator"),
    ],
)
def test_what_does_not_fit_is_refused(
    make: Callable[[], Training], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.safetensors"
    _, training = new_training(0, DROPPING)
    training.run(until=1, path=path)
    other = make()
    before = {name: array.copy() for name, array in other.arrays().items()}
    with pytest.raises(ValueError, match=message):
        other.resume(path)
    for name, array in other.arrays().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)


@pytest.mark.parametrize("state", ["{}", "[", "7", '{"bit_generator": 1}'])
def test_a_generator_that_cannot_be(state: str, tmp_path: Path) -> None:
    _, training = new_training(0, DROPPING)
    for metadata in ({"generator": state}, None):
        save(tmp_path / "a", training.arrays(), metadata)
        with pytest.raises(ValueError, match="no state of this kind"):
            training.resume(tmp_path / "a")


def test_progress_is_for_terminals(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, training = new_training(0, DROPPING)
    training.run(until=2)
    assert capsys.readouterr() == ("", "")

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    training.run(until=5)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("\rstep 5 of 5, loss ")
    assert err.endswith(" steps a second, 0:00 left\x1b[K\n")
    training.run(until=5)
    assert capsys.readouterr() == ("", "")
