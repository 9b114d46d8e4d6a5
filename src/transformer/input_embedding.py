"""Words become rows of learned numbers."""

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from transformer.backpropagation import Array, Tape, Undo

Ids: TypeAlias = NDArray[np.intp]

PADDING = 0
UNKNOWN = 1


def split(sentence: str) -> list[str]:
    """Cut a sentence into words and punctuation marks, in lower case."""
    lower = sentence.lower()
    # lower() turns a Turkish İ into an i and a combining dot
    lower = lower.replace("\N{COMBINING DOT ABOVE}", "")
    return re.findall(r"\w+|[^\w\s]", lower)


class Vocabulary:
    """The words a model knows, each with a number.

    Args:
        sentences: where the words are taken from.
        special: words besides, numbered from 2.
    """

    def __init__(
        self, sentences: Iterable[str], special: Sequence[str] = ()
    ) -> None:
        given = (word for sentence in sentences for word in split(sentence))
        reserved = ["<pad>", "<unk>", *special]
        self.words = list(dict.fromkeys([*reserved, *given]))
        self.numbers = {word: number for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, sentences: Sequence[str]) -> Ids:
        """Turn sentences into rows of numbers, filled up to the longest.

        Args:
            sentences: b sentences, the longest of n words.

        Returns:
            The number of each word, [b, n], with `PADDING` after the end.
        """
        rows = [
            [self.numbers.get(word, UNKNOWN) for word in split(sentence)]
            for sentence in sentences
        ]
        ids = np.full((len(rows), max(map(len, rows), default=0)), PADDING)
        for place, row in zip(ids, rows, strict=True):
            place[: len(row)] = row
        return ids

    def decode(self, ids: Ids) -> list[str]:
        """Turn one row of numbers back into words, without the padding."""
        return [self.words[number] for number in ids if number != PADDING]


def lookup(table: Array, *, ids: Ids) -> tuple[Array, Undo]:
    """Fetch the row of each word.

    Args:
        table: one row a word, [words, size].
        ids: the number of each word, [b, n].

    Returns:
        The rows, [b, n, size], and the undo.

    Raises:
        IndexError: a number that no row has. (NumPy would take the row that
            stands so far from the end for a negative one.)
    """
    if ids.size and not 0 <= ids.min() <= ids.max() < len(table):
        numbers = f"numbers from {ids.min()} to {ids.max()}"
        raise IndexError(f"{numbers} in a table of {len(table)} rows")

    def undo(gradient: Array) -> Array:
        sums = np.zeros_like(table)
        np.add.at(sums, ids, gradient)
        return sums

    return table[ids], undo


def scale(x: Array, *, factor: float) -> tuple[Array, Undo]:
    """Multiply by a fixed number."""
    return x * factor, lambda gradient: gradient * factor


def embed(tape: Tape, ids: Ids, table: Array) -> Array:
    """Turn numbers of words into rows (Vaswani et al. 2017, section 3.4).

    Args:
        tape: records the operators that run.
        ids: the number of each word, [b, n].
        table: one row a word, [words, size].

    Returns:
        The rows, [b, n, size].

    Raises:
        ValueError: the numbers are not those of b sentences of n words.
    """
    if ids.ndim != 2:
        message = f"numbers of words of shape {ids.shape}, not [b, n]"
        raise ValueError(message)
    rows = tape(lookup, table, ids=ids)
    return tape(scale, rows, factor=table.shape[1] ** 0.5)


def new_table(generator: np.random.Generator, words: int, size: int) -> Array:
    """Make an untrained table, [words, size], of variance 1 / size."""
    return generator.normal(scale=size**-0.5, size=(words, size))
