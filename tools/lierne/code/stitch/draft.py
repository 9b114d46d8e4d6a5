"""The notes as they would be: stretches of their blocks changed, and targets made of them anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lierne.code.chunks import Chunks, escape
from lierne.code.expand import Expander

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lierne.code.chunks import BlockKey
    from lierne.code.expand import Piece
    from lierne.code.stitch.slots import Stretch
    from lierne.read.note import Outline
    from lierne.read.resolve import Names

Changed = dict["Stretch", tuple[int, list[str]]]
"""Where a stretch ends now, and the lines that it is to have."""


class Draft:
    """Notes with other code in some of their blocks; only that differs from what they are."""

    def __init__(self, notes: Mapping[str, Outline], names: Names, changed: Changed) -> None:
        """Changes the code.

        Args:
            notes: All notes as they are.
            names: What they are called in references.
            changed: What some stretches of their blocks are to hold.
        """
        self.codes: dict[BlockKey, str] = {}
        """The new code of each block that has any."""
        parts: dict[BlockKey, list[tuple[int, int, list[str]]]] = {}
        for (block, start), (end, lines) in changed.items():
            parts.setdefault(block, []).append((start, end, lines))
        for block, found in parts.items():
            code = notes[block[0]].blocks[block[1]].code
            self.codes[block] = _with_parts(code, found)
        self.notes: dict[str, Outline] = {**notes, **self._outlines(notes)}
        """All notes as they would be, but for the lines that their blocks begin on."""
        self._expander = Expander(self.notes, Chunks(self.notes, names))

    def make(self, blocks: list[BlockKey], *, python: bool) -> Piece:
        """What a target would be, and where its lines would come from."""
        return self._expander.expand(blocks, python=python)

    def _outlines(self, notes: Mapping[str, Outline]) -> dict[str, Outline]:
        found = {}
        for path in {path for path, _ in self.codes}:
            blocks = tuple(
                replace(block, code=self.codes[path, number])
                if (path, number) in self.codes
                else block
                for number, block in enumerate(notes[path].blocks)
            )
            found[path] = replace(notes[path], blocks=blocks)
        return found


def _with_parts(code: str, parts: list[tuple[int, int, list[str]]]) -> str:
    lines = code.split("\n")[:-1]
    for start, end, new in sorted(parts, reverse=True):
        lines[start:end] = map(escape, new)
    return "".join(f"{line}\n" for line in lines)
