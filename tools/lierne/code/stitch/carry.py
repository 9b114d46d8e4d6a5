"""Carries merged targets back to the blocks they come from, all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.base.same import unified
from lierne.code.stitch.allot import Misfit, allot
from lierne.code.stitch.draft import Draft
from lierne.code.stitch.find import UNHELD
from lierne.code.stitch.settle import Settling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lierne.base.config import Config
    from lierne.code.chunks import BlockKey
    from lierne.code.stitch.draft import Changed
    from lierne.code.stitch.edited import Edited
    from lierne.code.stitch.merge import Line
    from lierne.code.stitch.slots import Slot, Slots, Stretch
    from lierne.read.note import Outline
    from lierne.read.resolve import Names

COPIES = Kind("T012", Severity.ERROR, "copies of a chunk that were edited differently")
MISFIT = Kind("T013", Severity.ERROR, "an edited line that fits into no block")

_ROUNDS = 12
"""How often blank lines are settled anew: each time, all that are wrong."""


class Carried:
    """What the slots of one edited target are to hold."""

    def __init__(self, edited: Edited, lines: Sequence[Line], slots: Sequence[Slot]) -> None:
        """Takes the merged text, and gives nothing of it to any slot yet."""
        self.edited = edited
        self.path = edited.path
        self.where = edited.where
        self.slots = slots
        self.shared: list[bool] = []
        self._lines = lines
        self._then = edited.note
        self._owners: list[int] = []

    @property
    def text(self) -> str:
        """The merged text."""
        return "".join(f"{line.text}\n" for line in self._lines)

    def allot(self, shared: list[bool], config: Config) -> Problem | None:
        """Gives each line to a slot; a problem if one fits into none.

        Args:
            shared: Of each slot, whether what it holds goes elsewhere too.
            config: The project, for the names of notes.
        """
        found = allot(self._lines, self.slots, self._then, shared)
        if isinstance(found, Misfit):
            return self._misfit(found, config)
        self.shared, self._owners = shared, found
        contents: list[list[str]] = [[] for _ in self.slots]
        for owner, line in zip(found, self._lines, strict=True):
            contents[owner].append(line.text)
        self.settling = Settling(self.slots, self._then, contents)
        return None

    def own_of(self, number: int) -> tuple[int, list[str]]:
        """Where a slot's stretch ends now, and what this target makes of it."""
        slot, lines = self.slots[number], self.settling.contents[number]
        return slot.end, [line[len(slot.indent) :] for line in lines]

    def differs(self, number: int, changed: Changed) -> bool:
        """Whether a slot holds something else than it is to, for the sake of another place."""
        slot = self.slots[number]
        return slot.stretch in changed and self.own_of(number) != changed[slot.stretch]

    def changes(self, number: int) -> bool:
        """Whether this target changes what a slot holds."""
        slot = self.slots[number]
        return self.settling.contents[number] != self._then[slot.line : slot.after]

    @property
    def changed_slots(self) -> list[Slot]:
        """The slots of which this target changes what they hold."""
        return [slot for number, slot in enumerate(self.slots) if self.changes(number)]

    def place(self, number: int) -> Place:
        """Where in the file a slot was edited first."""
        slot, now = self.slots[number], self.settling.contents[number]
        then = self._then[slot.line : slot.after]
        pairs = enumerate(zip(now, then, strict=False))
        same = next((n for n, (a, b) in pairs if a != b), min(len(now), len(then)))
        first = next((n for n, owner in enumerate(self._owners) if owner >= number), 0)
        return self._place(first + same)

    def unheld(self, message: str, help_: str = "") -> Problem:
        """Says that the notes cannot hold the edit, and where it begins."""
        edits = [number for number in range(len(self.slots)) if self.changes(number)]
        place = self.place(edits[0]) if edits else Place(self.where)
        return Problem(
            UNHELD, place, message, help_ or "make the edit in the note, or take it back"
        )

    def _place(self, number: int) -> Place:
        if not self._lines:
            return Place(self.where)
        return Place(self.where, self._lines[min(number, len(self._lines) - 1)].place + 1)

    def _misfit(self, found: Misfit, config: Config) -> Problem:
        slot, line = self.slots[found.slot], self._lines[found.line].text
        where = config.shown(slot.block[0])
        message = (
            f"this line stands further left than the reference under which its chunk "
            f"of `{where}` goes here"
        )
        help_ = f"put {_blanks(slot.indent)} before it, or put it before or behind the chunk"
        if not line.strip():
            message = "this line holds blanks, and fewer than the chunk around it is indented by"
            help_ = "take its blanks away"
        return Problem(MISFIT, self._place(found.line), message, help_)


