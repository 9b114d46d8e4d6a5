"""Finds the targets that somebody edited, and what each of them was before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.base.paths import Refusal, read_target
from lierne.base.plan import holds
from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.code.stitch.edited import Edited, lines_of
from lierne.code.stitch.merge import distance
from lierne.code.targets.target import IN_THE_WAY, left_over, unmanaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.base.config import Config
    from lierne.code.tangle import Tangled, Target
    from lierne.code.targets.ancestor import Ancestors
    from lierne.code.targets.known import Known

NOT_TEXT = Kind("T014", Severity.ERROR, "an edited target that is not UTF-8")
EMPTIED = Kind("T015", Severity.ERROR, "a target that was emptied")
MARKERS = Kind("T016", Severity.ERROR, "a target with a conflict that is not settled")
UNHELD = Kind("T017", Severity.ERROR, "an edit that notes cannot hold")

_MARKS = ("<<<<<<< ", "=======", ">>>>>>> ")
"""What begins, parts and ends a conflict, in the order in which they stand."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """An edited target whose text cannot be taken as it is."""

    path: str
    problem: Problem


def find(
    tangled: Tangled, config: Config, known: Known, ancestors: Ancestors
) -> Iterator[Edited | Unusable]:
    """The edited targets, those too that their notes call something else by now."""
    for target in tangled.targets.values():
        found = None if target.text is None else read_target(config.root, target.path)
        if isinstance(found, bytes) and not _is_ours(target, found, known):
            bases = [base.text for base in ancestors.of(target.path)]
            yield _edited(target, found, bases, target.path)
        elif isinstance(found, Refusal):  # it may hold an edit
            problem = Problem(IN_THE_WAY, target.place, found.message, found.help)
            yield Unusable(target.path, problem)
    yield from _left_over(tangled, config, known, ancestors)


def _left_over(
    tangled: Tangled, config: Config, known: Known, ancestors: Ancestors
) -> Iterator[Edited | Unusable]:
    """The edited targets that no note makes any more, not under that name."""
    for path in sorted(known.owners.keys() - tangled.targets.keys()):
        found = read_target(config.root, path)
        unsure = known.owners[path][0] in tangled.unsure
        if not isinstance(found, bytes) or unsure or known.wrote(path, found):
            continue
        base, heir = known.base(path), tangled.targets.get(ancestors.heir(path) or "")
        if base is None or heir is None or not _is_free(heir, config, known):
            yield Unusable(path, left_over(path))
        else:
            yield _edited(heir, found, [base.text], path)


def _is_free(target: Target, config: Config, known: Known) -> bool:
    """Whether nothing stands in a target's place but what tangling wrote."""
    found = read_target(config.root, target.path)
    return found is None or (isinstance(found, bytes) and _is_ours(target, found, known))


def _is_ours(target: Target, found: bytes, known: Known) -> bool:
    """Whether a file is what the notes make, or what tangling wrote."""
    return holds(found, target.text) or known.wrote(target.path, found, target.text)


def _edited(target: Target, found: bytes, bases: list[str], where: str) -> Edited | Unusable:
    text, made = _text(where, found, target.text or ""), target.text or ""
    if isinstance(text, Problem):
        return Unusable(where, text if bases else unmanaged(target))
    if text == made:  # but for the end of its last line
        return Edited(target, found, text, text, where)
    base = _nearest(bases, made, text) if bases else None
    return Edited(target, found, text, base, where)


def _text(path: str, found: bytes, made: str) -> str | Problem:
    try:
        text = found.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
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
    for number, line in enumerate(lines_of(text), 1):
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
    for side in (note, file):  # only one was edited: edits in a roundabout way may look fewer
        if side in bases:
            return side
    return min(
        bases,
        key=lambda base: sum(distance(lines_of(base), lines_of(text)) for text in (note, file)),
    )
