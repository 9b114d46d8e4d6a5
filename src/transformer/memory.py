"""An experiment: how far back a network remembers, and how much."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from transformer.adam import Adam
from transformer.backpropagation import Array, Tape, Undo, add
from transformer.cross_entropy import cross_entropy
from transformer.encoder import encoder_layers, new_layers
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids, embed, new_table
from transformer.linear import Linear, linear, new_linear
from transformer.lstm import lstm, new_lstm
from transformer.positional_encoding import add_positions
from transformer.rnn import new_rnn, rnn
from transformer.training import Training

NUMBERS, NAMES = 8, 16
CHOICES = Hyperparameters(32, 64, depth=1, heads=2, norm_first=True)


def texts(
    generator: np.random.Generator,
    rows: int,
    pairs: int = 1,
    count: int = 32,
    distance: int | None = None,
) -> tuple[Ids, Ids]:
    """Draw texts with a question at the end.

    Args:
        generator: where they are drawn from.
        rows: how many rows stand before the question.
        pairs: how many of them have a name.
        count: how many texts.
        distance: how far before the question the only pair stands, from 1;
            None for pairs at places drawn at random.

    Returns:
        Names and numbers, [count, rows + 1, 2], and the answers, [count].
    """

    def some(of: int) -> Ids:
        order = np.argsort(generator.random((count, of)), axis=1)
        return order[:, :pairs]

    places = some(rows)
    if distance is not None:
        places = np.full((count, 1), rows - distance)
    names = np.zeros((count, rows + 1), dtype=int)
    np.put_along_axis(names, places, 1 + NUMBERS + some(NAMES), axis=1)
    numbers = generator.integers(1, 1 + NUMBERS, (count, rows + 1))
    numbers[:, -1] = 0
    asked = np.arange(count), places[:, 0]
    names[:, -1] = names[asked]
    return np.stack([names, numbers], axis=-1), numbers[asked]


class Network(NamedTuple):
    """One of the three."""

    state: int
    """How many numbers it has at each row."""
    new: Callable[[np.random.Generator], Any]
    """Makes its weights."""
    read: Callable[[Tape, Array, Any], Array]
    """From rows, [b, n, size], to states, [b, n, state]."""


def attend(tape: Tape, x: Array, weights: Any) -> Array:
    """Read all rows at once, with their positions."""
    return encoder_layers(tape, tape(add_positions, x), weights, CHOICES)


NETWORKS = {
    "RNN": Network(
        state=80,
        new=lambda generator: new_rnn(generator, CHOICES.size, 80),
        read=lambda tape, x, weights: tape(rnn, x, *weights),
    ),
    "LSTM": Network(
        state=36,
        new=lambda generator: new_lstm(generator, CHOICES.size, 36),
        read=lambda tape, x, weights: tape(lstm, x, *weights),
    ),
    "attention": Network(
        state=CHOICES.size,
        new=lambda generator: new_layers(generator, CHOICES),
        read=attend,
    ),
}


class Model(NamedTuple):
    """A network with what it needs to read and to answer."""

    table: Array
    """One row for each number and each name, [25, size]."""
    core: Any
    """What the network has learned."""
    answer: Linear
    """From its last state to scores for the numbers."""


def new_model(generator: np.random.Generator, name: str) -> Model:
    """Make an untrained model with one of the three networks."""
    network, size = NETWORKS[name], CHOICES.size
    return Model(
        new_table(generator, 1 + NUMBERS + NAMES, size),
        network.new(generator),
        new_linear(generator, network.state, 1 + NUMBERS),
    )


def last(x: Array) -> tuple[Array, Undo]:
    """Take the last row of each text, from [b, n, size] to [b, size]."""

    def undo(gradient: Array) -> Array:
        rows = np.zeros_like(x)
        rows[:, -1] = gradient
        return rows

    return x[:, -1].copy(), undo


def guess(tape: Tape, ids: Ids, model: Model, name: str) -> Array:
    """Compute scores for the answer of each text, [b, 9]."""
    parts = (embed(tape, ids[..., part], model.table) for part in (0, 1))
    states = NETWORKS[name].read(tape, tape(add, *parts), model.core)
    return tape(linear, tape(last, states), *model.answer)


def train(
    name: str,
    seed: int,
    rows: int,
    pairs: int = 1,
    steps: int = 300,
    rate: float = 0.01,
) -> Model:
    """Train a model on texts of one kind."""
    generator = np.random.default_rng(seed)
    model = new_model(generator, name)

    def loss(tape: Tape, batch: tuple[Ids, Ids]) -> Array:
        ids, answers = batch
        scores = guess(tape, ids, model, name)
        return tape(cross_entropy, scores, answers=answers)

    Training(
        Adam(model),
        draw=lambda generator: texts(generator, rows, pairs),
        loss=loss,
        rate=lambda step: rate * min(step / 50, 1 - (step - 1) / steps),
        generator=generator,
    ).run(until=steps)
    return model


def right(
    model: Model,
    name: str,
    rows: int,
    pairs: int = 1,
    distance: int | None = None,
) -> float:
    """Say which part of 1000 new texts is answered right."""
    generator = np.random.default_rng(1000)
    ids, answers = texts(generator, rows, pairs, 1000, distance)
    scores = guess(Tape(), ids, model, name)
    return float((scores.argmax(axis=-1) == answers).mean())
