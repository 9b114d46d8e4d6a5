"""Where the blocks of notes lie in the targets, as a page says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lierne.code.chunks import BlockKey
    from lierne.code.map import Map, Run


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of a target that one block stands for, with what its references bring in."""

    target: str
    """From the project's root."""
    first: int
    """Counts from 1."""
    last: int
    """The last of the lines, not the one past it."""

    @property
    def lines(self) -> str:
        """The lines, in words."""
        if self.last > self.first:
            return f"lines {self.first}-{self.last}"
        return f"line {self.first}"


class Spans:
    """Where the blocks of notes lie in the targets."""

    def __init__(self, maps: Iterable[Map] = ()) -> None:
        """Takes the maps of all targets, in the order in which spans shall come."""
        self._runs: dict[BlockKey, list[tuple[str, Run]]] = {}
        for one in maps:
            for run in one.runs:
                self._runs.setdefault((run.note, run.block), []).append((one.target, run))

    def of(self, note: str, number: int) -> tuple[Span, ...]:
        """The places of a block in the targets: none, one, or one for each use of a chunk.

        Args:
            note: The vault path of the note that holds it.
            number: The number of the block in that note, from 0.
        """
        found: list[Span] = []
        before = 0
        for target, run in self._runs.get((note, number), ()):
            # A run further down the note than the last one goes on where a reference broke in.
            goes_on = found and found[-1].target == target and run.note_line > before
            first = found.pop().first if goes_on else run.line
            found.append(Span(target, first, run.end - 1))
            before = run.note_line
        return tuple(found)
