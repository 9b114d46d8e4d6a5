"""Circles: of notes that embed each other, and of notes that need each other."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from lierne.base.problem import Kind, Problem, Severity
from lierne.graph.model import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from lierne.graph.model import Edge, Graph
    from lierne.read.note import Link, Note
    from lierne.read.vault.vault import Vault

EMBED_CYCLE = Kind("L111", Severity.WARNING, "notes that embed each other in a circle")
NEEDS_CYCLE = Kind("G103", Severity.WARNING, "notes that need each other in a circle")

_END = 1 << 60

Stretch = tuple[str, int, int]
"""What an embed shows: a note's vault path, its first line, and the line just past its last."""
Stop = TypeVar("Stop", bound="Hashable")
Way = TypeVar("Way")


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


def needs_cycles(graph: Graph) -> Iterator[Problem]:
    """Finds what cannot be read in any order: each circle of `needs` once."""
    needs: dict[str, list[tuple[str, Edge]]] = defaultdict(list)
    for edge in graph.edges_of(EdgeKind.NEEDS):
        needs[edge.source].append((edge.target, edge))
    for notes, edge in circles(list(needs), lambda note: needs.get(note, ())):
        chain = " -> ".join(f"`{note}`" for note in [*notes, notes[0]])
        message = f"what to read first goes in a circle: {chain}"
        help_ = "take one of these notes out of a `needs`"
        yield Problem(NEEDS_CYCLE, edge.places[0], message, help_)


def circles(
    starts: Iterable[Stop], ways: Callable[[Stop], Iterable[tuple[Stop, Way]]]
) -> Iterator[tuple[list[Stop], Way]]:
    """Finds the circles that can be come upon, as their stops and the way that closes them.

    Goes no way twice, and never recurses: whoever wrote the notes decides how deep it goes.

    Args:
        starts: Where to set out from, in this order.
        ways: Says of a stop where one can go from there, and by what.
    """
    done: set[Stop] = set()
    for start in starts:
        path: dict[Stop, Iterator[tuple[Stop, Way]]] = {}
        if start not in done:
            path[start] = iter(ways(start))
        while path:
            stop = next(reversed(path))
            step = next(path[stop], None)
            if step is None:
                done.add(stop)
                del path[stop]
            elif step[0] in path:
                stops = list(path)
                yield stops[stops.index(step[0]) :], step[1]
            elif step[0] not in done:
                path[step[0]] = iter(ways(step[0]))
