"""In which order to read: each note after what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Needs = dict[str, list[str]]
"""What each note needs, nearest first."""


def with_implied(said: Mapping[str, Sequence[str]], implied: Mapping[str, Sequence[str]]) -> Needs:
    """Adds to what notes say they need what their code implies, unless they say the opposite.

    Args:
        said: By note, what it names as needed.
        implied: By note, whose code its own code uses.
    """
    found: Needs = {note: list(needs) for note, needs in said.items()}
    before: dict[str, set[str]] = {}
    for note, uses in implied.items():
        for other in uses:
            if other not in before:
                before[other] = _before(other, said)
            if note != other and note not in before[other]:
                found.setdefault(note, []).append(other)
    return found


def _before(note: str, needs: Mapping[str, Sequence[str]]) -> set[str]:
    """All that a note needs, directly and through others."""
    met, left = set[str](), list(needs.get(note, ()))
    while left:
        other = left.pop()
        if other not in met:
            met.add(other)
            left.extend(needs.get(other, ()))
    return met


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
