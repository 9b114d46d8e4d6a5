"""In which order to read: each note after what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


def order(notes: Iterable[str], needs: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Puts notes into an order in which each comes after all that it needs.

    Notes that need each other in a circle come in the order in which they are met.

    Args:
        notes: What to put in order; where needs leave it open, this order stays.
        needs: What each note needs, nearest first.
    """
    known = list(notes)
    allowed, met = set(known), set[str]()
    for start in known:
        path: dict[str, Iterator[str]] = {}
        if start not in met:
            path[start] = iter(needs.get(start, ()))
            met.add(start)
        while path:
            note = next(reversed(path))
            need = next((n for n in path[note] if n in allowed and n not in met), None)
            if need is None:
                del path[note]
                yield note
            else:
                met.add(need)
                path[need] = iter(needs.get(need, ()))
