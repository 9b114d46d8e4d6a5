"""From the blocks of all notes to the text of all targets; touches no disk."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lierne.base.paths import clash_key
from lierne.base.problem import Kind, Problem, Severity, in_order
from lierne.code.chunks import UNUSED, Chunks
from lierne.code.claim import claims
from lierne.code.expand import Expander
from lierne.code.map import Map
from lierne.read.rules.fence import UNCLOSED_FENCE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lierne.base.config import Config
    from lierne.base.problem import Place
    from lierne.code.chunks import BlockKey, Chunk, Reference
    from lierne.code.claim import Claim
    from lierne.read.note import Outline
    from lierne.read.resolve import Names

# What the text of a block may hold that would go somewhere if the block ended before it.
_WOULD_GO = re.compile("`{3}|~{3}|tangle")

TWO_OWNERS = Kind("T004", Severity.ERROR, "a target that two notes claim")
CLASH = Kind("T005", Severity.ERROR, "targets that are one file, or file and folder, somewhere")


@dataclass(frozen=True, slots=True)
class Target:
    """A file that tangling writes."""

    path: str
    """From the project's root, with `/`."""
    owner: str
    """The vault path of the note that it belongs to."""
    place: Place
    """Where that note claims it."""
    text: str | None
    """All of it, with plain line ends; None where a problem holds it back."""
    map: Map
    """Where its lines come from; empty where it is held back."""

    @property
    def executable(self) -> bool:
        """Whether it may be run by itself: it begins with a shebang."""
        return self.text is not None and self.text.startswith("#!")


@dataclass(frozen=True, slots=True)
class Tangled:
    """What the notes of a vault make."""

    targets: Mapping[str, Target] = field(default_factory=dict)
    """By path, in the order of the notes' paths."""
    references: Mapping[Reference, Chunk | None] = field(default_factory=dict)
    """What each reference in code that goes somewhere means, None where that is not there."""
    problems: tuple[Problem, ...] = ()
    unsure: frozenset[str] = frozenset()
    """Notes that may want to write something that cannot be made out: what they wrote before
    is neither removed nor given to another note."""

    ties: frozenset[tuple[str, str]] = frozenset()
    """Pairs of notes of which one's targets may change with the other: it refers to it, or both
    claim one target."""

    @property
    def maps(self) -> Mapping[str, Map]:
        """The maps of all targets that are not held back."""
        return {
            path: target.map for path, target in self.targets.items() if target.text is not None
        }


def tangle(outlines: Iterable[Outline], names: Names, config: Config) -> Tangled:
    """Makes every target that the notes describe, and says what is wrong with the others.

    Args:
        outlines: Every note, in any order; of each, its blocks are enough.
        names: What the notes are called in references.
        config: Where targets may lie.
    """
    notes = {note.path: note for note in sorted(outlines, key=lambda note: note.path)}
    return _Tangle(notes, names, config).result()


