"""A text is cut into tokens, and each token has a number."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from transformer.input_embedding import UNKNOWN

T = TypeVar("T")


class Tokenizer(Protocol):
    """What turns a text into numbers and back."""

    def encode(self, text: str) -> list[int]:
        """Cut a text into tokens and return the number of each."""

    def decode(self, ids: Iterable[int]) -> str:
        """Put a text together again."""

    def __len__(self) -> int:
        """Return how many rows a table needs."""


def compose(text: str) -> str:
    """Make one character of a letter and its marks where there is one."""
    return unicodedata.normalize("NFC", text)


def lower_case(text: str, *, turkish: bool = False) -> str:
    """Make capital letters small.

    Args:
        text: any text; what is returned is in NFC.
        turkish: whether a small I is ı. That of İ is i in any case.
    """
    text = compose(text).replace("İ", "i")
    return (text.replace("I", "ı") if turkish else text).lower()


class Characters:
    """Each character is a token.

    Args:
        text: whose characters are known from then on.
        special: tokens besides, numbered from 2, that no text holds.
    """

    def __init__(self, text: str, special: Sequence[str] = ()) -> None:
        reserved = ["", "\N{REPLACEMENT CHARACTER}", *[""] * len(special)]
        known = sorted(set(compose(text)))
        self.tokens = [*reserved, *known]
        numbered = enumerate([*special, *known], start=2)
        self.numbers = {token: number for number, token in numbered}

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> list[int]:
        """Return the number of each character."""
        return [self.numbers.get(one, UNKNOWN) for one in compose(text)]

    def decode(self, ids: Iterable[int]) -> str:
        """Put a text together again, without padding and special tokens."""
        return "".join(fetch(self.tokens, ids))


def fetch(tokens: Sequence[T], ids: Iterable[int]) -> list[T]:
    """Return the token of each number.

    Raises:
        IndexError: a number that no token has.
    """
    found = []
    for number in ids:
        if not 0 <= number < len(tokens):
            raise IndexError(f"number {number} among {len(tokens)} tokens")
        found.append(tokens[number])
    return found
