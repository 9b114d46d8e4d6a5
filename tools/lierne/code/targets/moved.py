"""What became of notes that are gone, so that references broken by a rename can be mended.

Obsidian rewrites the links to a note that it renames, but not the references in code. The last run
of tangling knew the note; where none did, the last commit may have.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lierne.base.problem import either
from lierne.code.chunks import MISSING_NOTE, can_name, name_key
from lierne.read.resolve import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from lierne.code.chunks import Reference
    from lierne.code.tangle import Tangled
    from lierne.code.targets.seen import Memory, Seen
    from lierne.read.vault.vault import Vault

Candidates = tuple[str, ...]
"""The vault paths of the notes that a note may be now: that with its text, else all new ones."""


def gone(
    before: Mapping[str, Hashable],
    now: Mapping[str, Hashable],
    earlier: Mapping[str, Candidates] | None = None,
) -> dict[str, Candidates]:
    """The notes that are not there any more, each with those that it may be now.

    Args:
        before: What tells a note's text from others, by vault path, as it was.
        now: The same, as it is.
        earlier: What this gave for the time before that.
    """
    came = sorted(now.keys() - before.keys())
    having: dict[Hashable, list[str]] = {}
    for path in came:
        having.setdefault(now[path], []).append(path)
    fresh = {
        path: tuple(having.get(before[path], came)) for path in sorted(before.keys() - now.keys())
    }
    older = {
        path: tuple(now_at for other in others for now_at in fresh.get(other, (other,)))
        for path, others in (earlier or {}).items()
        if path not in now
    }
    return {**older, **fresh}


class Moved:
    """Says of references to notes that are gone what they may mean now."""

    def __init__(
        self,
        vault: Vault,
        seen: Seen,
        memory: Memory | None,
        committed: Callable[[], Mapping[str, Candidates]],
    ) -> None:
        """Looks at nothing yet.

        Args:
            vault: The notes as they are.
            seen: The same, as digests.
            memory: What the last run of tangling saw.
            committed: The notes of the last commit that are gone, as `gone` gives them: for those
                that the last run did not know.
        """
        self._vault = vault
        self._committed = committed
        last = {} if memory is None else gone(memory.seen.notes, seen.notes, memory.moved)
        self._sources = [_Gone(last)]

    def meant(self, tangled: Tangled) -> dict[Reference, list[str]]:
        """What may be meant by each reference to a note that is not there: texts for its marks."""
        found = {reference: self._texts(reference) for reference in _broken(tangled)}
        return {reference: texts for reference, texts in found.items() if texts}

    def to_keep(self, tangled: Tangled) -> dict[str, Candidates]:
        """The notes that are gone and still referred to: what a later run has to know of them."""
        found = [self._gone(reference) for reference in _broken(tangled)]
        return {path: notes[path] for notes in found for path in sorted(notes)}

    def explained(self, tangled: Tangled) -> Tangled:
        """The same, with what is known of renamed notes in the help of its problems."""
        helps = {reference.place: _help(texts) for reference, texts in self.meant(tangled).items()}
        problems = (
            replace(problem, help=helps[problem.place])
            if problem.kind is MISSING_NOTE and problem.place in helps
            else problem
            for problem in tangled.problems
        )
        return replace(tangled, problems=tuple(problems)) if helps else tangled

    def _texts(self, reference: Reference) -> list[str]:
        found = list(self._gone(reference).values())
        candidates = found[0] if len(found) == 1 else ()  # several had that name
        name = name_key(reference.name)
        having = [
            path
            for path in candidates
            if name in self._names_in(path) and can_name(self._vault.names.shortest(path))
        ]
        return [self._written(reference, path) for path in having]

    def _gone(self, reference: Reference) -> dict[str, Candidates]:
        """The notes that the reference may have named, each with those that it may be now."""
        for number in range(2):
            if number == len(self._sources):
                self._sources.append(_Gone(self._committed()))
            found = self._sources[number].find(reference)
            if found:
                return found
        return {}

    def _names_in(self, path: str) -> set[str]:
        if path not in self._vault.paths:
            return set()
        (outline,) = self._vault.outlines([path])
        blocks = (block for block in outline.blocks if block.get("skip") is None)
        return {name_key(name) for block in blocks for name in block.names}

    def _written(self, reference: Reference, path: str) -> str:
        name, mark, rest = reference.text.partition("#")
        return f"{name.replace(reference.target, self._vault.names.shortest(path), 1)}{mark}{rest}"


class _Gone:
    """Notes that are gone, and what references called them."""

    def __init__(self, notes: Mapping[str, Candidates]) -> None:
        self._notes = notes
        self._names = Names(notes)

    def find(self, reference: Reference) -> dict[str, Candidates]:
        found = self._names.find(reference.target, reference.note)
        return {path: self._notes[path] for path in found.candidates}


def _help(texts: list[str]) -> str:
    written = either([f"<<{text}>>" for text in texts])
    if len(texts) > 1:
        return f"the note is gone; the chunk may be {written} now"
    return f"the note was renamed: write {written}, or let `lierne check --fix` do it"


def _broken(tangled: Tangled) -> list[Reference]:
    missing = {problem.place for problem in tangled.problems if problem.kind is MISSING_NOTE}
    return [reference for reference in tangled.references if reference.place in missing]
