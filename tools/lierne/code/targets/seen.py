"""What a run of tangling saw, made and said, kept so that the next need not do it all again."""

from __future__ import annotations

import json
import os
from dataclasses import astuple, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lierne.base.disk import digest
from lierne.base.paths import Refusal, read_targets
from lierne.base.plan import digest as plain_digest
from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.base.shape import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lierne.base.store import Store
    from lierne.read.vault.vault import Vault

WHERE = ("run", "last")
"""Where the store keeps it."""
_NAMES = {str: str}
_PLACE = (str, *[int] * (len(fields(Place)) - 1))
_PROBLEM = ((str, str, str), _PLACE, str, str)
_SHAPE = (str, _NAMES, [[str]], _NAMES, _NAMES, [str], [_PROBLEM], bool, bool, {str: [str]})


@dataclass(frozen=True, slots=True)
class Seen:
    """All that a run of tangling reads, as digests."""

    frame: str
    """Of what decides all targets at once: names, settings, and this tool itself."""
    notes: Mapping[str, str]
    """Of each note's bytes, by vault path."""

    @classmethod
    def now(cls, vault: Vault) -> Seen:
        """What a run would read now."""
        config = vault.config
        settings = (config.vault, config.targets, config.exclude, config.aliases, _engine())
        names = (vault.paths, vault.excluded, vault.files, vault.unread)
        frame = digest(repr((settings, names)).encode("utf-8", "surrogatepass")).hex()
        return cls(frame, {path: vault.digest(path).hex() for path in vault.paths})


@dataclass(frozen=True, slots=True)
class Memory:
    """What a run of tangling read, made and said."""

    seen: Seen
    groups: tuple[tuple[str, ...], ...]
    """Notes whose targets depend on each other; a note in none stands for itself."""
    owners: Mapping[str, str]
    """The note of each target, also of those that were held back."""
    targets: Mapping[str, str]
    """The digest of each target that was not held back."""
    runnable: tuple[str, ...]
    """Those of the targets that are executable."""
    problems: tuple[Problem, ...]
    divisible: bool
    """Whether a later run may look at a part of the notes alone."""
    settled: bool = True
    """Whether nothing on the disk stood in the way, which has to be looked at anew."""
    moved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Notes that are gone and still referred to, each with the notes that it may be now."""

    def holds(self, root: Path, seen: Seen) -> bool:
        """Whether notes and targets are as they were after it, so that it would do nothing."""
        return self.settled and self.seen == seen and self.stands(root, self.targets)

    def stands(self, root: Path, targets: Iterable[str]) -> bool:
        """Whether these targets are still as they were written."""
        runnable, paths = set(self.runnable), list(targets)
        return all(
            _digest(found) == self.targets[path]
            and (path not in runnable or os.access(root / path, os.X_OK))
            for path, found in zip(paths, read_targets(root, paths), strict=True)
        )

    def to_json(self) -> bytes:
        """What the store keeps."""
        problems = [(astuple(p.kind), astuple(p.place), p.message, p.help) for p in self.problems]
        value = [
            *(
                self.seen.frame,
                self.seen.notes,
                self.groups,
                self.owners,
                self.targets,
                self.runnable,
            ),
            *(problems, self.divisible, self.settled, self.moved),
        ]
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")

    @classmethod
    def read(cls, store: Store) -> Memory | None:
        """Reads what `to_json` gave; None where there is nothing of that kind."""
        value = read_json(store.get(*WHERE), _SHAPE)
        if value is None:
            return None
        frame, notes, groups, owners, targets, runnable, problems, *rest = value
        divisible, settled, moved = rest
        whole = targets.keys() <= owners.keys() and targets.keys() >= set(runnable)
        if not whole or not notes.keys() >= {path for group in groups for path in group}:
            return None
        try:
            said = tuple(map(_problem, problems))
        except ValueError:  # of a severity that there is none
            return None
        seen, groups = Seen(frame, notes), tuple(map(tuple, groups))
        moved = {path: tuple(others) for path, others in moved.items()}
        runs = tuple(runnable)
        return cls(seen, groups, owners, targets, runs, said, divisible, settled, moved)


@cache
def _engine() -> tuple[tuple[str, int, int], ...]:
    """Which state of the tool is at work, also for those who are changing it."""
    package = Path(__file__).parents[2]
    found = []
    folders = [str(package / room) for room in ("base", "read", "code")]
    for folder in folders:  # grows as folders in it are found
        for entry in os.scandir(folder):
            if entry.name.endswith(".py"):
                status = entry.stat()
                found.append((entry.path, status.st_mtime_ns, status.st_size))
            elif entry.is_dir() and entry.name != "__pycache__":
                folders.append(entry.path)
    return tuple(sorted(found))


def _digest(found: bytes | Refusal | None) -> str | None:
    return None if isinstance(found, Refusal) else plain_digest(found).hex()


def _problem(entry: Any) -> Problem:
    (code, severity, title), place, message, help_ = entry
    return Problem(Kind(code, Severity(severity), title), Place(*place), message, help_)
