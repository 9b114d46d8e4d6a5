"""Diagrams that a script draws: whether a site has one, and where the script comes from."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.resources.abc import Traversable

    from lierne.read.note import Note

LIBRARY = "mermaid.js"
LOADER = "diagrams.js"


def has_diagrams(notes: Iterable[Note]) -> bool:
    """Whether a note has a diagram, and the library that draws it is there."""
    drawn = (block.language.lower() == "mermaid" for note in notes for block in note.blocks)
    return any(drawn) and library() is not None


def library() -> Traversable | None:
    """The library that draws Mermaid's diagrams, if it is installed."""
    try:
        found = files("mmdc") / "assets" / LIBRARY
    except ModuleNotFoundError:
        return None
    return found if found.is_file() else None
