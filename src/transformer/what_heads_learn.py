"""An experiment: do two heads come to look at different things?"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from transformer.attention_map import attention_map
from transformer.backpropagation import Array, Gradients, Tape, Undo, add
from transformer.encoder import Encoder, EncoderWeights, encoder, new_encoder
from transformer.gradient_check import wave
from transformer.input_embedding import PADDING, Ids, Vocabulary, split
from transformer.linear import Linear, linear, new_linear
from transformer.parameters import convert, parameters
from transformer.softmax import softmax

VOCABULARY = Vocabulary(["hi how are you", "i am fine and thanks", "merhaba iyiyim"])
SENTENCE = "hi how are you"
HEADS = 2


def cross_entropy(scores: Array, *, answers: Ids) -> tuple[Array, Undo]:
    """Measure how much the right answers surprise, on average.

    Args:
        scores: what speaks for each word, [b, n, words].
        answers: the number of the right one, [b, n].

    Returns:
        One number, and the way back.
    """
    right = np.take_along_axis(scores, answers[..., None], axis=-1)
    surprise = np.logaddexp.reduce(scores, axis=-1, keepdims=True) - right

    def undo(gradient: Array) -> Array:
        shares, _ = softmax(scores)
        np.put_along_axis(shares, answers[..., None], np.exp(-surprise) - 1, axis=-1)
        return gradient * shares / answers.size

    return np.array(surprise.mean()), undo


class Model(NamedTuple):
    """An encoder that says which words stand beside each word."""

    encoder: EncoderWeights
    """What reads."""
    before: Linear
    """From a word's row to scores for the word before it."""
    after: Linear
    """From a word's row to scores for the word after it."""


def new_model(start: int) -> Model:
    """Make an untrained model; another `start` gives other first values."""
    generator, words = np.random.default_rng(0), len(VOCABULARY)
    model = Model(
        new_encoder(generator, words=words, size=16, width=32, depth=1),
        new_linear(generator, 16, words),
        new_linear(generator, 16, words),
    )
    phases = iter(range(start, start + 100))

    def first_value(array: Array) -> Array:
        if array.ndim == 1:
            return array  # gains and constants start from ones and zeros
        spread = 2 / np.sqrt(sum(array.shape))  # a wave has variance 1/2
        return spread * wave(*array.shape, phase=next(phases))

    return convert(model, first_value)


def guess(tape: Tape, ids: Ids, model: Model) -> tuple[Array, Array]:
    """Give scores for the word before and for the word after each word, [b, n, words] each."""
    rows = encoder(tape, ids, model.encoder, heads=HEADS)
    return tape(linear, rows, *model.before), tape(linear, rows, *model.after)


def examples(step: int) -> Ids:
    """Make 32 rows of three to six words in arbitrary order, others for each step."""
    uniform = 0.5 + np.arcsin(wave(32, 3 + step % 4, phase=step)) / np.pi
    return 2 + (uniform * (len(VOCABULARY) - 2)).astype(int)


def neighbours(ids: Ids) -> tuple[Ids, Ids]:
    """Say which word stands before, and which after each word."""
    ends = np.pad(ids, ((0, 0), (1, 1)), constant_values=PADDING)
    return ends[:, :-2], ends[:, 2:]


def loss(tape: Tape, ids: Ids, model: Model) -> Array:
    """Measure how wrong the guesses for both neighbours are together."""
    (before, after), (left, right) = guess(tape, ids, model), neighbours(ids)
    wrong_before = tape(cross_entropy, before, answers=left)
    return tape(add, wrong_before, tape(cross_entropy, after, answers=right))


class Adam:
    """Steps down the gradient, for each number of a size of its own."""

    def __init__(self, weights: Model) -> None:
        self.arrays = [array for _, array in parameters(weights)]
        self.means = [np.zeros_like(array) for array in self.arrays]
        self.squares = [np.zeros_like(array) for array in self.arrays]
        self.steps = 0

    def step(self, gradients: Gradients, rate: float) -> None:
        """Change every array in place (Kingma and Ba 2015, algorithm 1)."""
        self.steps += 1
        for array, mean, square in zip(self.arrays, self.means, self.squares, strict=True):
            gradient = gradients[array]
            mean[...] += 0.1 * (gradient - mean)
            square[...] += 0.02 * (gradient**2 - square)
            fair_mean = mean / (1 - 0.9**self.steps)
            fair_square = square / (1 - 0.98**self.steps)
            array[...] -= rate * fair_mean / (np.sqrt(fair_square) + 1e-9)


def learn(model: Model, steps: int = 800, rate: float = 0.02) -> list[float]:
    """Train a model in place and return its loss at each step."""
    adam, losses = Adam(model), []
    for step in range(steps):
        tape = Tape()
        total = loss(tape, examples(step), model)
        losses.append(float(total))
        adam.step(tape.gradients(total, np.ones_like(total)), rate * (1 - step / steps))
    return losses


def figures() -> dict[str, str]:
    """Draw what the words of a sentence take from each other, before and after learning."""
    model = new_model(start=1)
    reader = Encoder(VOCABULARY, model.encoder, heads=HEADS)
    words = split(SENTENCE)
    before = attention_map(reader.shares(SENTENCE)[0], words, f"“{SENTENCE}”, untrained")
    learn(model)
    after = attention_map(reader.shares(SENTENCE)[0], words, f"“{SENTENCE}”, trained")
    return {"attention-untrained.svg": before, "attention-trained.svg": after}


if __name__ == "__main__":
    for name, figure in figures().items():
        Path("vault/figures", name).write_text(figure, encoding="utf-8", newline="\n")
