"""Notes that embed themselves, straight or through others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Problem, Severity
from lierne.check.circles import circles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.read.note import Link, Note
    from lierne.read.vault import Vault

EMBED_CYCLE = Kind("L111", Severity.WARNING, "notes that embed each other in a circle")

_END = 1 << 60

Stretch = tuple[str, int, int]
"""What an embed shows: a note's vault path, its first line, and the line just past its last."""


def embed_cycles(vault: Vault) -> Iterator[Problem]:
    """Finds each circle of embeds once, at the embed that closes it.

    A note that shows one of its own sections elsewhere in itself is no circle.
    """
    embeds = {note.path: list(_embeds(vault, note)) for note in vault}

    def inside(stretch: Stretch) -> Iterator[tuple[Stretch, Link]]:
        path, first, end = stretch
        return (step for step in embeds[path] if first <= step[1].place.line < end)

    starts = ((path, 1, _END) for path in embeds)
    for stretches, link in circles(starts, inside):
        yield _circle([path for path, _, _ in stretches], link)


def _embeds(vault: Vault, note: Note) -> Iterator[tuple[Stretch, Link]]:
    for link in note.links:
        if not (link.embed and (link.target or link.subpath)) or link.external or link.key:
            continue
        there = vault.resolve(link, note.path)
        if there.note is None or not there.whole:
            continue
        first, end = 1, _END
        if there.heading is not None:
            first, end = there.heading.place.line, there.heading.end_line
        elif there.block is not None:
            first, end = there.block.lines
        yield (there.note.path, first, end), link


def _circle(notes: list[str], link: Link) -> Problem:
    chain = " -> ".join(f"`{note}`" for note in [*notes, notes[0]])
    message = f"this embed leads back to where it stands: {chain}"
    return Problem(EMBED_CYCLE, link.place, message, "make one of these embeds a plain link")
