"""The slots of a target: every stretch of a block's code, at each place where it goes.

A block's references part it into stretches. A map tells of those that have lines; here are the
empty ones too, for new code may go there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lierne.code.claim import claims

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lierne.base.config import Config
    from lierne.code.chunks import BlockKey, Chunk, Reference
    from lierne.code.tangle import Tangled, Target
    from lierne.read.note import Outline

Stretch = tuple["BlockKey", int]
"""A part of a block without references: the block, and the line of its code where it begins."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of a block's code, at one place of a target."""

    block: BlockKey
    start: int
    """The line of the block's code that it begins on, from 0."""
    end: int
    """The line just past it."""
    indent: str
    """What references put before each of its lines."""
    depth: int
    """How many references lead to it."""
    spaced: bool
    """Whether tangling may put blank lines before it."""
    line: int = 0
    """Where it begins in the target, from 0."""

    @property
    def stretch(self) -> Stretch:
        """What it is a copy of."""
        return self.block, self.start

    @property
    def count(self) -> int:
        """How many lines it has."""
        return self.end - self.start

    @property
    def after(self) -> int:
        """The line of the target just past it."""
        return self.line + self.count


class Slots:
    """Finds the slots of targets."""

    def __init__(self, notes: Mapping[str, Outline], tangled: Tangled, config: Config) -> None:
        """Takes what the notes hold, and what they make."""
        self._notes = notes
        self._config = config
        self._calls: dict[BlockKey, list[tuple[Reference, Chunk]]] = {}
        self._by_line: dict[tuple[str, int], tuple[Reference, Chunk]] = {
            (reference.note, reference.place.line): (reference, chunk)
            for reference, chunk in tangled.references.items()
            if chunk is not None
        }
        self._uses: Counter[Stretch] | None = None
        self._targets = tangled.targets

    def blocks(self, target: Target) -> tuple[list[BlockKey], bool]:
        """The blocks that a target is made of, and whether blank lines part them."""
        claim = claims(self._notes[target.owner], self._config).targets[target.path]
        return claim.blocks, claim.python

    def of(self, target: Target) -> tuple[Slot, ...]:
        """The slots of a target that is not held back, in its order."""
        blocks, python = self.blocks(target)
        runs = iter(target.map.runs)
        found: list[Slot] = []
        line = 0
        for slot in self._walk(blocks, "", 0, python=python):
            if slot.count:
                line = next(runs).line - 1
            found.append(replace(slot, line=line))
            line += slot.count
        return tuple(found)

    def uses(self, stretch: Stretch) -> int:
        """At how many places of all targets a stretch goes."""
        if self._uses is None:
            self._uses = Counter(
                slot.stretch
                for target in self._targets.values()
                if target.text is not None
                for slot in self._walk(self.blocks(target)[0], "", 0, python=False)
            )
        return self._uses[stretch]

    def _walk(
        self, blocks: Iterable[BlockKey], indent: str, depth: int, *, python: bool
    ) -> Iterator[Slot]:
        for number, key in enumerate(blocks):
            start, spaced = 0, python and number > 0
            for reference, chunk in self._references(key):
                yield Slot(key, start, reference.line, indent, depth, spaced)
                inner = indent + reference.indent
                yield from self._walk(chunk.blocks, inner, depth + 1, python=python)
                start, spaced = reference.line + 1, False
            yield Slot(key, start, self._count(key), indent, depth, spaced)

    def _references(self, key: BlockKey) -> list[tuple[Reference, Chunk]]:
        if key not in self._calls:
            block = self._notes[key[0]].blocks[key[1]]
            lines = range(block.code_line, block.code_line + self._count(key))
            found = [self._by_line.get((key[0], line)) for line in lines] if self._by_line else []
            self._calls[key] = [call for call in found if call is not None]
        return self._calls[key]

    def _count(self, key: BlockKey) -> int:
        return self._notes[key[0]].blocks[key[1]].code.count("\n")
