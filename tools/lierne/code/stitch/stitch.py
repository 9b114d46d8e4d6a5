"""The plan of `lierne stitch`: edits of targets go back into the notes.

What was edited is merged with what the notes say, line by line, and every line goes to the block it
belongs to. Before anything is planned, the changed notes are read and tangled again: what does not
come out to the letter is left out, with a problem that says why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lierne.base.plan import Change, Plan, saved_like
from lierne.base.problem import in_order
from lierne.base.store import Store
from lierne.code.targets.seen import Memory, Seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lierne.base.problem import Problem
    from lierne.code.rewrite import Edit
    from lierne.code.stitch.carry import Carried
    from lierne.code.stitch.draft import Draft
    from lierne.code.stitch.edited import Edited
    from lierne.code.tangle import Tangled
    from lierne.read.note import Block, Outline
    from lierne.read.vault.vault import Vault

    Entry = tuple[tuple[str, str], bytes]


def stitch(vault: Vault, *, markers: bool = False) -> Plan:
    """What stitching a vault would change.

    Args:
        vault: The notes.
        markers: Whether a target that was edited at one place with its note, and differently, gets
            both sides, between markers.
    """
    with Store(vault.root) as store:
        memory = Memory.read(store)
        if memory is not None and memory.holds(vault.root, Seen.now(vault)):
            return Plan(vault.root, problems=memory.problems, targets=len(memory.owners))
        return _Stitch(vault, store).plan(markers=markers)


class _Stitch:
    """One run of stitching a vault of which something was changed."""

    def __init__(self, vault: Vault, store: Store) -> None:
        # Imported late: where nothing was edited, nothing of it is needed.
        from lierne.code.stitch.carry import Carrier  # noqa: PLC0415
        from lierne.code.stitch.slots import Slots  # noqa: PLC0415
        from lierne.code.targets.head import Head  # noqa: PLC0415
        from lierne.code.targets.known import Known  # noqa: PLC0415

        self._vault = vault
        self._config = vault.config
        self._notes = {note.path: note for note in vault.outlines()}
        self._known = Known.read(store, Head(vault))
        self._tangled = self._tangle(self._notes)
        self._slots = Slots(self._notes, self._tangled, self._config)
        self._carrier = Carrier(self._notes, vault.names, self._slots, self._config)
        self._problems: list[Problem] = []
        self._contradicting: list[Edited] = []
        self._edited: set[str] = set()

    def plan(self, *, markers: bool) -> Plan:
        """All that is to be changed, the notes first."""
        carried = self._carry(markers=markers)
        after, written = self._settle(carried)
        made = self._decide(after, {one.path: one.edited for one in carried})
        marked = list(self._mark(after)) if markers else []
        kept = [entry for _, entries in marked for entry in entries]
        return replace(
            made,
            changes=(*self._changes(written), *made.changes, *(change for change, _ in marked)),
            problems=in_order([*made.problems, *self._problems]),
            remember={**made.remember, **dict(kept)},
            halfway=dict(_halfway(carried, made)),
            targets=len(self._tangled.targets),
            vault=self._config.vault,
        )

    def _carry(self, *, markers: bool) -> list[Carried]:
        """The edited targets whose lines all belong somewhere."""
        from lierne.code.stitch.find import Unusable, find  # noqa: PLC0415
        from lierne.code.targets.ancestor import Ancestors  # noqa: PLC0415

        carried = []
        ancestors = Ancestors(self._known, self._tangled.targets)
        for found in find(self._tangled, self._config, self._known, ancestors):
            self._edited.add(found.path)
            if isinstance(found, Unusable):
                self._problems.append(found.problem)
            else:
                one = self._merge(found, markers=markers)
                carried += [one] if one is not None else []
        return carried

    def _merge(self, edited: Edited, *, markers: bool) -> Carried | None:
        slots = self._slots.of(edited.target)
        regions = edited.regions(slots)
        conflicts = list(edited.conflicts(regions, self._config, markers=markers))
        if conflicts:
            self._problems += conflicts
            self._contradicting.append(edited)
            return None
        return self._carrier.begin(edited, edited.lines(regions), slots)

    def _settle(self, carried: list[Carried]) -> tuple[Tangled, dict[str, bytes]]:
        """What the notes make once they hold all edits that they can, and their bytes then."""
        from lierne.read.vault.reader import MOST_BYTES  # noqa: PLC0415

        while True:
            draft = self._carrier.draft(carried)
            written, read = self._write(draft)
            big = {path for path, data in written.items() if len(data) > MOST_BYTES}
            if big:
                self._carrier.outgrow(carried, big, f"{MOST_BYTES:,}")
                continue
            wrong = {
                (path, number)
                for path, note in read.items()
                if (number := _unlike(note, draft.notes[path])) is not None
            }
            if wrong:
                self._carrier.drop(carried, wrong)
                continue
            after = self._tangled
            if read:
                after = self._tangle({**self._notes, **read})
            held = {one.path for one in carried if after.targets[one.path].text is None}
            if not held:
                self._problems += self._carrier.problems
                return after, written
            self._carrier.leave_out(carried, held)

    def _tangle(self, notes: Mapping[str, Outline]) -> Tangled:
        """What these notes make."""
        from lierne.code.tangle import tangle  # noqa: PLC0415
        from lierne.code.targets.last import with_unread  # noqa: PLC0415

        made = tangle(notes.values(), self._vault.names, self._config)
        return with_unread(self._vault, made, self._known)

    def _write(self, draft: Draft) -> tuple[dict[str, bytes], dict[str, Outline]]:
        """The bytes of the notes that change, and what is read in them."""
        from lierne.code.rewrite import code_edits, rewrite  # noqa: PLC0415
        from lierne.read.vault.reader import Reader  # noqa: PLC0415

        edits: dict[str, list[Edit]] = {}
        for (path, number), code in draft.codes.items():
            block = self._notes[path].blocks[number]
            edits.setdefault(path, []).extend(code_edits(self._vault.text(path), block, code))
        given = {path: rewrite(self._vault.text(path), found) for path, found in edits.items()}
        reader = Reader(self._config.vault_folder, self._vault.shown, {}, given)
        return given, {path: reader.outline(path) for path in given}

    def _decide(self, after: Tangled, edited: dict[str, Edited]) -> Plan:
        """The targets that were stitched, and those whose text changes by it."""
        from lierne.code.targets.target import decide  # noqa: PLC0415

        wanted = {
            path: target
            for path, target in after.targets.items()
            if path in edited
            or (path not in self._edited and target.text != self._tangled.targets[path].text)
        }
        known = replace(
            self._known,
            owners={
                **{path: o for path, o in self._known.owners.items() if path in wanted},
                **{one.where: one.owned for one in edited.values() if one.where != one.path},
            },
            intended={
                **self._known.intended,
                **{path: one.digests for path, one in edited.items()},
            },
        )
        return decide(replace(after, targets=wanted), self._config, known)

    def _changes(self, written: dict[str, bytes]) -> Iterator[Change]:
        for path, data in sorted(written.items()):
            text = self._vault.text(path)
            yield Change(text.path, text.data, data, note=True)

    def _mark(self, after: Tangled) -> Iterator[tuple[Change, list[Entry]]]:
        """Puts both sides of what contradicts each other into the targets."""
        from lierne.code.stitch.merge import with_markers  # noqa: PLC0415

        for old in self._contradicting:
            target = after.targets[old.target.path]
            if target.text is None or old.where != old.path:
                continue
            one = replace(old, target=target)
            names = self._config.shown(target.owner), target.path
            lines = with_markers(one.regions(()), one.note, one.file, names)
            data = "".join(f"{line}\n" for line in lines).encode()
            change = Change(target.path, one.found, saved_like(one.found, data))
            yield change, list(self._known.news(target))


def _halfway(carried: list[Carried], made: Plan) -> Iterator[Entry]:
    """What targets are edits of once the notes hold what was merged: what they were merged from.

    Somebody may go on editing such a target before it is written.
    """
    from lierne.code.map import Map  # noqa: PLC0415
    from lierne.code.targets.known import BASES, Base  # noqa: PLC0415

    for one in carried:
        if (BASES, one.where) in made.remember:
            yield (BASES, one.where), Base(one.edited.text, Map(one.where)).to_json()


def _unlike(note: Outline, other: Outline) -> int | None:
    """The first block that differs in two notes, wherever it stands; None where there is none."""
    pairs = enumerate(zip(note.blocks, other.blocks, strict=False))
    found = next((number for number, (a, b) in pairs if _said(a) != _said(b)), None)
    if found is None and len(note.blocks) != len(other.blocks):
        return min(len(note.blocks), len(other.blocks)) - 1
    return found


def _said(block: Block) -> tuple[object, ...]:
    attributes = [(attribute.key, attribute.value) for attribute in block.attributes]
    return block.language, attributes, block.ids, block.closed, block.code
