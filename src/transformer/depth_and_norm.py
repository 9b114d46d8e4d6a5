"""An experiment: normalisation before or after, in deep models."""

from typing import NamedTuple

import numpy as np

from transformer.adam import Adam
from transformer.backpropagation import Array, Tape
from transformer.cross_entropy import cross_entropy
from transformer.encoder import EncoderWeights, encoder, new_encoder
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids
from transformer.linear import Linear, linear, new_linear
from transformer.training import Training

WORDS = 8
CHOICES = Hyperparameters(size=24, width=48, depth=8, heads=2)


class Model(NamedTuple):
    """An encoder that writes backwards."""

    encoder: EncoderWeights
    """From word numbers to a row for each place."""
    answer: Linear
    """From a row to scores for the word that belongs there."""


def new_model(
    generator: np.random.Generator, choices: Hyperparameters
) -> Model:
    """Make an untrained model."""
    return Model(
        new_encoder(generator, 1 + WORDS, choices),
        new_linear(generator, choices.size, 1 + WORDS),
    )


def sentences(generator: np.random.Generator) -> Ids:
    """Draw 32 sentences of five words, [32, 5]."""
    return generator.integers(1, 1 + WORDS, (32, 5))


def loss(tape: Tape, ids: Ids, model: Model, choices: Hyperparameters) -> Array:
    """Compute the surprise at the words of sentences written backwards."""
    rows = encoder(tape, ids, model.encoder, choices)
    scores = tape(linear, rows, *model.answer)
    return tape(cross_entropy, scores, answers=ids[:, ::-1])


def gradient_lengths(seed: int, choices: Hyperparameters) -> list[float]:
    """Measure the gradients of an untrained model.

    Args:
        seed: what the weights and the sentences are drawn from.
        choices: the model's depth, and where it normalises.

    Returns:
        The norm of the gradient of each layer's second feed-forward matrix.
    """
    generator, tape = np.random.default_rng(seed), Tape()
    model = new_model(generator, choices)
    total = loss(tape, sentences(generator), model, choices)
    gradients = tape.gradients(total, np.ones_like(total))
    layers = model.encoder.stack.layers
    return [
        float(np.linalg.norm(gradients[layer.feed_forward.narrow.W]))
        for layer in layers
    ]


def train(
    seed: int,
    choices: Hyperparameters,
    rate: float,
    *,
    warm_up: bool,
    steps: int = 200,
) -> float:
    """Train a model, and return its mean loss in the last 20 steps."""
    generator = np.random.default_rng(seed)
    model = new_model(generator, choices)
    rise = steps / 4 if warm_up else 1
    losses = Training(
        Adam(model),
        draw=sentences,
        loss=lambda tape, ids: loss(tape, ids, model, choices),
        rate=lambda step: rate * min(step / rise, 1) * (1 - (step - 1) / steps),
        generator=generator,
    ).run(until=steps)
    return float(np.mean(losses[-20:]))
