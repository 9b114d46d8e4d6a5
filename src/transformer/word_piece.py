"""Pieces of words, joined where it makes the text more probable."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log
from typing import TypeAlias

from transformer.byte_pair_encoding import Words
from transformer.input_embedding import PADDING, split
from transformer.tokenizer import fetch

INSIDE = "##"  # before a piece that does not begin its word

Measure: TypeAlias = Callable[[int, int, int, int], float]


def gain(together: int, first: int, second: int, total: int) -> float:
    """Say how much more probable joining a pair makes the text, in nats.

    Args:
        together: how often the pair occurs.
        first: how often its first piece does.
        second: how often its second piece does.
        total: how many pieces there are.
    """
    return together * log(together * total / (first * second))


def ratio(together: int, first: int, second: int, total: int) -> float:
    """Compare a pair with chance, whether it is frequent or rare."""
    del total  # the same for all pairs
    return together / (first * second)


def learn_pieces(
    words: Mapping[str, int], number: int, measure: Measure = gain
) -> list[str]:
    """Learn pieces from words (Schuster and Nakajima 2012).

    Args:
        words: how often each word occurs.
        number: how many pairs to join, at most.
        measure: of pairs, the one with the largest is joined.

    Returns:
        The characters in the order of the alphabet, then what was joined.
    """
    counted = Words((apart(word), times) for word, times in words.items())
    alone = counted.tokens  # how often each piece occurs
    pieces = sorted(alone)
    for _ in range(number):
        total = alone.total()
        measured = [
            (-round(measure(times, alone[a], alone[b], total), 9), (a, b))
            for (a, b), times in counted.pairs.items()
            if times > 1
        ]
        if not measured:
            break
        _, (first, second) = min(measured)
        pieces.append(first + second.removeprefix(INSIDE))
        counted.join((first, second), pieces[-1])
    return list(dict.fromkeys(pieces))


def apart(word: str) -> list[str]:
    """Cut a word into characters, all but the first marked as inside."""
    return [*word[:1], *(INSIDE + character for character in word[1:])]


class WordPieces:
    """Words, and pieces of words, are tokens.

    Args:
        tokens: each token, `##` before it if it is inside a word; the number
            of a token is its place. The first is padding.
        unknown: which of them stands for a word that cannot be cut.

    Raises:
        ValueError: `unknown` is not among the tokens.
    """

    def __init__(self, tokens: Sequence[str], unknown: str = "<unk>") -> None:
        if unknown not in tokens:
            raise ValueError(f"{unknown} is not among the tokens")
        self.tokens = list(tokens)
        self.numbers = {token: place for place, token in enumerate(tokens)}
        self.unknown = self.numbers[unknown]
        self.longest = max(map(len, tokens))

    @classmethod
    def learn(
        cls,
        text: str,
        number: int,
        special: Sequence[str] = (),
        measure: Measure = gain,
    ) -> "WordPieces":
        """Learn to join a number of pairs from a text, or fewer."""
        pieces = learn_pieces(Counter(split(text)), number, measure)
        return cls(["<pad>", "<unk>", *special, *pieces])

    def __len__(self) -> int:
        return len(self.tokens)

    def cut(self, word: str) -> list[int]:
        """Cut a word, from the left, into the longest pieces there are."""
        found = []
        begin = 0
        while begin < len(word):
            mark = INSIDE if begin else ""
            for end in range(min(len(word), begin + self.longest), begin, -1):
                number = self.numbers.get(mark + word[begin:end])
                if number is not None:
                    break
            else:
                return [self.unknown]
            found.append(number)
            begin = end
        return found

    def encode(self, text: str) -> list[int]:
        """Cut a text into words, and these into pieces."""
        return [number for word in split(text) for number in self.cut(word)]

    def decode(self, ids: Iterable[int]) -> str:
        """Put the words together again, with a blank between them."""
        pieces = fetch(self.tokens, [one for one in ids if one != PADDING])
        return " ".join(pieces).replace(" " + INSIDE, "")
