"""Targets that somebody edited: how they are found, and merged with what the notes say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.base.paths import read_target
from lierne.base.plan import digest
from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.code.stitch.merge import Side, distance, merge, merged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lierne.base.config import Config
    from lierne.code.map import Map
    from lierne.code.stitch.merge import Line, Region
    from lierne.code.stitch.slots import Slot
    from lierne.code.tangle import Tangled, Target
    from lierne.code.targets.ancestor import Ancestors
    from lierne.code.targets.known import Known

CONFLICT = Kind("T011", Severity.ERROR, "code that was edited in a note and in its target")
NOT_TEXT = Kind("T014", Severity.ERROR, "an edited target that is not UTF-8")
EMPTIED = Kind("T015", Severity.ERROR, "a target that was emptied")
UNHELD = Kind("T017", Severity.ERROR, "an edit that notes cannot hold")
MARKERS = Kind("T016", Severity.ERROR, "a target with a conflict that is not settled")

_MARKS = ("<<<<<<< ", "=======", ">>>>>>> ")
"""What begins, parts and ends a conflict, in the order in which they stand."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A target that is neither what the notes make nor what tangling wrote."""

    target: Target
    """What the notes make now."""
    found: bytes
    """What the file holds."""
    text: str
    """The same with plain line ends, the last line too."""
    base: str
    """What both were."""

    @property
    def path(self) -> str:
        """The target's path."""
        return self.target.path

    @property
    def note(self) -> list[str]:
        """The lines that the notes make."""
        return _lines(self.target.text or "")

    @property
    def file(self) -> list[str]:
        """The lines of the file."""
        return _lines(self.text)

    def regions(self, slots: Sequence[Slot]) -> list[Region]:
        """The merge of both sides."""
        return merge(_lines(self.base), self.note, self.file, _borders(slots))

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
        path = self.target.path
        for region in regions:
            if region.side is not Side.NEITHER:
                continue
            note, line = _origin(self.target.map, region.note[0] + 1)
            where = f"{config.shown(note or self.target.owner)}:{line}"
            place = Place(path, min(region.file[0] + 1, max(len(self.file), 1)))
            message = f"`{path}` and `{where}` were both edited here, each in another way"
            help_ = (
                "`lierne stitch --markers` puts both into the target, to choose there; "
                "or edit one side to be as the other"
            )
            if markers:
                help_ = "choose between the markers in the target, and stitch again"
            yield Problem(CONFLICT, place, message, help_, self._diff(region, where))

    def _diff(self, region: Region, where: str) -> str:
        note, _, line = where.rpartition(":")
        (begin, end), (first, last) = region.note, region.file
        head = f"@@ -{line},{end - begin} +{first + 1},{last - first} @@"
        both = [f"-{text}" for text in self.note[begin:end]]
        both += [f"+{text}" for text in self.file[first:last]]
        return "".join(
            f"{text}\n" for text in (f"--- {note}", f"+++ {self.target.path}", head, *both)
        )


@dataclass(frozen=True, slots=True)
class Unusable:
    """An edited target whose text cannot be taken as it is."""

    path: str
    problem: Problem


def find(
    tangled: Tangled, config: Config, known: Known, ancestors: Ancestors
) -> Iterator[Edited | Unusable | Target]:
    """The edited targets; of one whose past is not known, the target alone."""
    for target in tangled.targets.values():
        found = None if target.text is None else read_target(config.root, target.path)
        if not isinstance(found, bytes) or target.text is None:
            continue
        if digest(found) == digest(target.text.encode()) or known.wrote(target.path, found):
            continue
        text = _text(target, found)
        bases = [base.text for base in ancestors.of(target.path)]
        if isinstance(text, Problem):
            yield Unusable(target.path, text)
        elif text == target.text:
            yield Edited(target, found, text, text)
        elif not bases:
            yield target
        else:
            yield Edited(target, found, text, _nearest(bases, target.text, text))


def _text(target: Target, found: bytes) -> str | Problem:
    path, made = target.path, target.text or ""
    try:
        text = found.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = found.count(b"\n", 0, error.start) + 1
        message = f"`{path}` was edited, and is not UTF-8 any more"
        return Problem(NOT_TEXT, Place(path, line), message, "save it as UTF-8 and stitch again")
    if not text.strip() and made.strip():
        message = f"`{path}` was emptied, which may be a mistake"
        help_ = "delete the file to have it made again, or take the code out of its note"
        return Problem(EMPTIED, Place(path), message, help_)
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        message = "this line holds a carriage return, which would end a line of a note"
        return Problem(UNHELD, Place(path, line), message, "end all lines of the file alike")
    line = _conflict(text)
    if line and not _conflict(made):
        message = f"`{path}` holds both sides of a conflict, between markers"
        help_ = "leave one of them, take the markers out, and stitch again"
        return Problem(MARKERS, Place(path, line), message, help_)
    return text if text.endswith("\n") or not text else f"{text}\n"


def _conflict(text: str) -> int:
    """The line on which the first conflict between markers begins; 0 where there is none."""
    if any(mark not in text for mark in _MARKS):
        return 0
    first, wanted = 0, 0
    for number, line in enumerate(_lines(text), 1):
        if line.startswith(_MARKS[0]):
            first, wanted = number, 1
        elif wanted and line.startswith(_MARKS[wanted]):
            wanted += 1
            if wanted == len(_MARKS):
                return first
    return 0


def _nearest(bases: list[str], note: str, file: str) -> str:
    """The text from which both sides are the fewest edits away."""
    if len(bases) == 1:
        return bases[0]
    return min(
        bases,
        key=lambda base: sum(distance(_lines(base), _lines(text)) for text in (note, file)),
    )


def _borders(slots: Sequence[Slot]) -> set[int]:
    full = [slot for slot in slots if slot.count]
    return {line for slot in full for line in (slot.line, slot.after)}


def _origin(made: Map, line: int) -> tuple[str, int]:
    for near in (line, line - 1, line + 1):
        origin = made.note_at(near)
        if origin is not None:
            return origin[0], origin[1]
    return "", 1


def _lines(text: str) -> list[str]:
    return text.split("\n")[:-1]
