"""What often stands together becomes one token, beginning with bytes."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from heapq import heapify, heappop, heappush
from itertools import pairwise
from math import inf
from typing import Generic, TypeAlias, TypeVar

from transformer.tokenizer import fetch

T = TypeVar("T", bound=Hashable)
Pair: TypeAlias = tuple[int, int]

PART = re.compile(
    r" ?[^\W\d_]+"  # letters
    r"| ?\d+"
    r"| ?(?:[^\w\s]|_)+"  # other signs
    r"|\s+(?!\S)"  # blanks, but not the last before a word
    r"|\s+"
)


def parts(text: str) -> list[str]:
    """Cut a text into parts that are its words, each with a blank before."""
    return PART.findall(text)


class Words(Generic[T]):
    """Words as rows of tokens, with counts that stay right as tokens join.

    Args:
        rows: each word, as tokens, and how often it occurs.
    """

    def __init__(self, rows: Iterable[tuple[Sequence[T], int]]) -> None:
        self.rows: list[Sequence[T]] = []
        self.times: list[int] = []
        self.tokens: Counter[T] = Counter()
        self.pairs: Counter[tuple[T, T]] = Counter()
        self.places: defaultdict[tuple[T, T], set[int]] = defaultdict(set)
        for number, (row, times) in enumerate(rows):
            self.rows.append(row)
            self.times.append(times)
            self._count(number, 1)

    def join(self, pair: tuple[T, T], token: T) -> set[tuple[T, T]]:
        """Make a token of a pair in all words.

        Returns:
            The pairs that may now occur more often or less often.
        """
        changed = set()
        for number in self.places.pop(pair, set()):
            self._count(number, -1)
            changed.update(pairwise(self.rows[number]))
            self.rows[number] = join(self.rows[number], pair, token)
            self._count(number, 1)
            changed.update(pairwise(self.rows[number]))
        for one in changed:
            if not self.pairs[one]:
                del self.pairs[one]
        return changed

    def _count(self, number: int, sign: int) -> None:
        row, times = self.rows[number], sign * self.times[number]
        for token in row:
            self.tokens[token] += times
        for pair in pairwise(row):
            self.pairs[pair] += times
            self.places[pair].add(number)


def join(row: Sequence[T], pair: tuple[T, T], token: T) -> list[T]:
    """Put a token wherever a pair stands in a row, from the left."""
    joined: list[T] = []
    place = 0
    while place < len(row):
        found = tuple(row[place : place + 2]) == pair
        joined.append(token if found else row[place])
        place += 2 if found else 1
    return joined


def learn_pairs(words: Mapping[bytes, int], number: int) -> list[Pair]:
    """Learn what to join (Sennrich et al. 2016, algorithm 1).

    Args:
        words: how often each word occurs.
        number: how many pairs to learn, at most.

    Returns:
        The pairs, in the order in which they are joined. The first makes
        the token 256, the next 257, and so on.
    """
    counted = Words((list(word), times) for word, times in words.items())
    queue = [(-times, pair) for pair, times in counted.pairs.items()]
    heapify(queue)
    learned: list[Pair] = []
    while queue and len(learned) < number:
        times, pair = heappop(queue)
        if -times != counted.pairs[pair]:
            continue  # it was counted before others were joined
        if -times < 2:
            break
        for changed in counted.join(pair, 256 + len(learned)):
            heappush(queue, (-counted.pairs[changed], changed))
        learned.append(pair)
    return learned


class BytePairs:
    """Bytes, and what often stands together, are tokens.

    Args:
        pairs: what to join, in this order.
        special: tokens besides, numbered from 2, that no text holds.
    """

    def __init__(
        self, pairs: Sequence[Pair], special: Sequence[str] = ()
    ) -> None:
        self.pairs = list(pairs)
        self.numbers = {name: 2 + place for place, name in enumerate(special)}
        self.first = 2 + len(special)
        self.ranks = {pair: rank for rank, pair in enumerate(self.pairs)}
        made = [bytes([byte]) for byte in range(256)]
        for left, right in self.pairs:
            made.append(made[left] + made[right])
        self.tokens = [b""] * self.first + made
        self._cut = lru_cache(100_000)(self._cut_anew)

    @classmethod
    def learn(
        cls, text: str, number: int, special: Sequence[str] = ()
    ) -> "BytePairs":
        """Learn a number of pairs from a text, or fewer if it is short."""
        words = Counter(part.encode() for part in parts(text))
        return cls(learn_pairs(words, number), special)

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> list[int]:
        """Cut a text into tokens.

        Raises:
            UnicodeEncodeError: half of a surrogate pair, which is no
                character.
        """
        return [number for part in parts(text) for number in self._cut(part)]

    def _cut_anew(self, part: str) -> tuple[int, ...]:
        row: Sequence[int] = list(part.encode())
        while len(row) > 1:
            rank, pair = min(
                (self.ranks.get(pair, inf), pair) for pair in pairwise(row)
            )
            if rank == inf:
                break
            row = join(row, pair, 256 + int(rank))
        return tuple(self.first + token for token in row)

    def decode(self, ids: Iterable[int]) -> str:
        """Put a text together again, without padding and special tokens."""
        return b"".join(fetch(self.tokens, ids)).decode(errors="replace")

    def pieces(self, text: str) -> list[str]:
        """Show a text with a bar between tokens, a row for each part."""
        return [
            "|".join(self.decode([number]) for number in self._cut(part))
            for part in parts(text)
        ]
