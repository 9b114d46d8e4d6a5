"""From the text of targets to changes of files: what is ours to write, and what was edited since.

A target is written only where nothing of anybody else's is lost: where there is no file, or the
file is still what tangling last made of it, as our records say or the last commit does. Line ends
do not count.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lierne.base.paths import Refusal, clash_key, read_target, target_path
from lierne.base.plan import Change, Plan, holds, saved_like
from lierne.base.problem import Kind, Place, Problem, Severity, in_order
from lierne.code.targets.ancestor import Ancestors
from lierne.code.targets.known import BASES, TARGETS

if TYPE_CHECKING:
    from pathlib import Path

    from lierne.base.config import Config
    from lierne.code.tangle import Tangled, Target
    from lierne.code.targets.known import Base, Known

UNMANAGED = Kind("T006", Severity.ERROR, "a file that tangling did not write, in a target's place")
EDITED = Kind("T007", Severity.ERROR, "a target that was edited since it was tangled")
LEFT_OVER = Kind("T008", Severity.WARNING, "an edited target that no note makes any more")
IN_THE_WAY = Kind("T009", Severity.ERROR, "a target that cannot be written where it is to be")
UNSURE = Kind("T010", Severity.ERROR, "a target whose last owner cannot be read")
DISK_KINDS = frozenset({UNMANAGED, EDITED, LEFT_OVER, IN_THE_WAY, UNSURE})
"""What depends on the disk, and not on the notes alone."""


def decide(tangled: Tangled, config: Config, known: Known) -> Plan:
    """Compares the targets with what lies on the disk, and says what to change.

    Every target is decided by itself: what stands in the way of one holds no other back.
    """
    return _Decision(tangled, config, known).plan()


def unmanaged(target: Target, diff: str = "") -> Problem:
    """Says that nobody knows how a file came into a target's place."""
    message = f"`{target.path}` is there already, and is not what this note makes"
    help_ = (
        "`lierne stitch --markers` puts both into the file, to choose there; "
        "or delete the file and tangle again"
    )
    return Problem(UNMANAGED, target.place, message, help_, diff)


def left_over(path: str, note: str = "", heir: str | None = None) -> Problem:
    """Says that an edited target stays, although no note makes it.

    Args:
        path: The target.
        note: The note that made it.
        heir: What that note makes of the same code now.
    """
    message = f"no note makes `{path}` any more, and it was edited since it was tangled"
    help_ = "move the edit into a note, or delete the file"
    if heir is not None:
        help_ = f"`lierne stitch` carries the edit into `{note}`, which makes `{heir}` now"
    return Problem(LEFT_OVER, Place(path), message, help_)


class _Decision:
    def __init__(self, tangled: Tangled, config: Config, known: Known) -> None:
        self._tangled = tangled
        self._config = config
        self._known = known
        self._ancestors = Ancestors(known, tangled.targets)
        self._changes: list[Change] = []
        self._problems: list[Problem] = list(tangled.problems)
        self._remember: dict[tuple[str, str], bytes | None] = {}

    def plan(self) -> Plan:
        for target in self._tangled.targets.values():
            if target.text is not None:
                self._write(target, target.text.encode())
        gone = [path for path in self._known.owners if path not in self._tangled.targets]
        for path in sorted(gone):
            self._remove(path)
        # Removals come first: on some disks a new name is an old one that differs in case.
        changes = sorted(self._changes, key=lambda c: (c.after is not None, c.path))
        return Plan(
            self._config.root,
            tuple(changes),
            in_order(self._problems),
            self._config.targets,
            self._remember,
        )

    def _write(self, target: Target, data: bytes) -> None:
        last_owner = self._known.owners.get(target.path, (target.owner, b""))[0]
        if last_owner != target.owner and last_owner in self._tangled.unsure:
            self._tell(UNSURE, target.place, *_unsure(target.path, last_owner))
            return
        found = read_target(self._config.root, target.path)
        if isinstance(found, Refusal):
            self._tell(IN_THE_WAY, target.place, found.message, found.help)
            return
        same = found is None or holds(found, target.text)
        if not same and not self._known.wrote(target.path, found or b"", target.text):
            self._refuse(target, found or b"")
            return
        self._remember.update(self._known.news(target))
        if found is not None:
            data = found if same else saved_like(found, data)
        run = target.executable and (found is None or not _runs(self._config.root / target.path))
        if data != found or run:
            self._changes.append(Change(target.path, found, data, run))

    def _refuse(self, target: Target, found: bytes) -> None:
        bases = self._ancestors.of(target.path)
        if not bases:
            self._problems.append(unmanaged(target))
            return
        line, origin = _first_edit(bases[0], found)
        where = self._where(target, origin)
        message = f"`{target.path}` was edited since it was tangled"
        help_ = (
            f"`lierne stitch` carries the edit into {where}; "
            "to drop it, delete the file and tangle again"
        )
        self._tell(EDITED, Place(target.path, line), message, help_)

    def _where(self, target: Target, origin: tuple[str, int, int] | None) -> str:
        """Where the code is now that came from a line of a note, as far as can be said."""
        notes = {run.note for run in target.map.runs}
        if origin is not None and origin[0] in notes:
            return f"`{self._config.shown(origin[0])}:{origin[1]}`"
        return f"`{self._config.shown(min(notes))}`" if len(notes) == 1 else "its notes"

    def _remove(self, path: str) -> None:
        owner, _ = self._known.owners[path]
        if owner in self._tangled.unsure or target_path(self._config, path) != path:
            return
        found = read_target(self._config.root, path)
        if isinstance(found, Refusal) and found.unseen:
            self._tell(LEFT_OVER, Place(path), found.message, found.help)
            return
        if isinstance(found, bytes) and not self._known.wrote(path, found):
            new = self._ancestors.heir(path)
            self._problems.append(left_over(path, self._config.shown(owner), new))
            return
        if isinstance(found, bytes) and not self._renamed(path):
            self._changes.append(Change(path, found, None))
        self._remember |= {(TARGETS, path): None, (BASES, path): None}

    def _renamed(self, path: str) -> bool:
        """Whether the disk takes the file for another target's, whose name differs in case."""
        root, key = self._config.root, clash_key(path)
        same = [root / other for other in self._tangled.targets if clash_key(other) == key]
        return any(other.exists() and other.samefile(root / path) for other in same)

    def _tell(self, kind: Kind, place: Place, message: str, help_: str) -> None:
        self._problems.append(Problem(kind, place, message, help_))


def _first_edit(base: Base, found: bytes) -> tuple[int, tuple[str, int, int] | None]:
    """The first line of a target that was edited, and the place in a note to do so."""
    now = found.replace(b"\r\n", b"\n").split(b"\n")
    then = base.text.encode("utf-8", "surrogatepass").split(b"\n")
    same = next((n for n, (a, b) in enumerate(zip(now, then, strict=False)) if a != b), None)
    line = 1 + (min(len(now), len(then)) - 1 if same is None else same)
    origins = map(base.map.note_at, (line, line - 1, line + 1))
    return line, next(filter(None, origins), None)


def _runs(path: Path) -> bool:
    # Windows knows no such mode, and Python says there that nothing runs but `.exe`.
    return os.name == "nt" or bool(path.lstat().st_mode & 0o100)


def _unsure(path: str, owner: str) -> tuple[str, str]:
    message = f"`{path}` belonged to the note `{owner}`, which cannot be read in full now"
    return message, f"correct `{owner}` first, or delete `{path}` to let this note have it"