class Carrier:
    """Finds the code of blocks from which tangling makes the edited targets."""

    def __init__(
        self, notes: Mapping[str, Outline], names: Names, slots: Slots, config: Config
    ) -> None:
        """Takes the notes as they are.

        Args:
            notes: By vault path.
            names: What they are called in references.
            slots: The slots of what they make.
            config: The project.
        """
        self.problems: list[Problem] = []
        """Why some targets cannot be carried back."""
        self._notes = notes
        self._names = names
        self._slots = slots
        self._config = config

    def begin(self, edited: Edited, lines: Sequence[Line], slots: Sequence[Slot]) -> Carried | None:
        """Gives the lines of a merged target to its slots, if they fit."""
        carried = Carried(edited, lines, slots)
        shared = [self._slots.uses(slot.stretch) > 1 for slot in slots]
        problem = carried.allot(shared, self._config)
        if problem is None:
            return carried
        self.problems.append(problem)
        return None

    def draft(self, carried: list[Carried]) -> Draft:
        """The notes from which the targets come out as they are to; others are left out.

        Args:
            carried: The targets; those that cannot be carried back are removed.
        """
        for _ in range(_ROUNDS):
            changed = self._together(carried)
            draft = Draft(self._notes, self._names, changed)
            if not self._mend(carried, changed, draft):
                break
        else:
            return self._without(carried, {c.path for c in carried if not self._stands(c, draft)})
        wrong = {c.path for c in carried if not self._comes_out(c, changed, draft)}
        return self._without(carried, wrong) if wrong else draft

    def drop(self, carried: list[Carried], blocks: set[BlockKey]) -> None:
        """Leaves out what makes notes read otherwise than they are meant.

        Args:
            carried: The targets; some are removed.
            blocks: Of each such note, the first block that is not read as it is meant.
        """
        notes = {note for note, _ in blocks}
        changed = [(one, {slot.block for slot in one.changed_slots}) for one in carried]
        guilty = [(one, found & blocks) for one, found in changed if found & blocks]
        for one, found in guilty or changed:
            note = min((path for path, _ in found if path in notes), default=None)
            if note is not None:
                message = f"`{self._config.shown(note)}` cannot hold this as Markdown"
                self.problems.append(one.unheld(message))
                carried.remove(one)

    def outgrow(self, carried: list[Carried], notes: set[str], most: str) -> None:
        """Leaves out what would make notes too big to be read again.

        Args:
            carried: The targets; some are removed.
            notes: Such notes.
            most: How many bytes a note may have.
        """
        for one in list(carried):
            note = min(notes & {slot.block[0] for slot in one.changed_slots}, default=None)
            if note is not None:
                message = f"`{self._config.shown(note)}` would be bigger than {most} bytes"
                self.problems.append(one.unheld(message, "split the note, then stitch again"))
                carried.remove(one)

    def leave_out(self, carried: list[Carried], targets: set[str]) -> None:
        """Leaves out targets that would not come out as they are to.

        Args:
            carried: The targets; some are removed.
            targets: Their paths.
        """
        for one in [one for one in carried if one.path in targets]:
            note = self._config.shown(one.edited.target.owner)
            message = f"no code in `{note}` would be tangled to what `{one.where}` holds now"
            self.problems.append(one.unheld(message))
            carried.remove(one)

    def _without(self, carried: list[Carried], targets: set[str]) -> Draft:
        self.leave_out(carried, targets)
        return self.draft(carried)

    def _together(self, carried: list[Carried]) -> Changed:
        """What all targets make of the stretches; without those that contradict each other."""
        while True:
            changed: Changed = {}
            by: dict[Stretch, tuple[Carried, int]] = {}
            clash = None
            for one in carried:
                for number, slot in enumerate(one.slots):
                    if not one.changes(number):
                        continue
                    first = by.setdefault(slot.stretch, (one, number))
                    if first[0] is one and first[1] == number:
                        changed[slot.stretch] = one.own_of(number)
                    elif one.own_of(number) != changed[slot.stretch]:
                        clash = clash or (first, (one, number))
            if clash is not None:
                self.problems.append(self._copies(*clash))
                for one in {id(c): c for c, _ in clash}.values():
                    carried.remove(one)
                continue
            missing = self._missing(carried)
            if missing is None:
                return changed
            self.problems.append(self._taken_out(*missing))
            carried.remove(missing[0])

    def _missing(self, carried: list[Carried]) -> tuple[Carried, int] | None:
        """The first copy of which nothing is left, while there are others that stay.

        Somebody took out, or moved, the code around it; that the others go as well is hardly meant.
        """
        out: dict[Stretch, list[tuple[Carried, int]]] = {}
        for one in carried:
            for number, slot in enumerate(one.slots):
                if slot.count and not one.settling.contents[number]:
                    out.setdefault(slot.stretch, []).append((one, number))
        lone = (
            found[0] for stretch, found in out.items() if len(found) < self._slots.uses(stretch)
        )
        return next(lone, None)

    def _taken_out(self, one: Carried, number: int) -> Problem:
        note, block = one.slots[number].block
        where = f"{self._config.shown(note)}:{self._notes[note].blocks[block].place.line}"
        message = f"the copy of `{where}` that was here is gone, and others stay"
        help_ = "take its reference out of the note as well, or put the copy back"
        return Problem(COPIES, one.place(number), message, help_)

    def _copies(self, first: tuple[Carried, int], second: tuple[Carried, int]) -> Problem:
        one, other = first[0].place(first[1]), second[0].place(second[1])
        slot = first[0].slots[first[1]]
        note, number = slot.block
        block = self._notes[note].blocks[number]
        where = f"{self._config.shown(note)}:{block.place.line}"
        message = f"this and {other.path}:{other.line} come from `{where}`, and were edited apart"
        texts = [c.own_of(n)[1] for c, n in (first, second)]
        mine, theirs = ([f"{line}\n" for line in text] for text in texts)
        diff = "".join(unified(mine, theirs, one.path, other.path))
        return Problem(COPIES, one, message, "edit one of them to be as the other", diff)

    def _mend(self, carried: list[Carried], changed: Changed, draft: Draft) -> bool:
        """Settles blank lines that would come out wrong; says whether there were any."""
        mended = False
        for one in list(carried):
            for above, below in self._wrong(one, changed, draft):
                mended = True
                if not one.settling.mend(above, below, one.shared):
                    note = self._config.shown(one.slots[below].block[0])
                    message = f"tangling would put blank lines here, before the code of `{note}`"
                    help_ = "put blank lines there, or make the edit in the note"
                    self.problems.append(one.unheld(message, help_))
                    carried.remove(one)
                    break
        return mended

    def _wrong(self, one: Carried, changed: Changed, draft: Draft) -> list[tuple[int, int]]:
        blocks, python = self._slots.blocks(one.edited.target)
        runs = iter(draft.make(blocks, python=python).runs)
        put, line = {}, 1
        for number, slot in enumerate(one.slots):
            if changed[slot.stretch][1] if slot.stretch in changed else slot.count:
                run = next(runs)
                put[number] = run.line - line
                line = run.end
        return list(one.settling.wrong(put, lambda number: one.differs(number, changed)))

    def _stands(self, one: Carried, draft: Draft) -> bool:
        blocks, python = self._slots.blocks(one.edited.target)
        return draft.make(blocks, python=python).text == one.text

    def _comes_out(self, one: Carried, changed: Changed, draft: Draft) -> bool:
        spread = any(one.differs(number, changed) for number in range(len(one.slots)))
        return spread or self._stands(one, draft)


def _blanks(indent: str) -> str:
    number = len(indent)
    kind = "tab" if set(indent) == {"\t"} else "space" if set(indent) == {" "} else "blank"
    return f"{number} {kind}{'' if number == 1 else 's'}"
