"""Which slot each line of an edited target goes to.

A line that was there stays in its slot. New lines between two slots go where they replaced
something, with whom they stand without a blank line between, to the deepest slot whose indent they
have, and else to the earlier one. What no slot can hold is said, never bent.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, takewhile
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lierne.code.stitch.merge import Line
    from lierne.code.stitch.slots import Slot

_TOUCH = 4.0
"""What it costs to part lines that no blank line parts."""
_LIKE = 10.0
"""What a line gains where it is in the place of one that is the same."""
_TIGHT = 1.0
"""The same between slots that no blank line parted before."""
_NEAR = 0.2
"""What a line gains where it stands as far into an edit as what was there."""
_SAME_LINE = 2.0
"""What it gains where an edit has as many lines as there were, and this is that line."""
_FOREIGN = 3.0
"""What it costs a paragraph not to go where it replaced something."""
_SHARED = 1.5
"""What it costs a paragraph to go to several places at once."""
_NEW_PART = 1.0
"""What it costs a paragraph to begin a part of a block that was empty."""
_REFILL = -0.5
"""What it costs it to fill a block that was empty as a whole."""
_DEEP = -0.02
"""What each character of indent costs."""
_LATER = 1e-4
"""What each slot further down costs."""
_MOST_COMPARED = 250_000
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Misfit:
    """A line that no slot can hold."""

    line: int
    """Its number in the merged text, from 0."""
    slot: int
    """The slot that it would have to go to."""


def allot(
    lines: Sequence[Line], slots: Sequence[Slot], then: Sequence[str], shared: Sequence[bool]
) -> list[int] | Misfit:
    """Gives the number of a slot for each line, never a lower one than for the line before.

    Args:
        lines: The merged text.
        slots: The slots of the target as the notes make it now.
        then: Its lines.
        shared: Of each slot, whether what it holds goes elsewhere too.
    """
    owners: list[int | None] = [None] * len(then)
    for number, slot in enumerate(slots):
        owners[slot.line : slot.after] = [number] * slot.count
    given = [None if line.origin is None else owners[line.origin] for line in lines]
    found: list[int] = []
    while len(found) < len(given):
        start = len(found)
        owner = given[start]
        if owner is not None:
            found.append(owner)
            continue
        end = next((n for n in range(start, len(given)) if given[n] is not None), len(given))
        last = given[end] if end < len(given) else len(slots) - 1
        assert last is not None  # noqa: S101 - `end` is where one is given
        region = _Region(lines, (start, end), slots, (found[-1] if found else 0, last))
        chosen = region.solve(_Leaning(then, owners, shared))
        if isinstance(chosen, Misfit):
            return chosen
        found += chosen
    return found


@dataclass(frozen=True, slots=True)
class _Leaning:
    """What new lines are drawn by."""

    then: Sequence[str]
    owners: Sequence[int | None]
    shared: Sequence[bool]


class _Region:
    """New lines between two that stay."""

    def __init__(
        self,
        lines: Sequence[Line],
        stretch: tuple[int, int],
        slots: Sequence[Slot],
        between: tuple[int, int],
    ) -> None:
        self._all = lines
        self._start, self._end = stretch
        self._lines = lines[slice(*stretch)]
        self._slots = slots
        self._first, self._last = between
        self._apart = _TOUCH

    def solve(self, leaning: _Leaning) -> list[int] | Misfit:
        """The slot of each line, at the least cost in all."""
        numbers = range(self._first, self._last + 1)
        if len(numbers) == 1:
            return self._misfit() or [self._first] * len(self._lines)
        if self._was_tight(leaning.then):
            self._apart = _TIGHT
        costs = list(self._costs(leaning))
        best = [0.0 if self._start == 0 or n == self._first else inf for n in numbers]
        came: list[list[int]] = []
        for row, line_costs in enumerate(costs):
            touch = 0.0 if row + self._start == 0 else self._touch(row)
            moved, origin = _moved(best, touch)
            came.append(origin)
            best = [before + cost for before, cost in zip(moved, line_costs, strict=True)]
        if self._end < len(self._all):
            moved, origin = _moved(best, self._touch(len(costs)))
            state, total = origin[-1], moved[-1]
        else:
            total = min(best)
            state = best.index(total)
        if total == inf:
            return self._misfit() or Misfit(self._start, self._first)
        chosen: list[int] = []
        for origin in reversed(came):
            chosen.append(self._first + state)
            state = origin[state]
        return chosen[::-1]

    def _misfit(self) -> Misfit | None:
        slots = self._slots[self._first : self._last + 1]
        for number, line in enumerate(self._lines, self._start):
            if not any(_fits(line.text, slot) for slot in slots):
                return Misfit(number, self._first)
        return None

    def _touch(self, row: int) -> float:
        """What it costs to change the slot before a line of the region."""
        number = self._start + row
        above, below = self._all[number - 1].text, self._all[number].text
        return self._apart if above.strip() and below.strip() else 0.0

    def _was_tight(self, then: Sequence[str]) -> bool:
        full = [slot for slot in self._slots[self._first : self._last + 1] if slot.count]
        return any(
            above.after == below.line and then[below.line - 1].strip() and then[below.line].strip()
            for above, below in pairwise(full)
        )

    def _costs(self, leaning: _Leaning) -> Iterator[list[float]]:
        likeness = _Likeness(leaning)
        numbers = range(self._first, self._last + 1)
        weights = self._weights
        for row, line in enumerate(self._lines):
            like = likeness.of(self._all, self._start + row)
            yield [
                self._cost(line, number, weights[row], like, leaning)
                if _fits(line.text, self._slots[number])
                else inf
                for number in numbers
            ]

    def _cost(
        self, line: Line, number: int, weight: float, like: dict[int, float], leaning: _Leaning
    ) -> float:
        slot = self._slots[number]
        later = _LATER * (number - self._first)
        if not line.text.strip():
            return 0.01 * slot.depth + later
        cost = later - like.get(number, 0.0)
        if like and number not in like:
            cost += _FOREIGN * weight
        if not like and not slot.count:
            whole = not slot.start and not self._goes_on(number)
            cost += (_REFILL if whole else _NEW_PART) * weight
        if leaning.shared[number] and number not in like:
            cost += _SHARED * weight
        return cost + max(_DEEP * len(slot.indent), -0.5) * weight

    def _goes_on(self, number: int) -> bool:
        """Whether the block of a slot has other parts."""
        following = self._slots[number + 1 :]
        return any(slot.block == self._slots[number].block and slot.start for slot in following)

    @cached_property
    def _weights(self) -> list[float]:
        """One over the lines of its paragraph, for each line."""
        weights: list[float] = []
        size = 0
        for line in [*(line.text for line in self._lines), ""]:
            if line.strip():
                size += 1
            else:
                weights += [1 / size if size else 1.0] * size + [1.0]
                size = 0
        return weights


class _Likeness:
    """How much a new line is like those in whose place it stands."""

    def __init__(self, leaning: _Leaning) -> None:
        self._leaning = leaning
        self._words: dict[int, frozenset[str]] = {}
        self._stretch: tuple[int, int] = (0, 0)
        self._old: list[tuple[int, int]] = []
        self._owners: set[int] = set()
        self._start = self._count = 0

    def of(self, lines: Sequence[Line], number: int) -> dict[int, float]:
        """What the line gains by going to each of the slots that it took something of."""
        line = lines[number]
        if line.origin is not None or not line.text.strip():
            return {}
        if line.instead != self._stretch:
            self._stretch = line.instead
            self._start = number
            following = (lines[n] for n in range(number, len(lines)))
            self._count = sum(
                1 for _ in takewhile(lambda other: other.instead == line.instead, following)
            )
            self._old = [
                (n, owner)
                for n in range(*line.instead)
                if (owner := self._leaning.owners[n]) is not None and self._leaning.then[n].strip()
            ]
            self._owners = {owner for _, owner in self._old}
        if not self._old or self._old[0][1] == self._old[-1][1]:
            return {owner: 0.0 for _, owner in self._old[:1]}
        place = (number - self._start + 0.5) / self._count
        if len(self._old) * self._count > _MOST_COMPARED:
            first, end = self._stretch
            at = round(place * (end - first)) + first
            nearest = min(bisect_left(self._old, (at, 0)), len(self._old) - 1)
            return {**dict.fromkeys(self._owners, 0.0), self._old[nearest][1]: _NEAR}
        return self._compare(line, place)

    def _compare(self, line: Line, place: float) -> dict[int, float]:
        words = frozenset(_WORD.findall(line.text))
        first, end = self._stretch
        best: dict[int, float] = {}
        for number, owner in self._old:
            if number not in self._words:
                self._words[number] = frozenset(_WORD.findall(self._leaning.then[number]))
            old = self._words[number]
            same = 2 * len(words & old) / max(len(words) + len(old), 1)
            apart = abs((number - first + 0.5) / (end - first) - place)
            near = _NEAR * (1 - apart)
            if not apart and self._count == end - first:
                near = _SAME_LINE
            best[owner] = max(best.get(owner, 0.0), _LIKE * same * same + near)
        return best


def _moved(best: list[float], touch: float) -> tuple[list[float], list[int]]:
    """The least cost of being in each slot if it was reached from the same or an earlier one."""
    moved, origin = [], []
    cheapest, at = inf, 0
    for number, cost in enumerate(best):
        stays = cost <= cheapest + touch
        moved.append(cost if stays else cheapest + touch)
        origin.append(number if stays else at)
        if cost < cheapest:
            cheapest, at = cost, number
    return moved, origin


def _fits(text: str, slot: Slot) -> bool:
    return not text or (text.startswith(slot.indent) and text != slot.indent)
