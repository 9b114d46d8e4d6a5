"""The file changes that a command would make, before it makes them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lierne.base import disk
from lierne.base.paths import Refusal, confine
from lierne.base.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lierne.base.problem import Problem

_INTENDED = "intended"


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
        import difflib  # noqa: PLC0415 - most plans change nothing

        old = "/dev/null" if self.before is None else f"a/{self.path}"
        new = "/dev/null" if self.after is None else f"b/{self.path}"
        for line in difflib.unified_diff(_lines(self.before), _lines(self.after), old, new):
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
    targets: int = 0
    """How many targets there are, whether they change or not."""
    conclude: Mapping[tuple[str, str], bytes | None] = field(default_factory=dict)
    """What the store keeps besides if all files are as planned."""

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
        with disk.lock(self.root, "apply"):
            failures = self.carry_out()
        if failures:
            for other in failures[1:]:
                failures[0].add_note(str(other))
            raise failures[0]

    def carry_out(self) -> list[OSError]:
        """Makes the changes for one who holds the lock; says what could not be written, and why.

        Before the first file is touched, the store learns what each is to become: whatever
        interrupts this, the next run knows which files are its own work.
        """
        if not (self.changes or self.remember or self.conclude):
            return []
        with Store(self.root, write=True) as store:
            self._tidy(intended(store))
            # What it is, too: the run before may have been interrupted as well.
            own = {(_INTENDED, c.path): digest(c.before) + digest(c.after) for c in self.changes}
            store.put(own)
            failed = {c.path: error for c in self.changes if (error := self._make(c)) is not None}
            store.put(self._lasting(failed))
        return list(failed.values())

    def _tidy(self, paths: Iterable[str]) -> None:
        """Takes away what an interrupted run left beside the files that it meant to write."""
        files = [confine(self.root, path) for path in paths]
        disk.sweep({file.parent for file in files if not isinstance(file, Refusal)})

    def _make(self, change: Change) -> OSError | None:
        try:
            path = confine(self.root, change.path)
            if isinstance(path, Refusal):
                return OSError(0, path.message, str(self.root / change.path))
            if change.after is not None:
                disk.write_file(path, change.after, change.before, executable=change.executable)
            elif change.before is not None:
                disk.remove_file(path, change.before, self._kept_folder(path))
        except OSError as error:
            return error
        return None

    def _kept_folder(self, path: Path) -> Path:
        real = Path(os.path.realpath(self.root))
        folders = [real / root for root in self.roots]
        return max(filter(path.is_relative_to, folders), key=lambda f: len(f.parts), default=real)

    def _lasting(self, failed: Mapping[str, OSError]) -> dict[tuple[str, str], bytes | None]:
        values = {where: v for where, v in self.remember.items() if where[1] not in failed}
        paths = {*(change.path for change in self.changes), *(path for _, path in values)}
        values |= {(_INTENDED, path): None for path in paths if path not in failed}
        return values if failed else {**values, **self.conclude}


def intended(store: Store) -> dict[str, set[bytes]]:
    """The digests that a file may have if a run was interrupted, by path."""
    size = len(digest(b""))
    return {
        path: {value[n : n + size] for n in range(0, len(value), size)}
        for path, value in store.all(_INTENDED).items()
    }


def digest(data: bytes | None) -> bytes:
    """What is the same for two files only if they differ in nothing but line ends."""
    return b"" if data is None else disk.digest(data.replace(b"\r\n", b"\n"))


def _lines(data: bytes | None) -> list[str]:
    text = "" if data is None else data.decode("utf-8", "replace").replace("\r\n", "\n")
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])
