"""What was found out about one note, which holds as long as the note and its links' ends do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lierne.read.note import Backlink, Note
    from lierne.read.resolve import Names

T = TypeVar("T")

Ends: TypeAlias = "Sequence[str | None]"
"""The vault path that each link of a note leads to, None where that is none; in their order."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One note, where its links lead, and what somebody has made of these two."""

    note: Note
    """Without backlinks, which other notes can change."""
    ends: Ends
    names: Names
    """By which these were found."""
    _results: dict[Callable[..., Any], Any] = field(default_factory=dict)

    def of(self, make: Callable[[Note, Ends], T]) -> T:
        """What a function makes of the note, and has to make only once.

        Args:
            make: A function of a module whose result comes from what it is given alone.
        """
        if make not in self._results:
            self._results[make] = make(self.note, self.ends)
        result: T = self._results[make]
        return result

    def linked(self, backlinks: Sequence[Backlink], before: Note | None) -> Note:
        """The note with the links to it: the same one as before, where all of it is the same."""
        note = self.note
        if before is not None and before.tokens is note.tokens and before.text is note.text:
            pairs = zip(before.backlinks, backlinks, strict=False)
            # Two that are equal may yet stand in sentences that differ.
            if len(before.backlinks) == len(backlinks) and all(a is b for a, b in pairs):
                return before
        return replace(note, backlinks=backlinks)


def see(note: Note, names: Names, before: Seen | None) -> Seen:
    """Looks where a note's links lead, and takes over what was made of it if that is the same.

    Args:
        note: The note, without backlinks.
        names: Says which file a link names.
        before: What was seen of the note of that path before.
    """
    if before is None or before.note is not note:
        return Seen(note, _ends(note, names), names)
    if before.names is names:
        return before
    ends = _ends(note, names)
    return replace(before, names=names) if before.ends == ends else Seen(note, ends, names)


def _ends(note: Note, names: Names) -> Ends:
    paths = (None if x.external else names.find(x.target, note.path).path for x in note.links)
    return tuple(paths)
