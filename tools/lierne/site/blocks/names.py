"""How the blocks of the site hang together: by the names of their code, by chunks, by targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.code.names.definitions import Definitions
from lierne.site.about import title_of
from lierne.site.blocks.index import Index
from lierne.site.blocks.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lierne.code.chunks import BlockKey, Chunk, Reference
    from lierne.code.map import Map
    from lierne.read.note import Note
    from lierne.site.blocks.anchors import Anchors
    from lierne.site.blocks.marks import Mark


@dataclass(frozen=True, slots=True)
class Other:
    """A block that has to do with another one."""

    note: str
    """The vault path of its note."""
    anchor: str
    """Its id on that note's page."""
    title: str
    """The title of that note."""
    below: bool
    """Whether it comes later, where both are in one note."""


@dataclass(frozen=True, slots=True)
class Woven:
    """How one block hangs together with the others."""

    marks: tuple[Mark, ...] = ()
    """The names in it, by line and column."""
    callers: tuple[Other, ...] = ()
    """The blocks whose references pull it, those of its own note first."""
    users: tuple[Other, ...] = ()
    """The first block of each other note whose code uses what it defines, by title."""
    before: str = ""
    """The id of the block of its note that it continues."""
    after: str = ""
    """The id of the block of its note that continues it."""


class Names:
    """Says of each block what stands behind its names, and which blocks it has to do with."""

    def __init__(  # noqa: PLR0913 - what tangling has found
        self,
        notes: Mapping[str, Note],
        anchors: Anchors,
        *,
        maps: Mapping[str, Map] | None = None,
        owners: Mapping[str, str] | None = None,
        definitions: Definitions | None = None,
        references: Mapping[Reference, Chunk | None] | None = None,
    ) -> None:
        """Takes what may be shown, and nothing else.

        Args:
            notes: Those that are published, by vault path.
            anchors: The ids of their blocks.
            maps: Those of the targets that are shown.
            owners: The notes that own these targets.
            definitions: What is defined in these targets.
            references: What tangling found of all references in code.
        """
        self._notes = notes
        self._anchors = anchors
        self._threads = Threads(notes, maps or {}, references or {})
        known = definitions or Definitions({}, ())
        self._index = Index(notes, anchors, maps or {}, owners or {}, known)

    def of(self, note: str, number: int) -> Woven:
        """How a block hangs together with the others.

        Args:
            note: The vault path of the note that holds it.
            number: The number of the block in that note, from 0.
        """
        if note not in self._notes:
            return Woven()
        block = note, number
        ids = self._anchors.of(note)
        before, after = self._threads.around(note, number)
        return Woven(
            self._index.marks(block),
            self._others(block, self._threads.callers(block)),
            self._others(block, self._index.users(block)),
            "" if before is None else ids[before],
            "" if after is None else ids[after],
        )

    def in_target(self, path: str) -> Iterator[tuple[Mark, int]]:
        """The names in a target; with each its line, if that file defines it, or else 0."""
        return self._index.in_target(path)

    def _others(self, block: BlockKey, others: Iterable[BlockKey]) -> tuple[Other, ...]:
        found = (self._other(block, other) for other in others)
        order = sorted(found, key=lambda other: (other.note != block[0], other.title.lower()))
        return tuple(order)

    def _other(self, block: BlockKey, other: BlockKey) -> Other:
        path, number = other
        title = title_of(self._notes[path])
        return Other(path, self._anchors.of(path)[number], title, below=other > block)
