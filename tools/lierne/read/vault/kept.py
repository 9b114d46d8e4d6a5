"""Notes as an earlier command has read them, so that the next one parses only what is new.

All of a note is kept but its tokens. They are most of it, and while little changes few notes' are
wanted; a note's are made by the parser, as ever, when somebody asks for the first one. Notes with
problems are few, and are read anew each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, overload

from lierne.base.disk import digest
from lierne.base.problem import Place
from lierne.base.rows import Rows
from lierne.read.note import Attribute, Block, BlockId, Heading, Link, Note, Property, Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from markdown_it.token import Token

    from lierne.base.text import Text

SECTION = "notes"
LIBRARIES = ("markdown-it-py", "mdit-py-plugins", "pyyaml")

_CLASSES = (Link, Heading, BlockId, Tag, Attribute, Block, Property)
_NUMBERS = {one: number for number, one in enumerate(_CLASSES)}
_FIELDS: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    one: attrgetter(*(field.name for field in fields(one))) for one in (Place, *_CLASSES)
}
_PARTS = ("properties", "headings", "links", "tags", "blocks", "block_ids", "titled")
_MAKES: dict[str, Callable[[list[Any]], Any]] = {
    "tuple": tuple,
    "list": list,
    "map": lambda inside: dict(zip(inside[::2], inside[1::2], strict=True)),
    "date": lambda inside: date.fromisoformat(*inside),
    "datetime": lambda inside: datetime.fromisoformat(*inside),
}


class KeptNotes:
    """The notes of one project's vault, as they were read last."""

    def __init__(self, root: Path) -> None:
        """Reads what there is."""
        self._rows = Rows(root, SECTION, LIBRARIES)

    def note(self, path: str, text: Text) -> Note | None:
        """The note, if it was read before with this very text."""
        row = self._rows.read(path, _given(text))
        if row is None:
            return None
        parts = dict(zip(_PARTS, _value(row, text.path), strict=True))
        return Note(path, text, **parts, tokens=Tokens(path, text))

    def put(self, note: Note) -> None:
        """Keeps a note, if there is nothing wrong with it."""
        if not note.problems:
            with suppress(TypeError):  # a property may hold what cannot be kept
                self._rows.put(
                    note.path, _given(note.text), _row([getattr(note, part) for part in _PARTS])
                )

    def write(self, paths: Collection[str]) -> None:
        """Writes down what is new, and forgets all other notes than these.

        Raises:
            OSError: The disk is full, or may not be written.
        """
        self._rows.write(lambda path: path in paths)


class Tokens(Sequence["Token"]):
    """The parser's tokens of a note, made when they are first looked at."""

    def __init__(self, path: str, text: Text) -> None:
        """Takes what the parser wants."""
        self._path = path
        self._text = text

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Token]: ...
    def __getitem__(self, index: int | slice) -> Token | Sequence[Token]:
        return self._all[index]

    def __iter__(self) -> Iterator[Token]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def _all(self) -> Sequence[Token]:
        from lierne.read.parser import parse  # noqa: PLC0415 - slow to import, not always needed

        return parse(self._path, self._text).tokens


def _given(text: Text) -> str:
    return digest(b"%b\0%b" % (text.path.encode(), text.data)).hex()


def _row(value: Any) -> Any:
    """A value as JSON can say it: what is more than a text or a number is a list with its kind.

    Raises:
        TypeError: It cannot be said.
    """
    kind = type(value)
    if kind in _NUMBERS:
        return [_NUMBERS[kind], *map(_row, _FIELDS[kind](value))]
    match value:
        case Place():  # in this note's file
            return ["place", *_FIELDS[Place](value)[1:]]
        case tuple() | list():
            return [kind.__name__, *map(_row, value)]
        case dict():
            return ["map", *(_row(part) for pair in value.items() for part in pair)]
        case date():  # or a time on a day
            return [kind.__name__, value.isoformat()]
        case None | str() | int() | float():
            return value
    raise TypeError(f"{kind.__name__} is not kept")


def _value(row: Any, path: str) -> Any:
    """What a row says of the file at a path."""
    if type(row) is not list:
        return row
    kind = row[0]
    if kind == "place":
        return Place(path, *row[1:])
    inside = [_value(part, path) if type(part) is list else part for part in row[1:]]
    return _CLASSES[kind](*inside) if type(kind) is int else _MAKES[kind](inside)
