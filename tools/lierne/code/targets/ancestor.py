"""What an edited target may have been before: the texts that both sides can have come from.

Our own record says so, unless somebody else changed the targets since: another branch was checked
out, a change was put away or pulled. Then the last commit knows better. Which of them was edited
only the target itself can tell: it is the nearest one.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lierne.code.targets.known import Base

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lierne.code.tangle import Target
    from lierne.code.targets.known import Known


class Ancestors:
    """Finds, for each target, the texts that an edit of it may have begun with."""

    def __init__(self, known: Known, targets: Mapping[str, Target]) -> None:
        """Looks at nothing yet.

        Args:
            known: What earlier runs kept, and the last commit.
            targets: What the notes make now.
        """
        self._known = known
        self._targets = targets

    def of(self, path: str) -> tuple[Base, ...]:
        """The candidates for one target, that of our own record first; none where none is known."""
        found: dict[str, Base] = {}
        for base in self._all(path):
            found.setdefault(base.text, base)
        return tuple(found.values())

    def heir(self, path: str) -> str | None:
        """Where a note goes on with what it had in a target that nothing makes any more."""
        base = self._known.base(path)
        if base is None:
            return None
        owner, lines = self._known.owners[path][0], _lines(base.text)
        shared = {
            target.path: (lines & _lines(target.text)).total()
            for target in self._targets.values()
            if target.owner == owner and target.text is not None
        }
        best = max(shared, key=shared.__getitem__, default="")
        return best if 2 * shared.get(best, 0) > lines.total() else None

    def _all(self, path: str) -> Iterator[Base]:
        kept = self._known.base(path)
        if kept is not None:
            yield kept
        committed = self._known.head.target(path) if self._known.head is not None else None
        if committed is not None and committed.text is not None:
            yield Base(committed.text, committed.map)


def _lines(text: str) -> Counter[str]:
    return Counter(line for line in text.split("\n") if line.strip())