class _Tangle:
    """One run of tangling: collects claims, then text, then problems."""

    def __init__(self, notes: dict[str, Outline], names: Names, config: Config) -> None:
        self._notes = notes
        self._chunks = Chunks(notes, names)
        self._expander = Expander(notes, self._chunks)
        self._config = config
        self._problems: list[Problem] = []
        self._unsure: set[str] = set()
        self._held: set[str] = set()
        self._claims: dict[str, list[Claim]] = {}
        self._placed: set[BlockKey] = set()
        self._rivals: set[tuple[str, str]] = set()

    def result(self) -> Tangled:
        for note in self._notes.values():
            self._claim(note)
        self._settle_owners()
        self._settle_names()
        targets = {path: self._make(path, found) for path, found in self._claims.items()}
        self._look_at_the_rest()
        self._problems += self._expander.problems
        return Tangled(
            targets,
            self._expander.found,
            in_order(self._problems),
            frozenset(self._unsure),
            frozenset(self._chunks.ties | self._rivals),
        )

    def _claim(self, note: Outline) -> None:
        own = [problem for problem in note.problems if not _is_only_shown(problem, note)]
        self._problems += own
        found = claims(note, self._config)
        self._problems += found.problems
        if found.unsure or any(_hides_something(problem) for problem in note.problems):
            self._unsure.add(note.path)
        for path, claim in found.targets.items():
            self._claims.setdefault(path, []).append(claim)
            self._placed.update(claim.blocks)

    def _settle_owners(self) -> None:
        for path, found in self._claims.items():
            if len(found) == 1:
                continue
            self._held.add(path)
            self._rivals.update((found[0].note, claim.note) for claim in found[1:])
            for claim in found:
                others = ", ".join(str(other.place) for other in found if other is not claim)
                message = f"`{path}` is also claimed at {others}"
                help_ = "let one note own it; the other's code can be pulled in with a reference"
                self._problems.append(Problem(TWO_OWNERS, claim.place, message, help_))

    def _settle_names(self) -> None:
        for path, rival in _clashes(self._claims):
            self._held.add(path)
            claim, other = self._claims[path][0], self._claims[rival][0]
            message = f"`{path}` cannot stand beside `{rival}` ({other.place}) on every system"
            help_ = "give one of them a name that differs by more than case"
            if clash_key(path) != clash_key(rival):
                help_ = "give one of them another name or folder"
            self._problems.append(Problem(CLASH, claim.place, message, help_))

    def _make(self, path: str, claims: list[Claim]) -> Target:
        # What is wrong with references is said even where nothing can be made.
        sound = [self._expander.sound(claim.blocks) for claim in claims]
        claim = claims[0]
        if not all(sound) or path in self._held or not claim.blocks or self._spoiled(claim):
            return Target(path, claim.note, claim.place, None, Map(path))
        piece = self._expander.expand(claim.blocks, python=claim.python)
        return Target(path, claim.note, claim.place, piece.text, Map(path, piece.runs, piece.calls))

    def _spoiled(self, claim: Claim) -> bool:
        """Whether an error of its note, or of one of its blocks, makes a target doubtful."""
        note = self._notes[claim.note]
        if not note.problems:
            return False
        blocks = [note.blocks[number] for _, number in claim.blocks]
        return any(
            _spoils_note(note, problem) or any(_spoils(problem, b.place) for b in blocks)
            for problem in note.problems
        )

    def _look_at_the_rest(self) -> None:
        """Checks chunks that no target reached, and says which of them nothing refers to."""
        own = [c for path in self._notes for c in self._chunks.of(path).values() if _is_named(c)]
        for chunk in own:
            self._expander.check(chunk)
        called = {chunk.key for chunk in self._expander.found.values() if chunk is not None}
        shown = self._placed | {block for chunk in own for block in chunk.blocks}
        for key in sorted(shown):
            note = self._notes[key[0]]
            self._problems += self._chunks.not_alone(note, note.blocks[key[1]])
        for chunk in own:
            if chunk.key not in called and not self._is_placed(chunk):
                self._problems.append(self._unused(chunk))

    def _is_placed(self, chunk: Chunk) -> bool:
        return all(
            key in self._placed or self._notes[key[0]].blocks[key[1]].get("run") is not None
            for key in chunk.blocks
        )

    def _unused(self, chunk: Chunk) -> Problem:
        path, number = chunk.blocks[0]
        block = self._notes[path].blocks[number]
        place = next(a.place for a in block.attributes if a.key == "#")
        help_ = (
            f"write `<<{block.name}>>` where it belongs, or `skip` after its name to only show it"
        )
        return Problem(UNUSED, place, f"nothing refers to the chunk `{block.name}`", help_)


def _is_named(chunk: Chunk) -> bool:
    # Obsidian writes block ids by itself: one that no reference calls is no mistake.
    # One without a name is the parser's to report.
    return bool(chunk.key[1]) and not chunk.key[1].startswith("^")


def _is_only_shown(problem: Problem, note: Outline) -> bool:
    """Whether a problem is of a block that goes nowhere, and hides nothing that might."""
    if problem.kind != UNCLOSED_FENCE or note.tangle is not None:
        return False
    block = next((b for b in note.blocks if b.place.line == problem.place.line), None)
    return block is not None and not (block.attributes or block.ids or _WOULD_GO.search(block.code))


def _hides_something(problem: Problem) -> bool:
    # Of a note that cannot be read as it is meant, what it no longer says may still be meant.
    return problem.severity.counts or problem.kind == UNKNOWN


def _spoils(problem: Problem, place: Place) -> bool:
    inside = place.line <= problem.place.line <= max(place.end_line, place.line)
    return problem.severity is Severity.ERROR and inside


def _spoils_note(note: Outline, problem: Problem) -> bool:
    """Whether an error is the whole note's, so that nothing of it can be trusted."""
    if problem.severity is not Severity.ERROR:
        return False
    return not any(_spoils(problem, block.place) for block in note.blocks)


def _clashes(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of targets, each way round, of which one would write over or into the other."""
    spelled: dict[str, dict[str, list[str]]] = defaultdict(dict)  # folded -> spelling -> targets
    for path in paths:
        prefix = path
        while prefix:
            spelled[clash_key(prefix)].setdefault(prefix, []).append(path)
            prefix = prefix.rpartition("/")[0]
    found: dict[tuple[str, str], None] = {}
    for spellings in spelled.values():
        first = [targets[0] for targets in spellings.values()]
        files = [spelling for spelling, targets in spellings.items() if spelling in targets]
        rivals = [target for targets in spellings.values() for target in targets]
        if len(spellings) > 1:
            for targets in spellings.values():
                other = next(target for target in first if target not in targets)
                found.update(((target, other), None) for target in targets)
        for file in files:
            for rival in rivals:
                if rival != file and rival.startswith(f"{file}/"):
                    found.update({(rival, file): None, (file, rival): None})
    return list(found)
