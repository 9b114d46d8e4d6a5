"""A target that somebody edited, merged with what the notes say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lierne.base.plan import digest
from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.base.same import unified
from lierne.code.stitch.merge import Side, compare, merge, merged
from lierne.code.targets.target import unmanaged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lierne.base.config import Config
    from lierne.code.map import Map
    from lierne.code.stitch.merge import Line, Region
    from lierne.code.stitch.slots import Slot
    from lierne.code.tangle import Target

CONFLICT = Kind("T011", Severity.ERROR, "code that was edited in a note and in its target")
_MOST_SHOWN = 60
"""How many lines of a diff are shown where nobody knows what both sides were."""
_CHOOSE = "choose between the markers in the target, and stitch again"


@dataclass(frozen=True, slots=True)
class Edited:
    """A target that is neither what the notes make nor what tangling wrote."""

    target: Target
    """What the notes make now."""
    found: bytes
    """What the file holds."""
    text: str
    """The same with plain line ends, the last line too."""
    base: str | None
    """What both were, None where nobody knows."""
    where: str
    """The path of the file: the target's, or what its note called it before."""

    @property
    def path(self) -> str:
        """The target's path."""
        return self.target.path

    @property
    def owned(self) -> tuple[str, bytes]:
        """Whose the file is, and what it may be to be removed."""
        return self.target.owner, digest(self.found)

    @property
    def digests(self) -> set[bytes]:
        """What may stand in the target's place and is in the notes once this is stitched."""
        return {digest(self.found), digest((self.target.text or "").encode())}

    @property
    def note(self) -> list[str]:
        """The lines that the notes make."""
        return lines_of(self.target.text or "")

    @property
    def file(self) -> list[str]:
        """The lines of the file."""
        return lines_of(self.text)

    def regions(self, slots: Sequence[Slot]) -> list[Region]:
        """The merge of both sides."""
        if self.base is None:
            return compare(self.note, self.file)
        return merge(lines_of(self.base), self.note, self.file, _borders(slots))

    def lines(self, regions: Sequence[Region]) -> list[Line]:
        """The lines of a merge without conflicts."""
        return merged(regions, self.note, self.file)

    def conflicts(
        self, regions: Sequence[Region], config: Config, *, markers: bool = False
    ) -> Iterator[Problem]:
        """What of a merge has to be decided by somebody.

        Args:
            regions: The merge.
            config: The project, for the names of notes.
            markers: Whether both sides will stand in the target, between markers.
        """
        markers = markers and self.where == self.path
        if self.base is None:
            problem = unmanaged(self.target, self._whole_diff(config))
            yield replace(problem, help=_CHOOSE) if markers else problem
            return
        for region in regions:
            if region.side is Side.NEITHER:
                yield self._conflict(region, config, markers=markers)

    def _conflict(self, region: Region, config: Config, *, markers: bool) -> Problem:
        note, line = _origin(self.target.map, region.note[0] + 1)
        where = f"{config.shown(note or self.target.owner)}:{line}"
        place = Place(self.where, min(region.file[0] + 1, max(len(self.file), 1)))
        message = f"`{self.where}` and `{where}` were both edited here, each in another way"
        help_ = "edit one side to be as the other"
        if self.where == self.path:
            help_ = (
                f"`lierne stitch --markers` puts both into the target, to choose there; or {help_}"
            )
        return Problem(
            CONFLICT, place, message, _CHOOSE if markers else help_, self._diff(region, where)
        )

    def _whole_diff(self, config: Config) -> str:
        note, file = ([f"{line}\n" for line in lines] for lines in (self.note, self.file))
        shown = list(unified(note, file, config.shown(self.target.owner), self.path))
        more = len(shown) - _MOST_SHOWN
        if more > 1:
            shown[_MOST_SHOWN:] = [f"\\ {more} more lines\n"]
        return "".join(shown)

    def _diff(self, region: Region, where: str) -> str:
        note, _, line = where.rpartition(":")
        (begin, end), (first, last) = region.note, region.file
        head = f"@@ -{line},{end - begin} +{first + 1},{last - first} @@"
        both = [f"-{text}" for text in self.note[begin:end]]
        both += [f"+{text}" for text in self.file[first:last]]
        return "".join(f"{text}\n" for text in (f"--- {note}", f"+++ {self.where}", head, *both))


def _borders(slots: Sequence[Slot]) -> set[int]:
    full = [slot for slot in slots if slot.count]
    return {line for slot in full for line in (slot.line, slot.after)}


def _origin(made: Map, line: int) -> tuple[str, int]:
    for near in (line, line - 1, line + 1):
        origin = made.note_at(near)
        if origin is not None:
            return origin[0], origin[1]
    return "", 1


def lines_of(text: str) -> list[str]:
    """The lines of a text that ends its last one."""
    return text.split("\n")[:-1]
