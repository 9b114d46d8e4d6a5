"""The file changes that a command would make, before it makes them."""

from __future__ import annotations

import codecs
import errno
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lierne.base import disk
from lierne.base.paths import Refusal, confine, note_file
from lierne.base.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from lierne.base.disk import Kept
    from lierne.base.problem import Problem

_INTENDED = "intended"
"""Of a target that is being written, what it is to be: that is ours, whatever interrupts us."""
_BESIDE = "beside"
"""Of a file that is being written, what may lie beside it: what it is to be, and what it was."""
PATIENCE = 2.0
"""For how many seconds a command waits until another has written what it writes."""
_SECONDS_TO_SAVE = 0.05
"""How long an editor may take to save a note that it had opened when we replaced it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one file is to become."""

    path: str
    """From the project's root, with `/`."""
    before: bytes | None
    """What it is, None where it is to be made."""
    after: bytes | None
    """What it is to be, None where it is to be removed."""
    executable: bool = False
    """Whether it is to be made executable, if it is not."""
    note: bool = False
    """Whether it is a file of the vault, perhaps a link in it: precious, and written first."""

    @property
    def verb(self) -> str:
        """What happens to the file, in one word."""
        if self.before is None:
            return "create"
        if self.after is None:
            return "remove"
        return "change" if self.before != self.after else "make executable"

    @property
    def lines(self) -> tuple[int, int]:
        """How many lines are added and taken away."""
        added = removed = 0
        for line in list(self._diff())[2:]:
            added += line.startswith("+")
            removed += line.startswith("-")
        return added, removed

    def diff(self) -> str:
        """The change as a unified diff, with plain line ends."""
        if self.before == self.after:
            return f"--- a/{self.path}\n+++ b/{self.path}\nnew mode: executable\n"
        return "".join(self._diff())

    def _diff(self) -> Iterator[str]:
        from lierne.base.same import unified  # noqa: PLC0415 - most plans change nothing

        old = "/dev/null" if self.before is None else f"a/{self.path}"
        new = "/dev/null" if self.after is None else f"b/{self.path}"
        for line in unified(_lines(self.before), _lines(self.after), old, new):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a command would change, and what stands in its way."""

    root: Path
    """The project."""
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    roots: tuple[str, ...] = ()
    """The folders, from the root, that stay even where the last file in them is removed."""
    remember: Mapping[tuple[str, str], bytes | None] = field(default_factory=dict)
    """What the store keeps, by section and path, of each file that is as planned."""
    halfway: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    """The same from when the notes are as planned until the targets are."""
    targets: int = 0
    """How many targets there are, whether they change or not."""
    conclude: Mapping[tuple[str, str], bytes | None] = field(default_factory=dict)
    """What the store keeps besides if all files are as planned."""
    vault: str = "."
    """The folder of notes, from the root: no note is written outside it."""

    def __bool__(self) -> bool:
        """Whether it would change a file."""
        return bool(self.changes)

    def diff(self) -> str:
        """All changes as a unified diff."""
        return "".join(change.diff() for change in self.changes)

    def apply(self) -> None:
        """Makes the changes, each file whole or not at all, and keeps other processes out.

        Raises:
            BusyError: Another process is at it.
            OSError: A file could not be written; all others were. Further ones are its notes.
        """
        _, failures = perform(self.root, "apply", lambda: self)
        if failures:
            for other in failures[1:]:
                failures[0].add_note(str(other))
            raise failures[0]

    def carry_out(self) -> list[OSError]:
        """Makes the changes for one who holds the lock; says what could not be written, and why.

        Notes are written first. If one of them cannot be, no target is: an edit that a target
        holds is given up only once the notes hold it.

        Before a file is touched, the store learns what it is to become: whatever interrupts this,
        the next run knows which files are its own work.
        """
        if not (self.changes or self.remember or self.conclude or self._interrupted()):
            return []
        notes = [change for change in self.changes if change.note]
        rest = [change for change in self.changes if not change.note]
        with Store(self.root, write=True) as store:
            rescued = self._tidy(store)
            failed = self._make_all(store, notes)
            if failed:
                store.put(_settled(c.path for c in notes if c.path not in failed))
                failed |= {change.path: self._held_back(change) for change in rest}
            else:
                store.put(self.halfway)
                failed = self._make_all(store, rest)
                store.put(self._lasting(failed))
        return [*rescued, *failed.values()]

    def _interrupted(self) -> bool:
        with Store(self.root) as store:
            return bool(store.all(_BESIDE))

    def _tidy(self, store: Store) -> list[OSError]:
        """Takes away what an interrupted run left beside the files that it meant to write."""
        rescued, settled = [], []
        for path, states in _digests(store, _BESIDE).items():
            file = self._file(path, note=isinstance(confine(self.root, path), Refusal))
            try:
                if not isinstance(file, Refusal):
                    disk.settle(file, _among(states))
                settled.append(path)
            except OSError as error:
                rescued.append(error)
        store.put({(_BESIDE, path): None for path in settled})
        return rescued

    def _make_all(self, store: Store, changes: list[Change]) -> dict[str, OSError]:
        """Makes changes; says which could not be made, and gives back what was saved meanwhile."""
        journal = {(_BESIDE, c.path): digest(c.before) + digest(c.after) for c in changes}
        known = intended(store)  # the run before may have been interrupted as well
        for change in changes:
            if not change.note:
                states = known.get(change.path, set()) | {digest(change.after)}
                journal[_INTENDED, change.path] = b"".join(states)
        store.put(journal)
        failed: dict[str, OSError] = {}
        kept: dict[str, Kept] = {}
        for change in changes:
            try:
                kept |= self._make(change)
            except OSError as error:
                failed[change.path] = error
        if any(change.note for change in changes):
            time.sleep(_SECONDS_TO_SAVE)
        for path, old in kept.items():
            try:
                old.let_go()
            except OSError as error:
                failed[path] = error
        for path, failure in failed.items():
            failure.filename, failure.filename2 = str(self._real / path), None
        return failed

    def _make(self, change: Change) -> dict[str, Kept]:
        path = self._file(change.path, note=change.note)
        old = None
        if isinstance(path, Refusal):
            raise OSError(0, path.message)
        if change.after is not None:
            run, precious = change.executable, change.note
            old = disk.write_file(
                path, change.after, change.before, executable=run, precious=precious
            )
        elif change.before is not None:
            disk.remove_file(path, change.before, self._kept_folder(path))
        return {} if old is None else {change.path: old}

    def _file(self, path: str, *, note: bool) -> Path | Refusal:
        return note_file(self.root, self.vault, path) if note else confine(self.root, path)

    def _held_back(self, change: Change) -> OSError:
        message = "was left as it is, because a note that holds its edits could not be written"
        return OSError(errno.ECANCELED, message, str(self._real / change.path))

    @property
    def _real(self) -> Path:
        return Path(os.path.realpath(self.root))

    def _kept_folder(self, path: Path) -> Path:
        folders = [self._real / root for root in self.roots]
        inside = filter(path.is_relative_to, folders)
        return max(inside, key=lambda folder: len(folder.parts), default=self._real)

    def _lasting(self, failed: Mapping[str, OSError]) -> dict[tuple[str, str], bytes | None]:
        values = {where: v for where, v in self.remember.items() if where[1] not in failed}
        paths = {*(change.path for change in self.changes), *(path for _, path in values)}
        values |= _settled(path for path in paths if path not in failed)
        return values if failed else {**values, **self.conclude}


def perform(root: Path, command: str, make: Callable[[], Plan]) -> tuple[Plan, list[OSError]]:
    """Makes a plan and carries it out, and keeps other processes out meanwhile.

    One that is writing already is waited for, a short while: `watch` is seldom at it for longer.

    Args:
        root: The project.
        command: What is done, for a process that is kept out.
        make: Makes the plan.

    Returns:
        The plan, and what could not be written.

    Raises:
        BusyError: Another process is at it.
        OSError: The project cannot be written, and the plan would change a file.
    """
    try:
        with disk.lock(root, command, patience=PATIENCE):
            plan = make()
            return plan, plan.carry_out()
    except disk.BusyError:
        raise
    except OSError:
        plan = make()
        if plan:
            raise
        return plan, []  # what would be remembered can be found out again


def intended(store: Store) -> dict[str, set[bytes]]:
    """The digests of targets as an interrupted run may have written them, by path."""
    return _digests(store, _INTENDED)


def digest(data: bytes | None) -> bytes:
    """What is the same for two files only if they differ in nothing but how an editor saves them.

    That is: in line ends, and in a byte order mark at the beginning.
    """
    if data is None:
        return b""
    return disk.digest(data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n"))


def saved_like(found: bytes, data: bytes) -> bytes:
    """A file's new text, saved as what stands in its place is: line ends and byte order mark."""
    pairs = found.count(b"\r\n")
    if pairs and pairs == found.count(b"\n"):
        data = data.replace(b"\n", b"\r\n")
    marked = found.startswith(codecs.BOM_UTF8) and not data.startswith(codecs.BOM_UTF8)
    return codecs.BOM_UTF8 + data if marked else data


def holds(found: bytes | Refusal | None, text: str | None) -> bool:
    """Whether what was found in a file's place is this text, however an editor saved it."""
    if text is None or not isinstance(found, bytes):
        return False
    return digest(found) == digest(text.encode("utf-8", "surrogatepass"))


def _settled(paths: Iterable[str]) -> dict[tuple[str, str], bytes | None]:
    return {(section, path): None for path in paths for section in (_INTENDED, _BESIDE)}


def _digests(store: Store, section: str) -> dict[str, set[bytes]]:
    size = len(digest(b""))
    return {
        path: {value[n : n + size] for n in range(0, len(value) - size + 1, size)}
        for path, value in store.all(section).items()
    }


def _among(states: set[bytes]) -> Callable[[bytes], bool]:
    return lambda data: digest(data) in states


def _lines(data: bytes | None) -> list[str]:
    text = "" if data is None else data.decode("utf-8", "replace").replace("\r\n", "\n")
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])
