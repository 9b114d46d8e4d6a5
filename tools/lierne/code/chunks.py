"""Named blocks, and the references that call for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import normalize

from lierne.base.problem import Kind, Place, Problem, Severity, either, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lierne.read.note import Block, Outline
    from lierne.read.resolve import Names

MISSING_CHUNK = Kind("C001", Severity.ERROR, "a reference to a chunk that is not there")
MISSING_NOTE = Kind("C002", Severity.ERROR, "a reference to a note that is not there")
AMBIGUOUS = Kind("C003", Severity.WARNING, "a reference to a note whose name several have")
UNUSED = Kind("C004", Severity.WARNING, "a chunk that nothing refers to")
NOT_ALONE = Kind("C005", Severity.WARNING, "a reference that is not alone on its line")

# Blanks stand inside a name and never at its ends: `<< 2 >>` is arithmetic, or a way to say so.
_REFERENCE = re.compile(r"([ \t]*)<<([^<>\s](?:[^<>]*[^<>\s])?)>>[ \t]*")
_ANYWHERE = re.compile(r"<<([^<>\s][^<>]*)>>")
# A reference behind backslashes is text: tangling takes one of them away, stitching puts one there.
_ESCAPED = re.compile(r"^([ \t]*)\\(\\*<<[^<>\s](?:[^<>\n]*[^<>\s])?>>[ \t]*)$", re.MULTILINE)
_TO_ESCAPE = re.compile(r"([ \t]*)(\\*<<[^<>\s](?:[^<>]*[^<>\s])?>>[ \t]*)")

Key = tuple[str, str]
"""A chunk: its note's vault path, and its name with `^` before a block id, as compared."""
BlockKey = tuple[str, int]
"""A block: its note's vault path, and its number in the note, from 0."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One `<<name>>` alone on a line of a block."""

    note: str
    """The vault path of the note that it stands in."""
    text: str
    """What stands between its marks, as written."""
    indent: str
    """The white space before it."""
    line: int
    """The line of its block, from 0."""
    place: Place
    """From the first mark to just past the last."""

    def __hash__(self) -> int:
        return hash((self.note, self.place.line))  # of all fields it would take ten times as long

    @property
    def target(self) -> str:
        """The note that it names, as a wiki link would; empty for its own."""
        return self.text.partition("#")[0].strip() if "#" in self.text else ""

    @property
    def name(self) -> str:
        """The chunk that it asks for, with `^` before a block id."""
        return self.text.partition("#")[2].strip() if "#" in self.text else self.text


@dataclass(frozen=True, slots=True)
class Chunk:
    """All blocks of one name in one note, in order."""

    key: Key
    blocks: tuple[BlockKey, ...]


def name_key(name: str) -> str:
    """What is compared of a chunk's name: its NFC form, for a block id without regard to case."""
    name = name if name.isascii() else normalize("NFC", name)
    return name.lower() if name.startswith("^") else name


def can_name(note: str) -> bool:
    """Whether a reference can name a note so: without what would end the name."""
    return not set("<>#").intersection(note)


def references(note: Outline, block: Block) -> tuple[Reference, ...]:
    """Finds the references of a block, in order."""
    if "<<" not in block.code:
        return ()
    found = []
    for number, line in enumerate(block.code.split("\n")):
        if "<<" in line and (match := _REFERENCE.fullmatch(line)):
            place = _place(note, block, number, match.start(2) - 2, match.end(2) + 2)
            found.append(Reference(note.path, match[2], match[1], number, place))
    return tuple(found)


def unescape(code: str) -> str:
    r"""Code as it is meant: a line `\<<name>>` stands for the text `<<name>>`, alone on a line."""
    return _ESCAPED.sub(r"\1\2", code) if "\\<<" in code else code


def escape(line: str) -> str:
    """A line of a block that stands for just this text, even if it looks like a reference."""
    match = _TO_ESCAPE.fullmatch(line) if "<<" in line else None
    return f"{match[1]}\\{match[2]}" if match else line


