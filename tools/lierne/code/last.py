"""The last run: what it saw and said, so that a run after which nothing changed is soon over."""

from __future__ import annotations

import json
import os
from dataclasses import astuple, dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lierne.base.disk import Store, digest, read_file
from lierne.base.plan import Plan
from lierne.base.plan import digest as plain_digest
from lierne.base.problem import Kind, Place, Problem, Severity

if TYPE_CHECKING:
    from lierne.code.tangle import Tangled
    from lierne.read.vault import Vault

_WHERE = ("run", "last")


def plan(vault: Vault, tangled: Tangled | None = None) -> Plan:
    """What tangling a vault would change.

    Args:
        vault: The notes.
        tangled: What they make, if that is known already.
    """
    with Store(vault.root) as store:
        before = unchanged(vault, store) if tangled is None else None
        return _anew(vault, store, tangled) if before is None else Plan(vault.root, problems=before)


def unchanged(vault: Vault, store: Store) -> tuple[Problem, ...] | None:
    """The problems that the last run found, if all it read and wrote is still as it was."""
    run = _Run.from_json(store.get(*_WHERE))
    if run is None or run.seen != _fingerprint(vault) or not run.stands(vault.root):
        return None
    return run.problems


def _anew(vault: Vault, store: Store, tangled: Tangled | None) -> Plan:
    # Most runs find nothing changed and need none of these.
    from lierne.code.tangle import tangle  # noqa: PLC0415
    from lierne.code.target import DISK_KINDS, Known, decide  # noqa: PLC0415

    if tangled is None:
        tangled = tangle(vault.outlines(), vault.names, vault.config)
    made = decide(tangled, vault.config, Known.read(store))
    # What was found on the disk is looked at anew each time.
    settled = not any(problem.kind in DISK_KINDS for problem in made.problems)
    run = _Run.of(_fingerprint(vault) if settled else "", tangled, made)
    return replace(made, conclude={_WHERE: run.to_json()})


@dataclass(frozen=True, slots=True)
class _Run:
    seen: str
    """The digest of everything that it read."""
    targets: dict[str, str]
    """The digests of what it wrote, by path."""
    runnable: tuple[str, ...]
    """Those of the targets that are executable."""
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, seen: str, tangled: Tangled, made: Plan) -> _Run:
        whole = {p: t for p, t in tangled.targets.items() if t.text is not None}
        return cls(
            seen,
            {path: plain_digest((t.text or "").encode()).hex() for path, t in whole.items()},
            tuple(path for path, t in whole.items() if t.executable),
            made.problems,
        )

    def stands(self, root: Path) -> bool:
        """Whether every target is still as it was written."""
        base = os.fspath(root)
        try:
            return all(
                plain_digest(read_file(f"{base}/{path}")).hex() == value
                for path, value in self.targets.items()
            ) and all(os.access(root / path, os.X_OK) for path in self.runnable)
        except OSError:
            return False

    def to_json(self) -> bytes:
        problems = [(astuple(p.kind), astuple(p.place), p.message, p.help) for p in self.problems]
        value = [self.seen, self.targets, self.runnable, problems]
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")

    @classmethod
    def from_json(cls, data: bytes | None) -> _Run | None:
        try:
            seen, targets, runnable, problems = json.loads(data or b"")
            return cls(seen, targets, tuple(runnable), tuple(map(_problem, problems)))
        except (ValueError, TypeError, KeyError):
            return None


def _problem(entry: Any) -> Problem:
    (code, severity, title), place, message, help_ = entry
    return Problem(Kind(code, Severity(severity), title), Place(*place), message, help_)


def _fingerprint(vault: Vault) -> str:
    """The digest of all that decides what tangling makes: notes, names, settings, and this tool."""
    config = vault.config
    settings = (config.vault, config.targets, config.exclude, config.aliases, _engine())
    notes = [(path, vault.digest(path)) for path in vault.paths]
    return digest(repr((settings, vault.excluded, vault.files, notes)).encode()).hex()


@cache
def _engine() -> tuple[tuple[str, int, int], ...]:
    """Which state of the tool is at work, also for those who are changing it."""
    package = Path(__file__).parent.parent
    found = []
    for room in ("base", "read", "read/rules", "code"):
        for entry in os.scandir(package / room):
            if entry.name.endswith(".py"):
                status = entry.stat()
                found.append((f"{room}/{entry.name}", status.st_mtime_ns, status.st_size))
    return tuple(sorted(found))
