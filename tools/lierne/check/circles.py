"""Circles in whatever leads from one thing to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

Stop = TypeVar("Stop", bound="Hashable")
Way = TypeVar("Way")


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
