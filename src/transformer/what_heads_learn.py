"""An experiment: do two heads learn to attend to different words?"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from transformer.attention_map import attention_map
from transformer.backpropagation import Array, Gradients, Tape, Undo, add
from transformer.encoder import Encoder, EncoderWeights, encoder, new_encoder
from transformer.gradient_check import wave
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import PADDING, Ids, Vocabulary, split
from transformer.linear import Linear, linear, new_linear
from transformer.parameters import convert, parameters
from transformer.softmax import softmax

VOCABULARY = Vocabulary(
    ["hi how are you", "i am fine and thanks", "merhaba iyiyim"]
)
SENTENCE = "hi how are you"
CHOICES = Hyperparameters(size=16, width=32, depth=1, heads=2)


def cross_entropy(scores: Array, *, answers: Ids) -> tuple[Array, Undo]:
    """Compute the mean of -log p of the right answers.

    Args:
        scores: a score for each word of the vocabulary, [b, n, words].
        answers: the number of the right word, [b, n].

    Returns:
        One number, and the undo.
    """
    right = np.take_along_axis(scores, answers[..., None], axis=-1)
    surprise = np.logaddexp.reduce(scores, axis=-1, keepdims=True) - right

    def undo(gradient: Array) -> Array:
        shares, _ = softmax(scores)
        np.put_along_axis(
            shares, answers[..., None], np.exp(-surprise) - 1, axis=-1
        )
        return gradient * shares / answers.size

    return np.array(surprise.mean()), undo


class Model(NamedTuple):
    """An encoder that says which words stand beside each word."""

    encoder: EncoderWeights
    """From word numbers to a row for each word."""
    before: Linear
    """From a word's row to scores for the word before it."""
    after: Linear
    """From a word's row to scores for the word after it."""


def new_model(start: int) -> Model:
    """Make an untrained model; another `start` gives other first values."""
    generator, words = np.random.default_rng(0), len(VOCABULARY)
    model = Model(
        new_encoder(generator, words, CHOICES),
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


def guess(
    tape: Tape, ids: Ids, model: Model, heads: int = 2
) -> tuple[Array, Array]:
    """Compute scores for both neighbours of each word, [b, n, words] each."""
    rows = encoder(tape, ids, model.encoder, CHOICES._replace(heads=heads))
    return tape(linear, rows, *model.before), tape(linear, rows, *model.after)


def examples(step: int) -> Ids:
    """Make 32 rows of three to six words, other rows for each step."""
    uniform = 0.5 + np.arcsin(wave(32, 3 + step % 4, phase=step)) / np.pi
    return 2 + (uniform * (len(VOCABULARY) - 2)).astype(int)


def neighbours(ids: Ids) -> tuple[Ids, Ids]:
    """Say which word stands before, and which after each word."""
    ends = np.pad(ids, ((0, 0), (1, 1)), constant_values=PADDING)
    return ends[:, :-2], ends[:, 2:]


def loss(tape: Tape, ids: Ids, model: Model, heads: int = 2) -> Array:
    """Add up the cross-entropies of the guesses for both neighbours."""
    before, after = guess(tape, ids, model, heads)
    left, right = neighbours(ids)
    return tape(
        add,
        tape(cross_entropy, before, answers=left),
        tape(cross_entropy, after, answers=right),
    )


class Adam:
    """Gradient descent with adaptive step sizes (Kingma and Ba 2015)."""

    def __init__(self, weights: Model) -> None:
        self.arrays = [array for _, array in parameters(weights)]
        self.means = [np.zeros_like(array) for array in self.arrays]
        self.squares = [np.zeros_like(array) for array in self.arrays]
        self.steps = 0

    def step(self, gradients: Gradients, rate: float) -> None:
        """Change every array in place (algorithm 1)."""
        self.steps += 1
        state = zip(self.arrays, self.means, self.squares, strict=True)
        for array, mean, square in state:
            gradient = gradients[array]
            mean[...] += 0.1 * (gradient - mean)
            square[...] += 0.02 * (gradient**2 - square)
            m = mean / (1 - 0.9**self.steps)
            v = square / (1 - 0.98**self.steps)
            array[...] -= rate * m / (np.sqrt(v) + 1e-9)


def learn(model: Model, heads: int = 2, steps: int = 800) -> list[float]:
    """Train a model in place and return its loss at each step."""
    adam, losses = Adam(model), []
    for step in range(steps):
        tape = Tape()
        total = loss(tape, examples(step), model, heads)
        losses.append(float(total))
        gradients = tape.gradients(total, np.ones_like(total))
        adam.step(gradients, rate=0.02 * (1 - step / steps))
    return losses


def figures() -> dict[str, str]:
    """Draw the shares of both heads for a sentence, untrained and trained."""
    model = new_model(start=1)
    reader = Encoder(VOCABULARY, model.encoder, CHOICES)
    words = split(SENTENCE)
    (before,) = reader.shares(SENTENCE)
    learn(model)
    (after,) = reader.shares(SENTENCE)
    return {
        "attention-untrained.svg": attention_map(
            before, words, f"“{SENTENCE}”, untrained"
        ),
        "attention-trained.svg": attention_map(
            after, words, f"“{SENTENCE}”, trained"
        ),
    }


if __name__ == "__main__":
    for name, figure in figures().items():
        path = Path("vault/figures", name)
        path.write_text(figure, encoding="utf-8", newline="\n")
