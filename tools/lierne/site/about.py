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
    tokens = note.tokens
    start = next((i for i, token in enumerate(tokens) if not token.hidden), len(tokens))
    first = note.headings[0] if note.headings else None
    if first is None or first.level != 1 or first.tokens[0] != start:
        return None, tokens
    return first, tokens[start + 3 :]


def title_of(note: Note) -> str:
    """The title of a note's page, as plain text: the heading that opens the note, or its name."""
    opening, _ = split_title(note)
    return opening.title if opening else note.name


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
