"""One round of watching: edited targets go into the notes, edited notes into the targets."""

from __future__ import annotations

import errno
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lierne.base import disk
from lierne.base.disk import BusyError, ChangedError
from lierne.base.paths import read_target
from lierne.base.plan import Plan
from lierne.base.problem import Kind, Place, Problem, Severity, in_order
from lierne.base.store import Store
from lierne.code.imports import PYTHON, syntax_error
from lierne.code.stitch.stitch import stitch
from lierne.code.targets.git import is_busy
from lierne.code.targets.known import Known
from lierne.code.targets.last import edited, plan
from lierne.code.targets.target import EDITED
from lierne.faces.carry import carried_out
from lierne.graph.build import NOT_PYTHON
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lierne.base.config import Config
    from lierne.base.plan import Change

KEPT = Kind("T020", Severity.WARNING, "a target that no note makes, and that watching leaves there")


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did, and what it found."""

    changes: tuple[Change, ...] = ()
    """What was written."""
    problems: tuple[Problem, ...] = ()
    failures: tuple[OSError, ...] = ()
    """What could not be written, and why."""
    again: bool = False
    """Whether somebody is saving a file just now, so that another round is due."""


class Rounds:
    """The rounds of one project; each reads only what is not known from the one before."""

    def __init__(self) -> None:
        self._vault: Vault | None = None
        self._unparsable: dict[str, Problem] = {}
        self._cut_off: dict[str, bytes] = {}

    def round(self, config: Config, saved: Iterable[str], *, heeds_git: bool = True) -> Round:
        """Brings notes and targets together.

        Args:
            config: The project.
            saved: The files that may have changed, from the project's root.
            heeds_git: Whether not to begin before git is done with what it changes: half of a
                checkout would look like edits.

        Raises:
            BusyError: Another process is writing to the project.
            OSError: The project's own folder cannot be written.
        """
        with disk.lock(config.root, "watch"):
            if heeds_git and is_busy(config.root):
                raise BusyError(errno.EAGAIN, "`git` is changing files of this project")
            if self._is_cut_off(config, saved):
                return Round(again=True)
            vault = self._read(config)
            stitches = edited(vault)
            stitched = _Done.of(keeping(stitch(vault)) if stitches else Plan(config.root))
            if any(change.note for change in stitched.changes):
                vault = vault.again()
            tangled = _Done.of(keeping(plan(vault)))
            self._vault = vault
            changes = (*stitched.changes, *tangled.changes)
            self._parse(config, {*saved, *(change.path for change in changes)})
        found = (*stitched.plan.problems, *_beside(tangled.plan.problems, stitched.plan))
        failures = (*stitched.failures, *tangled.failures)
        problems = in_order((*found, *self._unparsable.values()))
        late = not stitches and any(problem.kind is EDITED for problem in problems)
        if late or any(isinstance(error, ChangedError) for error in failures):
            return Round(changes, problems, again=True)
        return Round(changes, problems, failures)

    def _read(self, config: Config) -> Vault:
        same = self._vault is not None and self._vault.config == config
        return self._vault.again() if same and self._vault else Vault(config)

    def _is_cut_off(self, config: Config, saved: Iterable[str]) -> bool:
        """Whether a target may be saved only in part by now.

        Some editors empty a file before they fill it. One whose last line has no end is taken for
        whole once it is found a second time as it is.
        """
        roots = tuple(f"{root}/" for root in config.targets)
        before, self._cut_off = self._cut_off, {}
        for path in {*before, *(path for path in saved if path.startswith(roots))}:
            found = read_target(config.root, path)
            if isinstance(found, bytes) and not found.endswith(b"\n"):
                self._cut_off[path] = found
        return any(before.get(path) != found for path, found in self._cut_off.items())

    def _parse(self, config: Config, paths: set[str]) -> None:
        """Looks at the syntax of targets, by parsing alone: nothing is run."""
        with Store(config.root) as store:
            known = Known.read(store)
            for path in sorted(paths):
                self._unparsable.pop(path, None)
                found = _unparsable(config, known, path) if path in known.owners else None
                if found is not None:
                    self._unparsable[path] = found


@dataclass(frozen=True, slots=True)
class _Done:
    """A plan that was carried out, as far as that was possible."""

    plan: Plan
    failures: list[OSError]

    @classmethod
    def of(cls, made: Plan) -> _Done:
        return cls(made, made.carry_out())

    @property
    def changes(self) -> tuple[Change, ...]:
        return carried_out(self.plan, self.failures).changes


def keeping(made: Plan) -> Plan:
    """The plan without what it would remove.

    Programs that keep folders the same delete notes and write them anew; a target is removed only
    by somebody who tangles. The store goes on knowing it, and that there is something to do.
    """
    gone = [change.path for change in made.changes if change.after is None]
    if not gone:
        return made
    return replace(
        made,
        changes=tuple(change for change in made.changes if change.after is not None),
        remember={where: value for where, value in made.remember.items() if where[1] not in gone},
        conclude={},
        problems=in_order((*made.problems, *map(_kept, gone))),
    )


def _kept(path: str) -> Problem:
    message = f"no note makes `{path}` any more; watching leaves it there"
    return Problem(KEPT, Place(path), message, "`lierne tangle` removes it")


def _beside(problems: Iterable[Problem], stitched: Plan) -> Iterator[Problem]:
    """What tangling found, but for edited targets that stitching has taken care of, or tried to."""
    told = {problem.place.path for problem in stitched.problems}
    told |= {change.path for change in stitched.changes}
    return (p for p in problems if not (p.kind is EDITED and p.place.path in told))


def _unparsable(config: Config, known: Known, path: str) -> Problem | None:
    base = known.base(path) if path.endswith(PYTHON) else None
    error = syntax_error(path, base.text) if base is not None else None
    if base is None or error is None:
        return None
    origin = base.map.note_at(error.line, error.column)
    place = Place(path, error.line, error.column)
    if origin is not None:
        place = Place(config.shown(origin[0]), *origin[1:])
    message = f"`{path}` is not valid Python: {error.reason} (its line {error.line})"
    return Problem(NOT_PYTHON, place, message)
