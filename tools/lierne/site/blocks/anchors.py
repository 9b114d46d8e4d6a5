"""The ids of blocks of code on their notes' pages, and which of them references lead to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lierne.code.chunks import Chunk, Reference
    from lierne.read.note import Block, Note


class Anchors:
    """Where the blocks of notes stand on pages, and what their references mean."""

    def __init__(
        self, notes: Mapping[str, Note], references: Mapping[Reference, Chunk | None] | None = None
    ) -> None:
        """Takes all notes by vault path, and what tangling found of their references."""
        self._notes = notes
        self._anchors: dict[str, tuple[str, ...]] = {}
        self._chunks = {
            (reference.note, reference.place.line): (reference, chunk)
            for reference, chunk in (references or {}).items()
            if chunk is not None
        }

    def of(self, note: str) -> tuple[str, ...]:
        """The ids of a note's blocks, by its vault path."""
        if note not in self._anchors:
            self._anchors[note] = _anchors(self._notes[note])
        return self._anchors[note]

    def references(self, note: str, block: Block) -> Iterator[tuple[Reference, str, str]]:
        """The references of a block, each with the note and the id that it leads to."""
        if "<<" not in block.code:
            return
        for line in range(block.code_line, block.code_line + block.code.count("\n")):
            if (note, line) in self._chunks:
                reference, chunk = self._chunks[note, line]
                path, number = chunk.blocks[0]
                yield reference, path, self.of(path)[number]


def _anchors(note: Note) -> tuple[str, ...]:
    """The id of each block of a note on its page: that of its `^id`, or made from its name."""
    ids = {found.name.lower(): found.anchor for found in note.block_ids}
    taken: set[str] = set()
    anchors = []
    for number, block in enumerate(note.blocks, 1):
        own = next((ids[i.lower()] for i in block.ids if i.lower() in ids), None)
        wanted = own or f"code:{_slug(block.name or str(number))}"
        anchor, count = wanted, 2
        while anchor in taken:
            anchor, count = f"{wanted}-{count}", count + 1
        taken.add(anchor)
        anchors.append(anchor)
    return tuple(anchors)


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-") or "block"
