"""Which names somebody may have meant who wrote another one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lierne.base.problem import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# Enough to hold the best matches of any name, few enough to compare letter by letter.
_MOST_COMPARED = 24


class Near:
    """Names by the pairs of letters in them, so that only a few are compared letter by letter."""

    def __init__(self, names: Iterable[str]) -> None:
        """Takes the names that there are."""
        self.names = tuple(dict.fromkeys(names))
        self._having: dict[str, list[str]] = {}
        for name in self.names:
            for pair in _pairs(name):
                self._having.setdefault(pair, []).append(name)

    def to(self, name: str, most: int = 3) -> list[str]:
        """The names that somebody who wrote this one may have meant, best first."""
        shared: Counter[str] = Counter()
        for pair in _pairs(name):
            shared.update(self._having.get(pair, ()))
        likely = sorted(shared, key=shared.__getitem__, reverse=True)[:_MOST_COMPARED]
        return nearest(name, likely, most)


def _pairs(name: str) -> Collection[str]:
    # In their order, so that the same names are found in each process.
    folded = name.translate({0x130: "i", 0x131: "i"}).lower()
    return dict.fromkeys(folded[i : i + 2] for i in range(len(folded) - 1)) or (folded,)
