"""Where the names of the site's code are defined, block by block, and which blocks use them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lierne.code.map import Map, Run
from lierne.code.run.blocks import is_python, is_run
from lierne.site.blocks.marks import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lierne.code.chunks import BlockKey
    from lierne.code.names.definition import Definition
    from lierne.code.names.definitions import Definitions
    from lierne.code.names.name import Use
    from lierne.read.note import Note
    from lierne.site.blocks.anchors import Anchors

    Key = tuple[str, str]
    """A target, or the note whose run blocks define something, and a name."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a note has a name."""

    note: str
    block: int
    line: int
    """From 0, in the block."""
    column: int


@dataclass(frozen=True, slots=True)
class _Code:
    """A program: a target, or the run blocks of a note."""

    owner: str
    """The target, or the note."""
    map: Map
    uses: tuple[Use, ...]
    definitions: Mapping[str, Definition]

    def defined(self, use: Use) -> Key:
        """The key of what a name in it stands for."""
        return use.target or self.owner, use.name


@dataclass(frozen=True, slots=True)
class _Defined:
    """A definition or a whole target, and where its note shows it."""

    note: str
    anchor: str
    """Empty for a whole target, which is its note's page."""
    title: str
    place: _Place | None = None
    """That of the name, if it has one."""
    length: int = 0
    own: bool = False
    """Whether the anchor is that of the name, and not of its whole block."""


class Index:
    """All names of the code that is shown, by the blocks that they stand in."""

    def __init__(
        self,
        notes: Mapping[str, Note],
        anchors: Anchors,
        maps: Mapping[str, Map],
        owners: Mapping[str, str],
        definitions: Definitions,
    ) -> None:
        """Takes what may be shown; reads it when it is first asked.

        Args:
            notes: Those that are published, by vault path.
            anchors: The ids of their blocks.
            maps: Those of the targets that are shown.
            owners: The notes that own these targets.
            definitions: What is defined in them.
        """
        self._notes = notes
        self._anchors = anchors
        self._maps = maps
        self._owners = owners
        self._definitions = definitions
        self._marks: dict[str, dict[int, dict[tuple[int, int], Mark]]] = {}

    def marks(self, block: BlockKey) -> tuple[Mark, ...]:
        """The names in a block, by line and column."""
        note, number = block
        if note not in self._marks:
            self._marks[note] = self._marks_of(note)
        found = self._marks[note].get(number, {})
        return tuple(found[place] for place in sorted(found))

    def users(self, block: BlockKey) -> Iterator[BlockKey]:
        """The first block of each other note whose code uses what a block defines."""
        yield from self._users.get(block, {}).items()

    def in_target(self, path: str) -> Iterator[tuple[Mark, int]]:
        """The names in a target; with each its line, if that file defines it, or else 0."""
        code = self._codes.get(path)
        if code is None:
            return
        for use in sorted(code.uses, key=lambda use: (use.line, use.column)):
            mark = self._mark(code, use, use.line - 1, use.column)
            own = code.definitions.get(use.name) if use.target == path else None
            if mark is not None:
                yield mark, own.line if own else 0

    @cached_property
    def _codes(self) -> dict[str, _Code]:
        codes = {
            path: _Code(path, one, self._definitions.uses(path), self._definitions.of(path))
            for path, one in self._maps.items()
        }
        for note in self._notes.values():
            parts, one = _script(note)
            if parts:
                uses, own = self._definitions.uses_in_script(parts)
                codes[note.path] = _Code(note.path, one, uses, own)
        return codes

    @cached_property
    def _codes_of(self) -> dict[str, list[_Code]]:
        found: dict[str, list[_Code]] = {}
        for code in self._codes.values():
            for note in dict.fromkeys(run.note for run in code.map.runs):
                found.setdefault(note, []).append(code)
        return found

    @cached_property
    def _defined(self) -> dict[Key, _Defined]:
        found: dict[Key, _Defined] = {}
        taken: dict[tuple[str, str], _Place] = {}
        for code in self._codes.values():
            whole = self._definitions.get(code.owner, "")
            if whole and code.owner in self._owners:
                note = self._owners[code.owner]
                found[code.owner, ""] = _Defined(note, "", _title(whole))
            for name, definition in code.definitions.items():
                place = self._place(code.map, definition.line, definition.column)
                if place is None:
                    continue
                anchor = f"def:{name}"
                own = taken.setdefault((place.note, anchor), place) == place
                if not own:
                    anchor = self._anchors.of(place.note)[place.block]
                found[code.owner, name] = _Defined(
                    place.note, anchor, _title(definition), place, definition.length, own
                )
        return found

    @cached_property
    def _users(self) -> dict[BlockKey, dict[str, int]]:
        found: dict[BlockKey, dict[str, int]] = {}
        for code in self._codes.values():
            for use in code.uses:
                defined = self._defined.get(code.defined(use))
                if defined is None or defined.place is None:
                    continue
                place = self._place(code.map, use.line, use.column)
                if place and place.note != defined.note:
                    users = found.setdefault((defined.note, defined.place.block), {})
                    users[place.note] = min(place.block, users.get(place.note, place.block))
        return found

    def _marks_of(self, note: str) -> dict[int, dict[tuple[int, int], Mark]]:
        found: dict[int, dict[tuple[int, int], Mark]] = {}
        for code in self._codes_of.get(note, ()):
            for place, mark in self._marked(code):
                if place.note == note:
                    # A chunk can stand in several targets; the first says what its names mean.
                    block = found.setdefault(place.block, {})
                    block.setdefault((place.line, place.column), mark)
        return found

    def _marked(self, code: _Code) -> Iterator[tuple[_Place, Mark]]:
        for name in code.definitions:
            defined = self._defined.get((code.owner, name))
            if defined and defined.place and defined.own:
                at = defined.place.line, defined.place.column, defined.length
                said = defined.note, defined.anchor, defined.title
                yield defined.place, Mark(*at, *said, defines=True)
        for use in code.uses:
            place = self._place(code.map, use.line, use.column)
            mark = place and self._mark(code, use, place.line, place.column)
            if place and mark:
                yield place, mark

    def _mark(self, code: _Code, use: Use, line: int, column: int) -> Mark | None:
        defined = self._defined.get(code.defined(use))
        if defined is None:
            return None
        return Mark(line, column, use.length, defined.note, defined.anchor, defined.title)

    def _place(self, one: Map, line: int, column: int) -> _Place | None:
        run = one.run_at(line)
        if run is None or run.note not in self._notes or column < len(run.indent):
            return None
        block = self._notes[run.note].blocks[run.block]
        inside = run.note_line + line - run.line - block.code_line
        return _Place(run.note, run.block, inside, column - len(run.indent))


def _title(definition: Definition) -> str:
    return f"{definition.signature}\n{definition.about}".rstrip()


def _script(note: Note) -> tuple[list[str], Map]:
    """A note's run blocks as parts of one program: they share their names."""
    texts, runs, line = [], [], 1
    for number, block in enumerate(note.blocks):
        if is_run(block) and is_python(block):
            count = block.code.count("\n")
            runs.append(Run(line, count, note.path, block.code_line, block=number))
            texts.append(block.code)
            line += count
    return texts, Map("", tuple(runs))
