"""An experiment: three tasks on digits, learned to the last digit."""

from collections.abc import Callable

import numpy as np

from transformer.adam import Adam
from transformer.attention_mechanism import attention_weights
from transformer.backpropagation import Array, Tape
from transformer.cross_entropy import cross_entropy
from transformer.encoder_decoder import (
    EncoderDecoderWeights,
    encoder_decoder,
    new_encoder_decoder,
)
from transformer.generation import greedy
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids
from transformer.key_value_cache import encoder_decoder_step
from transformer.parameters import convert
from transformer.training import Training
from transformer.warm_up import rise_and_fall

TASKS: dict[str, Callable[[Ids], Ids]] = {
    "copy": lambda digits: digits,
    "reverse": lambda digits: digits[:, ::-1],
    "sort": lambda digits: np.sort(digits, axis=1),
}
START, ZERO = 2, 3  # the numbers of the word *start* and of the digit 0
CHOICES = Hyperparameters(size=32, width=64, depth=1, heads=2, norm_first=True)


def draw(
    generator: np.random.Generator,
    count: int,
    length: int = 8,
    *,
    unseen: bool = False,
) -> Ids:
    """Draw sequences of digits, as numbers of words, [count, length].

    Args:
        generator: where they come from.
        count: how many.
        length: how many digits each has.
        unseen: whether to draw such as no training shows.
    """
    digits = generator.integers(0, 10, (count, length))
    rest = digits.sum(axis=1) % 10
    digits[:, -1] += -rest if unseen else rest == 0
    return digits % 10 + ZERO


def framed(target: Ids) -> Ids:
    """Put *start* before each sequence, [b, n] to [b, n + 1]."""
    return np.pad(target, ((0, 0), (1, 0)), constant_values=START)


def learn(
    task: str, seed: int, steps: int = 1000
) -> tuple[EncoderDecoderWeights, list[float]]:
    """Learn a task from nothing.

    Args:
        task: its name.
        seed: what weights and sequences are drawn with.
        steps: how many batches of 64 sequences to show.

    Returns:
        The weights, and the loss before each step.
    """
    generator = np.random.default_rng(seed)
    drawn = new_encoder_decoder(generator, ZERO + 10, CHOICES)
    weights = convert(drawn, lambda array: array.astype(np.float32))

    def loss(tape: Tape, source: Ids) -> Array:
        target = framed(TASKS[task](source))
        scores = encoder_decoder(tape, source, target[:, :-1], weights, CHOICES)
        return tape(cross_entropy, scores, answers=target[:, 1:])

    def rate(step: int) -> float:
        return rise_and_fall(step, peak=0.005, rise=100, last=steps)

    training = Training(
        Adam(weights), lambda g: draw(g, 64), loss, rate, generator
    )
    return weights, training.run(until=steps)


def write(weights: EncoderDecoderWeights, source: Ids) -> Ids:
    """Write as many digits as were read, [b, n]."""
    step = encoder_decoder_step(source, weights, CHOICES)
    start = np.full((len(source), 1), START)
    return greedy(step, start, longest=source.shape[1] + 1)[:, 1:]


def right(
    weights: EncoderDecoderWeights, task: str, count: int, length: int = 8
) -> int:
    """Count the sequences that are written right, of some never shown."""
    generator = np.random.default_rng(1000)
    source = draw(generator, count, length, unseen=True)
    written = write(weights, source)
    return int((written == TASKS[task](source)).all(axis=1).sum())


def asking(weights: EncoderDecoderWeights, task: str, source: Ids) -> Array:
    """Return the shares of cross-attention, [b, heads, n, n]."""
    tape, target = Tape(), framed(TASKS[task](source))
    encoder_decoder(tape, source, target[:, :-1], weights, CHOICES)
    return tape.outputs(attention_weights)[-1]
