"""What a note says of itself on the site: its title, its description and its tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.read.rules.tag import tag_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from lierne.read.note import Heading, Note


def split_title(note: Note) -> tuple[Heading | None, Sequence[Token]]:
    """Parts a note into the heading of level 1 that opens it, if one does, and all the rest."""
    if not note.titled:
        return None, note.tokens
    opening = note.headings[0]
    return opening, note.tokens[opening.tokens[0] + 3 :]


def title_of(note: Note) -> str:
    """The title of a note's page, as plain text: the heading that opens the note, or its name."""
    return note.headings[0].title if note.titled else note.name


def description_of(note: Note) -> str:
    """The property `description`, or nothing."""
    description = note.get("description")
    return description.strip() if isinstance(description, str) else ""


def tags_of(note: Note) -> tuple[str, ...]:
    """A note's tags, each once, as first written: those of the properties, then the body's."""
    # Obsidian compares tags by their keys and shows them as first written.
    found: dict[str, str] = {}
    for tag in note.tags:
        found.setdefault(tag_key(tag.name), tag.name)
    return tuple(found.values())
