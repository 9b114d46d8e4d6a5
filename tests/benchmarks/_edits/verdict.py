"""What became of an edit, seen from the files and the exit codes alone."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .project import Project


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the table."""

    text: str
    """What happened."""
    good: bool
    """Whether that is what somebody who edited something may expect."""


def round_trip(project: Project, wanted: Mapping[str, str]) -> Cell:
    """Stitches and tangles, and says what became of the edits that were made before.

    Args:
        project: The project, with edits that no command has seen yet.
        wanted: What the code of the targets is to be afterwards.
    """
    before, known = project.files(), lines(*project.codes().values()) | lines(project.notes())
    project.stitch()
    project.tangle()
    after = lines(*project.codes().values()) | lines(project.notes())
    target = lines(*wanted.values())
    if gone := (target & known) - after:
        return Cell(ended(project, f"{count(len(gone))} lost"), good=False)
    if project.files() == before:
        refused = any(path.rpartition("/")[2] in project.said for path in wanted)
        return Cell(ended(project, "refused" if refused else "nothing done"), good=False)
    if missing := target - lines(*project.codes().values()):
        return Cell(ended(project, f"{count(len(missing))} cut from the file"), good=False)
    if strange := target - lines(project.notes()):
        return Cell(ended(project, f"{count(len(strange))} missing in the note"), good=False)
    return _exactly(project, wanted)


def conflict(project: Project, both: tuple[str, str]) -> Cell:
    """Stitches and tangles where two edits contradict each other: both have to stay, and be named.

    Args:
        project: The project, with edits that no command has seen yet.
        both: A line of either edit.
    """
    before = project.files()
    project.stitch()
    project.tangle()
    after = lines(*project.codes().values()) | lines(project.notes())
    if gone := set(both) - after:
        return Cell(ended(project, f"{count(len(gone))} lost"), good=False)
    if project.files() != before:
        return Cell(ended(project, "both kept, files changed"), good=project.exit == 1)
    shown = all(line in project.said for line in both)
    text = f"both kept{' and shown' if shown else ''}"
    return Cell(ended(project, text), good=project.exit == 1 and shown)


def ended(project: Project, text: str) -> str:
    """Adds to a text how the commands ended."""
    return f"{text}, exit {project.exit}"


def lines(*texts: str) -> set[str]:
    """The lines of some texts, without white space around them."""
    return {line.strip() for text in texts for line in text.splitlines()} - {""}


def count(number: int) -> str:
    """How many lines."""
    return f"{number} line{'s' if number > 1 else ''}"


def _exactly(project: Project, wanted: Mapping[str, str]) -> Cell:
    made = project.codes()
    changes = [
        line
        for path in {**wanted, **made}
        for line in difflib.ndiff(
            wanted.get(path, "").splitlines(), made.get(path, "").splitlines()
        )
        if line[0] in "+-"
    ]
    if changes:
        return Cell(
            ended(project, f"kept, but other code differs ({count(len(changes))})"), good=False
        )
    return Cell("kept", good=True) if not project.exit else Cell(ended(project, "kept"), good=False)


def replaced(old: str, new: str, times: int = -1) -> Callable[[str], str]:
    """An edit that puts one text in the place of another."""
    return lambda text: text.replace(old, new, times)
