"""What is timed: one step of training for each model, and writing with a cache."""

from __future__ import annotations

from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from peer import Writer, encoder_decoder_peer, language_model_peer, stepping

from transformer import fast
from transformer.adam import Adam
from transformer.cross_entropy import cross_entropy
from transformer.encoder_decoder import encoder_decoder, new_encoder_decoder
from transformer.generation import greedy
from transformer.hyperparameters import Hyperparameters
from transformer.key_value_cache import language_model_step
from transformer.language_model import language_model, new_language_model
from transformer.parameters import convert
from transformer.training import Training

if TYPE_CHECKING:
    from collections.abc import Callable

    from transformer.backpropagation import Array, Tape
    from transformer.input_embedding import Ids

WORDS = 1000
PAPER = Hyperparameters(size=128, width=512, depth=2, heads=4)
LATER = PAPER._replace(depth=4, norm_first=True, activation="gelu")
SENTENCES, LENGTH = 64, 32
TEXTS, LONGEST = 16, 128
RATE = 1e-3
CHECKED = 5


class Case(NamedTuple):
    """The same work, done by both."""

    ours: Callable[[], Any]
    """NumPy's."""
    theirs: Callable[[], Any]
    """PyTorch's."""
    steps: int
    """How many steps one run is."""
    check: Callable[[], None]
    """Raises an error if they do not come to the same."""


def encoder_decoder_training(operators: object = None) -> Case:
    """A step of the model of the paper: 64 sentences of 16 to 32 words."""
    generator = np.random.default_rng(0)
    weights = _float32(new_encoder_decoder(generator, WORDS, PAPER))
    batches = [_pairs(generator) for _ in range(4)]

    def loss(tape: Tape, batch: tuple[Ids, Ids]) -> Array:
        source, target = batch
        scores = encoder_decoder(tape, source, target[:, :-1], weights, PAPER)
        return tape(cross_entropy, scores, answers=target[:, 1:])

    model = encoder_decoder_peer(weights, PAPER)
    theirs = stepping(model, batches, RATE)
    return _training(weights, loss, batches, theirs, operators)


def language_model_training(operators: object = None) -> Case:
    """A step of a model with pre-norm and GELU: 16 texts of 128 words."""
    generator = np.random.default_rng(0)
    weights = _float32(new_language_model(generator, WORDS, LONGEST, LATER))
    shape = (TEXTS, LONGEST + 1)
    batches = [(generator.integers(1, WORDS, shape),) for _ in range(4)]

    def loss(tape: Tape, batch: tuple[Ids]) -> Array:
        (texts,) = batch
        scores = language_model(tape, texts[:, :-1], weights, LATER)
        return tape(cross_entropy, scores, answers=texts[:, 1:])

    model = language_model_peer(weights, LATER)
    theirs = stepping(model, batches, RATE)
    return _training(weights, loss, batches, theirs, operators)


def cached_writing() -> Case:
    """The likeliest words of one text, one after another, up to 128."""
    drawn = new_language_model(np.random.default_rng(0), WORDS, LONGEST, LATER)
    weights = _float32(drawn)
    step, writer = language_model_step(weights, LATER), Writer(weights, LATER)
    given = np.array([[1]])

    def ours() -> list[int]:
        return greedy(step, given, longest=LONGEST, end=-1)[0].tolist()

    def theirs() -> list[int]:
        return writer.greedy(1, LONGEST)

    def check() -> None:
        if ours() != theirs() or len(set(ours())) < 3:
            raise AssertionError(f"not the same words: {ours()} and {theirs()}")

    return Case(ours, theirs, LONGEST - 1, check)


def _training(
    weights: Any,
    loss: Callable[[Tape, Any], Array],
    batches: list[Any],
    theirs: Callable[[], float],
    operators: object,
) -> Case:
    turn = cycle(batches)
    training = Training(
        adam=Adam(weights),
        draw=lambda _: next(turn),
        loss=loss,
        rate=lambda _: RATE,
        generator=np.random.default_rng(0),
        operators=operators,
    )

    def check() -> None:
        pairs = [(training.step(), theirs()) for _ in range(CHECKED)]
        if any(abs(our - their) > 1e-4 * their for our, their in pairs):
            raise AssertionError(f"not the same losses: {pairs}")

    return Case(training.step, theirs, 1, check)


def _pairs(generator: np.random.Generator) -> tuple[Ids, Ids]:
    """Sentences that are read, and such that are written, filled up."""
    sides = []
    for length in (LENGTH, LENGTH + 1):
        ids = generator.integers(1, WORDS, (SENTENCES, length))
        lengths = generator.integers(length // 2, length + 1, (SENTENCES, 1))
        sides.append(ids * (np.arange(length) < lengths))
    return sides[0], sides[1]


def _float32(weights: Any) -> Any:
    return convert(weights, lambda array: array.astype(np.float32))


CASES = {
    "Encoder-Decoder, a training step": encoder_decoder_training,
    "Encoder-Decoder, with `fast`": partial(encoder_decoder_training, fast),
    "Language Model, a training step": language_model_training,
    "Language Model, with `fast`": partial(language_model_training, fast),
    "Language Model, a word with a cache": cached_writing,
}
