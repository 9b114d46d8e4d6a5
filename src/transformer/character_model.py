"""An experiment: a language model of letters, learned from their names."""

import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np

from transformer.adam import Adam
from transformer.backpropagation import Array, Tape
from transformer.cross_entropy import cross_entropy
from transformer.generation import sample
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import PADDING, Ids
from transformer.key_value_cache import language_model_step
from transformer.language_model import (
    LanguageModelWeights,
    language_model,
    new_language_model,
)
from transformer.parameters import convert
from transformer.tokenizer import Characters
from transformer.training import Training
from transformer.warm_up import rise_and_fall

ALPHABETS = ("ARABIC ", "ARMENIAN ", "CYRILLIC ", "GEORGIAN ", "GREEK ")
ALPHABETS += ("HEBREW ", "LATIN ")
LONGEST = 48


def all_names() -> list[str]:
    """Collect the names of the letters of seven alphabets, shuffled."""
    edition = unicodedata.ucd_3_2_0
    names = (edition.name(chr(number), "") for number in range(0x10000))
    chosen = [
        name
        for name in names
        if name.startswith(ALPHABETS) and len(name) <= LONGEST
    ]
    order = np.random.default_rng(0).permutation(len(chosen))
    return [chosen[place] for place in order]


NAMES = all_names()
SHOWN, KEPT = NAMES[: len(NAMES) * 9 // 10], NAMES[len(NAMES) * 9 // 10 :]
LINE = 2  # the number of the mark before and behind each name
TOKENIZER = Characters("".join(NAMES), special=["<line>"])
CHOICES = Hyperparameters(
    size=48, width=96, depth=1, heads=4, norm_first=True, activation="gelu"
)


def number(names: Sequence[str]) -> Ids:
    """Number the characters of names and their ends of lines, [b, n]."""
    ids = np.full((len(names), LONGEST + 2), PADDING)
    for row, name in zip(ids, names, strict=True):
        row[: len(name) + 2] = [LINE, *TOKENIZER.encode(name), LINE]
    return ids[:, : (ids != PADDING).sum(axis=1).max()]


def loss(tape: Tape, ids: Ids, weights: LanguageModelWeights) -> Array:
    """Compute the mean surprise of a model by the characters of names."""
    scores = language_model(tape, ids[:, :-1], weights, CHOICES)
    return tape(cross_entropy, scores, answers=ids[:, 1:])


def learn(seed: int, steps: int = 600) -> LanguageModelWeights:
    """Learn how names go, from nothing.

    Args:
        seed: what weights and batches are drawn with.
        steps: how many batches to show.
    """
    generator = np.random.default_rng(seed)
    drawn = new_language_model(generator, len(TOKENIZER), LONGEST + 1, CHOICES)
    weights = convert(drawn, lambda array: array.astype(np.float32))

    def draw(generator: np.random.Generator) -> Ids:
        places = generator.integers(0, len(SHOWN), 32)
        return number([SHOWN[place] for place in places])

    def rate(step: int) -> float:
        return rise_and_fall(step, peak=0.012, rise=100, last=steps)

    training = Training(
        Adam(weights),
        draw,
        lambda tape, ids: loss(tape, ids, weights),
        rate,
        generator,
    )
    training.run(until=steps)
    return weights


def bits(weights: LanguageModelWeights, names: Sequence[str]) -> float:
    """Measure the mean surprise by a character, in bits."""
    return float(loss(Tape(), number(names), weights)) / float(np.log(2))


def invent(
    weights: LanguageModelWeights, count: int, temperature: float
) -> list[str]:
    """Draw names by lot, character by character."""
    step = language_model_step(weights, CHOICES)
    start = np.full((count, 1), LINE)
    lots = np.random.default_rng(0)
    ids = sample(
        *(step, start, lots),
        longest=LONGEST + 1,
        end=LINE,
        temperature=temperature,
    )
    return [TOKENIZER.decode(row) for row in ids]


def counted_bits(context: int) -> float:
    """Measure how surprised counting is by the names kept, in bits.

    Args:
        context: how many characters it looks back.
    """
    after, seen = Counter[str](), Counter[str]()
    for line in padded(SHOWN, context):
        for end in range(context, len(line)):
            for start in range(end - context, end + 1):
                after[line[start : end + 1]] += 1
                seen[line[start:end]] += 1
    tokens, surprises = len(set("".join(SHOWN))) + 1, []
    for line in padded(KEPT, context):
        for end in range(context, len(line)):
            p = 1 / tokens
            for start in range(end, end - context - 1, -1):
                here, before = line[start : end + 1], line[start:end]
                p = (after[here] + 3 * p) / (seen[before] + 3)
            surprises.append(-np.log2(p))
    return float(np.mean(surprises))


def padded(names: Sequence[str], context: int) -> list[str]:
    """Put ends of lines before and behind names."""
    return ["\n" * context + name + "\n" for name in names]
