"""Reads one Python file: what it defines, what it imports, and what its names stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from lierne.code.imports import Unreadable, parse
from lierne.code.names.definition import Source, about
from lierne.code.names.name import Seen
from lierne.code.names.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lierne.code.names.definition import Definition
    from lierne.code.names.scope import Meaning


@dataclass(frozen=True, slots=True)
class Module:
    """What one file says by itself."""

    readable: bool = False
    """Whether it is Python; what is not says nothing."""
    about: str = ""
    """The first line of its docstring."""
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    """By name, with the classes that they stand in: `Tape.gradients`."""
    imported: Mapping[str, Meaning] = field(default_factory=dict)
    """What it imports at its top, by the names that it gives it."""
    behind: Mapping[str, tuple[Meaning, ...]] = field(default_factory=dict)
    """Where members of a class or constant may be defined besides: its bases, or its class."""
    stars: tuple[Meaning, ...] = ()
    """The modules of which it imports everything."""
    seen: tuple[Seen, ...] = ()
    """Its names, as far as they may stand for something of the project's."""


@lru_cache(maxsize=1 << 13)  # a file is read again only after it has changed
def read(path: str, text: str, *, script: bool = False) -> Module:
    """Reads one file.

    Args:
        path: The file's, for its definitions.
        text: All of it, with plain line ends.
        script: Whether its variables are no constants, but change from line to line.
    """
    tree = None if "\r" in text else parse(path, text)
    if tree is None or isinstance(tree, Unreadable):
        return Module()
    try:
        reader = Reader(path, Source(text), script=script)
        reader.read(tree)
        seen = tuple(Seen(*place, meaning) for place, meaning in reader.seen())
    except RecursionError:
        return Module()
    return Module(
        True,
        about(tree),
        reader.definitions,
        reader.imported(),
        reader.behind(),
        tuple(reader.stars),
        seen,
    )
