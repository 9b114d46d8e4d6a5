"""What a run of tangling saw, made and said, kept so that the next need not do it all again."""

from __future__ import annotations

import json
import os
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lierne.base.disk import digest, read_file
from lierne.base.plan import digest as plain_digest
from lierne.base.problem import Kind, Place, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lierne.base.disk import Store
    from lierne.read.vault.vault import Vault

WHERE = ("run", "last")
"""Where the store keeps it."""


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
class Run:
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

    def stands(self, root: Path, targets: Iterable[str]) -> bool:
        """Whether these targets are still as they were written."""
        base = os.fspath(root)
        try:
            return all(
                plain_digest(read_file(f"{base}/{path}")).hex() == self.targets[path]
                for path in targets
            ) and all(os.access(root / path, os.X_OK) for path in self.runnable)
        except OSError:
            return False

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
            *(problems, self.divisible),
        ]
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")

    @classmethod
    def read(cls, store: Store) -> Run | None:
        """Reads what `to_json` gave; None where there is nothing of that kind."""
        try:
            frame, notes, groups, owners, targets, runnable, problems, divisible = json.loads(
                store.get(*WHERE) or b""
            )
            return cls(
                Seen(frame, dict(notes)),
                tuple(map(tuple, groups)),
                dict(owners),
                dict(targets),
                tuple(runnable),
                tuple(map(_problem, problems)),
                divisible,
            )
        except (ValueError, TypeError):
            return None


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


def _problem(entry: Any) -> Problem:
    (code, severity, title), place, message, help_ = entry
    return Problem(Kind(code, Severity(severity), title), Place(*place), message, help_)
