"""Diagrams that a script draws: whether a site has one, and where the script comes from."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lierne.read.note import Note

LIBRARY = "mermaid.js"
LOADER = "diagrams.js"


def has_diagrams(notes: Iterable[Note]) -> bool:
    """Whether a note has a diagram, and the library that draws it is there."""
    drawn = (block.language.lower() == "mermaid" for note in notes for block in note.blocks)
    return any(drawn) and library() is not None


def library() -> Path | None:
    """The library that draws Mermaid's diagrams, if it is installed."""
    package = find_spec("mmdc")  # found and not imported, which takes long
    found = Path(package.origin).parent / "assets" / LIBRARY if package and package.origin else None
    return found if found and found.is_file() else None
