"""Tangles what changed since the last run, and no more.

Where nothing changed, nothing is tangled. Where some notes changed, they are, with those that are
tied to them by references: what these make cannot depend on the rest, as long as neither side
reaches for anything of the other's. Whenever it might, everything is tangled.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lierne.base.plan import Plan
from lierne.base.plan import digest as plain_digest
from lierne.base.problem import in_order
from lierne.base.store import Store
from lierne.code.targets.seen import WHERE, Memory, Seen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lierne.code.tangle import Tangled
    from lierne.code.targets.known import Known
    from lierne.code.targets.moved import Moved
    from lierne.read.vault.vault import Vault


def plan(vault: Vault, tangled: Tangled | None = None) -> Plan:
    """What tangling a vault would change.

    Args:
        vault: The notes.
        tangled: What they make, if that is known already.
    """
    with Store(vault.root) as store:
        seen = Seen.now(vault)
        memory = Memory.read(store)
        if memory is not None and memory.settled and tangled is None:
            if memory.holds(vault.root, seen):
                return Plan(vault.root, problems=memory.problems, targets=len(memory.owners))
            part = _part(vault, store, memory, seen)
            if part is not None:
                return part
        return _whole(vault, store, memory, seen, tangled)


def edited(vault: Vault) -> bool:
    """Whether a target may be something else than the last run left there."""
    with Store(vault.root) as store:
        memory = Memory.read(store)
    return memory is None or not memory.stands(vault.root, memory.targets)


def moved(vault: Vault, store: Store) -> Moved:
    """What became of the notes that the last run knew, or the last commit."""
    # As in `_whole`.
    from lierne.code.targets.head import Head  # noqa: PLC0415
    from lierne.code.targets.moved import Moved  # noqa: PLC0415

    return Moved(vault, Seen.now(vault), Memory.read(store), lambda: Head(vault).gone)


def _whole(
    vault: Vault, store: Store, memory: Memory | None, seen: Seen, tangled: Tangled | None
) -> Plan:
    # Imported late, like all that a run needs only if something changed.
    from lierne.code.tangle import tangle  # noqa: PLC0415
    from lierne.code.targets.head import Head  # noqa: PLC0415
    from lierne.code.targets.known import Known  # noqa: PLC0415
    from lierne.code.targets.moved import Moved  # noqa: PLC0415
    from lierne.code.targets.target import decide  # noqa: PLC0415

    if tangled is None:
        tangled = tangle(vault.outlines(), vault.names, vault.config)
    head = Head(vault)
    known = Known.read(store, head)
    tangled = with_unread(vault, tangled, known)
    away = Moved(vault, seen, memory, lambda: head.gone)
    made = decide(away.explained(tangled), vault.config, known)
    kept = replace(_memory(seen, tangled, made), moved=away.to_keep(tangled))
    return _concluded(made, kept)


def with_unread(vault: Vault, tangled: Tangled, known: Known) -> Tangled:
    """Adds notes that are not seen, but may well be there: in a folder that is not looked into."""
    owners = {owner for owner, _ in known.owners.values()}
    unseen, problems = set(tangled.unsure), list(tangled.problems)
    for problem in vault.unread:
        there = problem.place.path.removeprefix(vault.shown).rstrip("/")
        lost = {n for n in owners if not there or n == there or n.startswith(f"{there}/")}
        unseen |= lost
        problems += [problem] if lost else []
    return replace(tangled, unsure=frozenset(unseen), problems=in_order(problems))


def _part(vault: Vault, store: Store, memory: Memory, seen: Seen) -> Plan | None:
    """The plan for the notes that changed and those tied to them; None where that is not enough."""
    if not memory.divisible or memory.seen.frame != seen.frame or vault.config.aliases != "off":
        return None
    if memory.seen.notes.keys() != seen.notes.keys():
        return None
    changed = {path for path, digest in seen.notes.items() if digest != memory.seen.notes[path]}
    paths = changed.union(*(group for group in memory.groups if not changed.isdisjoint(group)))
    if not memory.stands(vault.root, [p for p in memory.targets if memory.owners[p] not in paths]):
        return None
    from lierne.code.tangle import tangle  # noqa: PLC0415
    from lierne.code.targets.head import Head  # noqa: PLC0415
    from lierne.code.targets.known import Known  # noqa: PLC0415
    from lierne.code.targets.target import decide  # noqa: PLC0415

    tangled = tangle(vault.outlines(sorted(paths)), vault.names, vault.config)
    known = Known.read(store, Head(vault))
    own = {path: owner for path, owner in known.owners.items() if path in tangled.targets}
    if not _is_closed(tangled, memory, paths, {owner for owner, _ in own.values()}):
        return None
    made = decide(tangled, vault.config, replace(known, owners=own))
    shown = {vault.text(path).path for path in paths}
    rest = [problem for problem in memory.problems if problem.place.path not in shown]
    made = replace(made, problems=in_order([*rest, *made.problems]))
    return _concluded(made, _merged(memory, _memory(seen, tangled, made), paths))


def _is_closed(tangled: Tangled, memory: Memory, paths: set[str], owners: set[str]) -> bool:
    """Whether a part of the notes made what it would have made among all of them."""
    before = {path for path, owner in memory.owners.items() if owner in paths}
    reached = {path for tie in tangled.ties for path in tie} | owners
    return set(tangled.targets) == before and reached <= paths and _is_divisible(tangled)


def _is_divisible(tangled: Tangled) -> bool:
    """Whether nothing in it was decided, or worded, by looking at notes that are not tied."""
    from lierne.code.chunks import MISSING_CHUNK, MISSING_NOTE  # noqa: PLC0415
    from lierne.code.tangle import CLASH  # noqa: PLC0415

    far = {MISSING_CHUNK, MISSING_NOTE, CLASH}
    return not tangled.unsure and not any(problem.kind in far for problem in tangled.problems)


def _memory(seen: Seen, tangled: Tangled, made: Plan) -> Memory:
    whole = {path: t for path, t in tangled.targets.items() if t.text is not None}
    return Memory(
        seen,
        _groups(tangled.ties),
        {path: target.owner for path, target in tangled.targets.items()},
        {path: plain_digest((t.text or "").encode()).hex() for path, t in whole.items()},
        tuple(path for path, t in whole.items() if t.executable),
        made.problems,
        _is_divisible(tangled),
    )


def _merged(memory: Memory, part: Memory, paths: set[str]) -> Memory:
    """An earlier run, with what a part of its notes makes now in the place of what it made."""
    others = {path: owner for path, owner in memory.owners.items() if owner not in paths}
    return replace(
        part,
        groups=(*(group for group in memory.groups if paths.isdisjoint(group)), *part.groups),
        owners=others | dict(part.owners),
        targets={p: digest for p, digest in memory.targets.items() if p in others}
        | dict(part.targets),
        runnable=(*(path for path in memory.runnable if path in others), *part.runnable),
    )


def _concluded(made: Plan, memory: Memory) -> Plan:
    """Adds what the next run is to know of this one, if there is nothing left to do after it."""
    from lierne.code.targets.target import DISK_KINDS  # noqa: PLC0415

    settled = not any(problem.kind in DISK_KINDS for problem in made.problems)
    kept = {WHERE: replace(memory, settled=settled).to_json()}
    return replace(made, targets=len(memory.owners), conclude=kept)


def _groups(ties: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Sorts notes that are tied, directly or through others, into groups."""
    groups: dict[str, set[str]] = {}
    for one, other in ties:
        joined = groups.get(one, {one}) | groups.get(other, {other})
        groups.update(dict.fromkeys(joined, joined))
    unique = {id(group): tuple(sorted(group)) for group in groups.values() if len(group) > 1}
    return tuple(sorted(unique.values()))
