"""An experiment: a dialogue of ten lines, learned by heart."""

from typing import NamedTuple

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
from transformer.input_embedding import PADDING, Ids, Vocabulary
from transformer.key_value_cache import encoder_decoder_step
from transformer.parameters import convert
from transformer.training import Training

DIALOGUE = {
    "hi how are you": "i am fine thanks",
    "hi who are you": "a small transformer",
    "hi where are you": "in a note",
    "what do you do": "i pay attention",
    "good morning": "good morning to you",
    "merhaba nasılsın": "iyiyim teşekkürler",
    "merhaba kimsin": "küçük bir dönüştürücü",
    "merhaba neredesin": "bir notun içinde",
    "ne yapıyorsun": "dikkat ediyorum",
    "günaydın": "sana da günaydın",
}
START, END = 2, 3
VOCABULARY = Vocabulary(
    [*DIALOGUE, *DIALOGUE.values()], special=["<start>", "<end>"]
)
CHOICES = Hyperparameters(size=32, width=64, depth=1, heads=2, norm_first=True)


def framed(replies: list[str]) -> Ids:
    """Number the words of replies, from *start* to *end*, [b, n]."""
    ids = np.pad(VOCABULARY.encode(replies), ((0, 0), (1, 1)))
    ids[:, 0] = START
    lengths = (ids != PADDING).sum(axis=1, keepdims=True)
    np.put_along_axis(ids, lengths, END, axis=1)
    return ids


def learn(seed: int, steps: int = 150) -> EncoderDecoderWeights:
    """Learn the dialogue from nothing.

    Args:
        seed: what the first weights are drawn with.
        steps: how many steps to train for.
    """
    source = VOCABULARY.encode(list(DIALOGUE))
    target = framed(list(DIALOGUE.values()))
    generator = np.random.default_rng(seed)
    drawn = new_encoder_decoder(generator, len(VOCABULARY), CHOICES)
    weights = convert(drawn, lambda array: array.astype(np.float32))

    def loss(tape: Tape, _: None) -> Array:
        scores = encoder_decoder(tape, source, target[:, :-1], weights, CHOICES)
        return tape(cross_entropy, scores, answers=target[:, 1:])

    training = Training(
        Adam(weights), lambda _: None, loss, lambda _: 0.005, generator
    )
    training.run(until=steps)
    return weights


def reply(
    weights: EncoderDecoderWeights, sentence: str, hidden: int | None = None
) -> str:
    """Answer a sentence.

    Args:
        weights: what was learned.
        sentence: what is said.
        hidden: the place of a word that is to be hidden, if there is one.

    Returns:
        The likeliest words.
    """
    source = VOCABULARY.encode([sentence])
    if hidden is not None:
        source[:, hidden] = PADDING
    step = encoder_decoder_step(source, weights, CHOICES)
    (words,) = greedy(step, np.array([[START]]), longest=10, end=END)
    return " ".join(VOCABULARY.decode(words[(words != START) & (words != END)]))


class Looks(NamedTuple):
    """How much words take from words, one share for each head and pair."""

    reading: Array
    """From each word that is read to all of them, [heads, m, m]."""
    writing: Array
    """From each word that is written to those before, [heads, n, n]."""
    asking: Array
    """From each word that is written to those read, [heads, n, m]."""


def look(weights: EncoderDecoderWeights, sentence: str) -> Looks:
    """Say what the model looks at while it answers a sentence."""
    source, target = VOCABULARY.encode([sentence]), framed([DIALOGUE[sentence]])
    tape = Tape()
    encoder_decoder(tape, source, target[:, :-1], weights, CHOICES)
    return Looks(*(shares[0] for shares in tape.outputs(attention_weights)))
