"""Who links to a note, and in which sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.read.note import Backlink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lierne.read.note import Link, Note


def backlinks(
    notes: Iterable[Note], path_of: Callable[[Link, str], str | None]
) -> Mapping[str, tuple[Backlink, ...]]:
    """Gathers the links to each note, by its vault path, in the order of notes and text.

    A note's links to itself are not among them.

    Args:
        notes: All notes.
        path_of: Says for a link and the note that holds it which file it leads to.
    """
    found: dict[str, list[Backlink]] = {}
    for note in notes:
        for link in note.links:
            path = path_of(link, note.path)
            if path is not None and path != note.path:
                found.setdefault(path, []).append(Backlink(note.path, link, link.key or ""))
    return {path: tuple(links) for path, links in found.items()}
