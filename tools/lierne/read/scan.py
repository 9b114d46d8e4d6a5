"""What tangling needs of a note, found without reading all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.read.note import Outline

if TYPE_CHECKING:
    from lierne.base.text import Text
    from lierne.read.note import Note


def scan(path: str, text: Text) -> Outline | None:
    """Finds the blocks of a note whose fences all stand by themselves.

    None where anything could make a fence something else: then the note must be parsed.
    """
    if "```" in text.string or "~~~" in text.string or "tangle" in text.string:
        return None
    return Outline(path, text.path, None, ())


def outline(note: Note) -> Outline:
    """Takes what tangling reads from a note that is parsed."""
    tangle = note.properties.get("tangle")
    return Outline(note.path, note.text.path, tangle, tuple(note.blocks), tuple(note.problems))
