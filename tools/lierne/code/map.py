"""Where each line of a target comes from: target line -> note line, and back."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VERSION = 1
_RUN = {
    "lines": (int, int),
    "note": str,
    "note_lines": (int, int),
    "block": int,
    "indent": str,
    "prefix": str,
}
SHAPE = {"version": int, "target": str, "runs": [_RUN]}
"""Of a map in JSON."""


@dataclass(frozen=True, slots=True)
class Run:
    """Lines of a target that stand one after the other in one block of a note."""

    line: int
    """The first of them in the target, counted from 1."""
    count: int
    """How many there are."""
    note: str
    """The vault path of the note they come from."""
    note_line: int
    """The line of the note that the first of them comes from."""
    indent: str = ""
    """What references put before each of them that is not empty."""
    prefix: str = ""
    """What the note has before them and the target has not: a list's indent, a quote's marks."""
    block: int = 0
    """The number of their block in the note, from 0."""

    @property
    def end(self) -> int:
        """The target line just past the last one."""
        return self.line + self.count


@dataclass(frozen=True, slots=True)
class Call:
    """A reference, and where in a target the text of its chunk begins."""

    line: int
    """The target line on which it begins."""
    note: str
    """The vault path of the note that the reference stands in."""
    note_line: int
    """The line of the note that it stands on."""
    indent: str = ""
    """What references put before the text there."""


_Part = TypeVar("_Part", Run, Call)


@dataclass(frozen=True)
class Map:
    """The runs of one target, in its order. Lines that only part two blocks are in none."""

    target: str
    """From the project's root, with `/`."""
    runs: tuple[Run, ...] = ()
    calls: tuple[Call, ...] = field(default=(), compare=False)
    """The references that the text was put together from, as far as that is known."""

    def note_at(self, line: int, column: int = 1) -> tuple[str, int, int] | None:
        """The note, line and column that a place of the target comes from.

        None for a line that tangling put between two blocks, or past the end.
        """
        run = self.run_at(line)
        if run is None:
            return None
        inside = max(column - len(run.indent), 1)
        return run.note, run.note_line + line - run.line, inside + len(run.prefix)

    def target_at(self, note: str, line: int, column: int = 1) -> list[tuple[int, int]]:
        """Every line and column of the target that a place of a note went to.

        A reference went to where the text of its chunk begins.
        """
        found = [
            (call.line, len(call.indent) + 1)
            for call in self.calls
            if (call.note, call.note_line) == (note, line)
        ]
        for run in self.runs_of(note):
            if run.note_line <= line < run.note_line + run.count:
                inside = max(column - len(run.prefix), 1)
                found.append((run.line + line - run.note_line, inside + len(run.indent)))
        return found

    def run_at(self, line: int) -> Run | None:
        """The run that holds a line of the target."""
        number = bisect_right(self._starts, line) - 1
        if number < 0 or line >= self.runs[number].end:
            return None
        return self.runs[number]

    def runs_of(self, note: str) -> Iterator[Run]:
        """The runs that come from one note, in the target's order."""
        return (run for run in self.runs if run.note == note)

    def to_json(self) -> dict[str, Any]:
        """The map as other programs read it; lines are first and last, both included."""
        return {
            "version": VERSION,
            "target": self.target,
            "runs": [
                {
                    "lines": [run.line, run.end - 1],
                    "note": run.note,
                    "note_lines": [run.note_line, run.note_line + run.count - 1],
                    "block": run.block,
                    "indent": run.indent,
                    "prefix": run.prefix,
                }
                for run in self.runs
            ],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Map:
        """Reads what `to_json` gave.

        Raises:
            ValueError: It is of another version.
        """
        if data.get("version") != VERSION:
            raise ValueError(f"a map of version {data.get('version')}, not {VERSION}")
        return cls(data["target"], tuple(_run(entry) for entry in data["runs"]))

    @cached_property
    def _starts(self) -> list[int]:
        return [run.line for run in self.runs]


def moved(parts: Iterable[_Part], lines: int, indent: str = "") -> Iterator[_Part]:
    """The same runs or calls further down a target, and further in."""
    for part in parts:
        yield replace(part, line=part.line + lines, indent=indent + part.indent)


def _run(entry: dict[str, Any]) -> Run:
    first, last = entry["lines"]
    return Run(
        line=first,
        count=last - first + 1,
        note=entry["note"],
        note_line=entry["note_lines"][0],
        indent=entry["indent"],
        prefix=entry["prefix"],
        block=entry["block"],
    )
