"""Which code of the site comes from which note."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from lierne.base.disk import read_file
from lierne.base.paths import Refusal, confine
from lierne.code.names.definitions import Definitions
from lierne.site.blocks.anchors import Anchors
from lierne.site.blocks.names import Names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from lierne.code.map import Map, Run
    from lierne.code.tangle import Tangled, Target
    from lierne.read.vault.vault import Vault


class Origins:
    """The targets that the site shows, and the way from their lines to the notes' blocks."""

    def __init__(self, vault: Vault, tangled: Tangled, before: Origins | None = None) -> None:
        """Leaves out targets that are held back, and those that show code of unpublished notes.

        Args:
            vault: The notes.
            tangled: Their targets.
            before: The same as it was: what is known of its names is taken over where it holds.
        """
        self._vault = vault
        self._tangled = tangled
        self.targets: Mapping[str, str] = {
            path: target.text
            for path, target in tangled.targets.items()
            if target.text is not None and self._may_be_shown(target)
        }
        """The text of each target, by its path."""
        self._owned: dict[str, list[str]] = {}
        for path in self.targets:
            self._owned.setdefault(tangled.targets[path].owner, []).append(path)
        self._differences: dict[str, str | None] = {}
        self.anchors = Anchors(vault.notes, tangled.references)
        """The ids of the notes' blocks on their pages."""
        # What is held back still has its name: nothing else is meant where somebody imports it.
        self.definitions: Definitions = Definitions(
            self.targets,
            vault.config.targets,
            tangled.targets,
            before.definitions if before else None,
        )
        """What is defined in the targets that are shown."""
        self.names = self._find_names()
        """What stands behind the names in the code of the targets and notes that are shown."""

    @property
    def maps(self) -> tuple[Map, ...]:
        """The maps of the targets."""
        return tuple(self._tangled.targets[path].map for path in self.targets)

    def owned_by(self, note: str) -> Sequence[str]:
        """The targets of one note."""
        return self._owned.get(note, ())

    def runs(self, path: str) -> Iterator[tuple[Run, str]]:
        """The runs of a target, each with the id of its block on the note's page."""
        for run in self._tangled.targets[path].map.runs:
            yield run, self.anchors.of(run.note)[run.block]

    def notes(self, path: str) -> Collection[str]:
        """The notes that tell a target, in the order of its lines."""
        return dict.fromkeys(run.note for run in self._tangled.targets[path].map.runs)

    def difference(self, path: str) -> str | None:
        """How the file on disk differs from the notes, as a diff; None where there is no file."""
        if path not in self._differences:
            self._differences[path] = self._compare(path)
        return self._differences[path]

    def _find_names(self) -> Names:
        targets = self._tangled.targets
        return Names(
            {path: note for path, note in self._vault.notes.items() if self._vault.published(path)},
            self.anchors,
            maps={path: targets[path].map for path in self.targets},
            owners={path: targets[path].owner for path in self.targets},
            definitions=self.definitions,
            references=self._tangled.references,
        )

    def _compare(self, path: str) -> str | None:
        file = confine(self._vault.root, path)  # what a link leads to is nobody's to see
        data = None if isinstance(file, Refusal) else _read(file)
        if data is None:
            return None
        # A checkout may have turned line ends into CRLF, which is no edit.
        disk = data.decode("utf-8", "replace").replace("\r\n", "\n")
        rows = difflib.unified_diff(
            self.targets[path].splitlines(), disk.splitlines(), "the notes", "on disk", lineterm=""
        )
        return "\n".join(rows)

    def _may_be_shown(self, target: Target) -> bool:
        notes = {target.owner, *(run.note for run in target.map.runs)}
        return all(map(self._vault.published, notes))


def _read(path: Path) -> bytes | None:
    try:
        return read_file(path)
    except OSError:
        return None
