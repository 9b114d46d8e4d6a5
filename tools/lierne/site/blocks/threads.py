"""Which blocks of a note go on where others stop, and which blocks' references pull them."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from lierne.code.chunks import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lierne.code.chunks import BlockKey, Chunk, Reference
    from lierne.code.map import Map
    from lierne.read.note import Note

Around = tuple[int | None, int | None]


class Threads:
    """The order of the blocks of each chunk and target, and where chunks go."""

    def __init__(
        self,
        notes: Mapping[str, Note],
        maps: Mapping[str, Map],
        references: Mapping[Reference, Chunk | None],
    ) -> None:
        """Takes what may be shown.

        Args:
            notes: Those that are published, by vault path.
            maps: Those of the targets that are shown.
            references: What tangling found of all notes' references.
        """
        self._notes = notes
        self._maps = maps
        self._references = references
        self._around: dict[str, dict[int, Around]] = {}

    def around(self, note: str, number: int) -> Around:
        """The block that a block continues, and the one that continues it, in its note."""
        if note not in self._around:
            self._around[note] = _neighbours(self._threads(note))
        return self._around[note].get(number, (None, None))

    def callers(self, block: BlockKey) -> Sequence[BlockKey]:
        """The blocks whose references pull a chunk, by its first block."""
        return self._callers.get(block, ())

    @cached_property
    def _callers(self) -> dict[BlockKey, list[BlockKey]]:
        found: dict[BlockKey, list[BlockKey]] = {}
        for reference, chunk in self._references.items():
            if chunk is None or reference.note not in self._notes:
                continue
            number = _block_at(self._notes[reference.note], reference.place.line)
            callers = found.setdefault(chunk.blocks[0], [])
            if number is not None and (reference.note, number) not in callers:
                callers.append((reference.note, number))
        return found

    @cached_property
    def _gone_to(self) -> dict[str, dict[str, set[int]]]:
        """By note: the blocks that went to each target."""
        found: dict[str, dict[str, set[int]]] = {}
        for target, one in self._maps.items():
            for run in one.runs:
                found.setdefault(run.note, {}).setdefault(target, set()).add(run.block)
        return found

    def _threads(self, note: str) -> Iterator[list[int]]:
        blocks = self._notes[note].blocks
        chunks: dict[str, list[int]] = {}
        for number, block in enumerate(blocks):
            if block.name is not None and block.get("skip") is None:
                chunks.setdefault(name_key(block.name), []).append(number)
        yield from chunks.values()
        for numbers in self._gone_to.get(note, {}).values():
            # A chunk goes wherever it is pulled, and its neighbours there are not its thread.
            yield sorted(n for n in numbers if n < len(blocks) and blocks[n].name is None)


def _neighbours(threads: Iterator[list[int]]) -> dict[int, Around]:
    found: dict[int, Around] = {}
    for thread in threads:
        for before, after in pairwise(thread):
            found[before] = found.get(before, (None, None))[0], after
            found[after] = before, found.get(after, (None, None))[1]
    return found


def _block_at(note: Note, line: int) -> int | None:
    """The number of the block that holds a line of the note."""
    for number, block in enumerate(note.blocks):
        if block.code_line <= line < block.code_line + block.code.count("\n"):
            return number
    return None
