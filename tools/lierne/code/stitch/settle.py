"""Blank lines between the blocks of a Python target: left to tangling where it puts the same.

What it would put differently is stored in a block. Where it would put some and the target has
none, the first paragraph of the later block moves up to the earlier.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lierne.code.stitch.slots import Slot

Contents = list[list[str]]
"""The lines of each slot, with their indent."""


class Settling:
    """What the slots of one target hold, and how many blank lines tangling puts before each."""

    def __init__(self, slots: Sequence[Slot], then: Sequence[str], contents: Contents) -> None:
        """Takes out of the slots what tangling may put there by itself.

        Args:
            slots: The slots as they were.
            then: The lines of the target as the notes make it now.
            contents: What the slots are to hold; is changed.
        """
        self.contents = contents
        self.gaps: dict[int, int] = {}
        """How many blank lines tangling is to put before a slot, where it is any."""
        self._slots = slots
        self._then = [list(then[slot.line : slot.after]) for slot in slots]
        self._dissolve()
        full = [number for number, lines in enumerate(contents) if any(lines)]
        for above, below in pairwise(full):
            if any(slot.spaced for slot in slots[above + 1 : below + 1]):
                self._take_out(above, below)

    def wrong(
        self, put: Mapping[int, int], others: Callable[[int], bool]
    ) -> Iterator[tuple[int, int]]:
        """Pairs of slots between which tangling puts another number of blank lines than it is to.

        Args:
            put: How many it puts before each slot that holds lines.
            others: Whether a slot does not hold what it is to, for the sake of another place.
        """
        for above, below in pairwise(put):
            if put[below] != self.gaps.get(below, 0) and not (others(above) or others(below)):
                yield above, below

    def mend(self, above: int, below: int, shared: Sequence[bool]) -> bool:
        """Stores what tangling does not put between two slots, or takes away why it puts any.

        Args:
            above: The earlier of the slots.
            below: The later.
            shared: Of each slot, whether what it holds goes elsewhere too.

        Returns:
            Whether that can be done.
        """
        blanks = self.gaps.pop(below, 0)
        if not blanks:
            return self._move_up(above, below, shared)
        best = min(range(above, below + 1), key=lambda n: (shared[n], self._slots[n].depth, n))
        if best == below:
            self.contents[below][:0] = [""] * blanks
        else:
            self.contents[best] += [""] * blanks
        return True

    def _move_up(self, above: int, below: int, shared: Sequence[bool]) -> bool:
        lines, indent = self.contents[below], self._slots[above].indent
        size = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
        first, rest = lines[:size], lines[size:]
        if above == below or shared[above] or shared[below]:
            return False
        if not all(line.startswith(indent) for line in first):
            return False
        blanks = next((n for n, line in enumerate(rest) if line), len(rest))
        self.contents[above] += first
        self.contents[below] = rest[blanks:]
        if self.contents[below]:
            self.gaps[below] = blanks
        else:
            self.contents[above] += rest
        return True

    def _dissolve(self) -> None:
        """Gives blank lines that are all that is left in a slot to one that holds more."""
        for number, lines in enumerate(self.contents):
            if not lines or any(lines) or lines == self._then[number]:
                continue
            above = next((n for n in range(number - 1, -1, -1) if any(self.contents[n])), None)
            below = next(
                (n for n in range(number + 1, len(self.contents)) if any(self.contents[n])), None
            )
            if above is not None:
                self.contents[above] += lines
            elif below is not None:
                self.contents[below][:0] = lines
            else:
                continue
            self.contents[number] = []

    def _take_out(self, above: int, below: int) -> None:
        inside = range(above + 1, below)
        upper, lower = self.contents[above], self.contents[below]
        size = _trailing(upper) + _leading(lower) + sum(len(self.contents[n]) for n in inside)
        was_upper, was_lower = self._then[above], self._then[below]
        if self._stood_between(above, below) == size:
            _trim_end(upper)
            _trim_start(lower)
            upper += [""] * _trailing(was_upper)
            lower[:0] = [""] * _leading(was_lower)
            for number in inside:
                self.contents[number] = list(self._then[number])
            for number in range(above + 1, below + 1):
                self.gaps[number] = self._gap_before(number) if self.contents[number] else 0
            return
        _trim_end(upper)
        _trim_start(lower)
        for number in inside:
            self.contents[number] = []
        self.gaps[below] = size

    def _stood_between(self, above: int, below: int) -> int | None:
        """How many blank lines parted the text of two slots, if nothing else did."""
        if not (any(self._then[above]) and any(self._then[below])):
            return None
        if any(any(self._then[number]) for number in range(above + 1, below)):
            return None
        first = self._slots[above].after - _trailing(self._then[above])
        return self._slots[below].line + _leading(self._then[below]) - first

    def _gap_before(self, number: int) -> int:
        before = next((n for n in range(number - 1, -1, -1) if self._then[n]), None)
        return 0 if before is None else self._slots[number].line - self._slots[before].after


def _leading(lines: Sequence[str]) -> int:
    return next((n for n, line in enumerate(lines) if line), len(lines))


def _trailing(lines: Sequence[str]) -> int:
    return _leading(lines[::-1])


def _trim_start(lines: list[str]) -> None:
    del lines[: _leading(lines)]


def _trim_end(lines: list[str]) -> None:
    del lines[len(lines) - _trailing(lines) :]