class Chunks:
    """Every chunk of a vault, and what references to them mean."""

    def __init__(self, notes: Mapping[str, Outline], names: Names) -> None:
        """Takes the notes by vault path, and the names that references call them by."""
        self.ties: set[tuple[str, str]] = set()
        """Notes that name another in a reference, and the other, with the chunk or without."""
        self._notes = notes
        self._names = names
        self._by_note: dict[str, dict[str, Chunk]] = {}

    def of(self, note: str) -> Mapping[str, Chunk]:
        """The chunks of one note by their compared names, in the order of their first blocks."""
        if note not in self._by_note:
            self._by_note[note] = self._collect(note)
        return self._by_note[note]

    def find(self, reference: Reference) -> tuple[Chunk | None, Problem | None]:
        """What a reference means; with a problem, and without a chunk if it means nothing."""
        if not reference.target:
            return self._in_note(reference, reference.note, None)
        found = self._names.find(reference.target, reference.note)
        if found.path is not None:
            self.ties.add((reference.note, found.path))
        if found.path is None or found.path not in self._notes:
            return None, self._no_note(reference)
        doubt = _ambiguous(reference, found.candidates) if len(found.candidates) > 1 else None
        return self._in_note(reference, found.path, doubt)

    def not_alone(self, note: Outline, block: Block) -> Iterator[Problem]:
        """What looks like a reference to a chunk that is there, but shares its line."""
        if "<<" not in block.code:
            return
        for number, line in enumerate(block.code.split("\n")):
            if "<<" not in line or _TO_ESCAPE.fullmatch(line):
                continue
            for match in _ANYWHERE.finditer(line):
                place = _place(note, block, number, match.start(), match.end())
                meant = Reference(note.path, match[1].strip(), "", number, place)
                if self.find(meant)[0] is not None:
                    yield Problem(
                        NOT_ALONE,
                        place,
                        f"`<<{match[1]}>>` shares its line, so it stays as it is written",
                        "put it alone on a line to insert the chunk",
                    )

    def _collect(self, path: str) -> dict[str, Chunk]:
        blocks: dict[str, list[BlockKey]] = {}
        for number, block in enumerate(self._notes[path].blocks):
            if block.get("skip") is None:
                for name in block.names:
                    blocks.setdefault(name_key(name), []).append((path, number))
        return {name: Chunk((path, name), tuple(keys)) for name, keys in blocks.items()}

    def _in_note(
        self, reference: Reference, path: str, doubt: Problem | None
    ) -> tuple[Chunk | None, Problem | None]:
        chunk = self.of(path).get(name_key(reference.name))
        if chunk is None:
            return None, self._no_chunk(reference, path)
        return chunk, doubt

    def _no_note(self, reference: Reference) -> Problem:
        near = self._names.nearest(reference.target)
        written = [f"<<{name}#{reference.name}>>" for name in near]
        help_ = f"did you mean {either(written)}?" if near else "write the note, or its name right"
        message = f"there is no note `{reference.target}`"
        return Problem(MISSING_NOTE, reference.place, message, help_)

    def _no_chunk(self, reference: Reference, path: str) -> Problem:
        where = f"`{self._notes[path].shown}`" if reference.target else "this note"
        message = f"there is no chunk `{reference.name}` in {where}"
        return Problem(MISSING_CHUNK, reference.place, message, self._chunk_help(reference, path))

    def _chunk_help(self, reference: Reference, path: str) -> str:
        front = f"{reference.target}#" if "#" in reference.text else ""
        near = nearest(name_key(reference.name), self.of(path))
        if near:
            return f"did you mean {either([f'<<{front}{name}>>' for name in near])}?"
        if name_key(reference.name) in self._skipped(path):
            return "its block has the attribute `skip`, which keeps it out of every target"
        elsewhere = self._elsewhere(name_key(reference.name), path)
        if elsewhere:
            written = [f"<<{self._names.shortest(p)}#{reference.name}>>" for p in elsewhere]
            return f"another note has one: {either(written)}"
        if reference.name.startswith("^"):
            return f"put `{reference.name}` on the line after the block that is meant"
        return f"put `#{reference.name}` after the language of the block that is meant"

    def _skipped(self, path: str) -> set[str]:
        return {name_key(name) for block in self._notes[path].blocks for name in block.names}

    def _elsewhere(self, name: str, path: str) -> list[str]:
        return [other for other in self._notes if other != path and name in self.of(other)][:3]


def _place(note: Outline, block: Block, number: int, start: int, end: int) -> Place:
    line = block.code_line + number
    before = len(block.prefix) + 1
    return Place(note.shown, line, before + start, 0, line, before + end, 0)


def _ambiguous(reference: Reference, candidates: tuple[str, ...]) -> Problem:
    message = f"`{reference.target}` may be {either(candidates)}; the first is taken"
    return Problem(AMBIGUOUS, reference.place, message, "write the folder before the note's name")
