"""A name in code, from where it is written to the definition that stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lierne.code.names.scope import Meaning


@dataclass(frozen=True, slots=True)
class Name:
    """Where a name is written."""

    line: int
    """Counted from 1 in a file."""
    column: int
    """The characters before it on its line."""
    length: int


@dataclass(frozen=True, slots=True)
class Seen(Name):
    """A name, as far as its own file can tell what it stands for."""

    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Use(Name):
    """A name that a definition of the project stands behind."""

    target: str
    """The file that defines it; empty for the program itself."""
    name: str
    """As that file calls it; empty for the file itself."""
