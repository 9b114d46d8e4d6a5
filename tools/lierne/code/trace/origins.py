"""Which note each line of a file on the disk comes from, found when somebody asks for it."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lierne.base.config import find
from lierne.base.known import known_project
from lierne.base.paths import read_target
from lierne.base.plan import holds
from lierne.base.store import Store
from lierne.code.targets.known import TARGETS, Base

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lierne.base.config import Config
    from lierne.code.map import Map
    from lierne.code.tangle import Target

_Stamp = tuple[tuple[str, int, int], ...]
"""Some files, and what each of them was: as long as it is the same, so are they."""


class Origins:
    """The origins of lines in files of any number of projects."""

    def __init__(self, here: str) -> None:
        """Takes the folder that the paths of notes are shown from."""
        self._here = os.path.realpath(here) + os.sep
        self._projects: dict[str, _Project | None] = {}

    def of(self, file: str, line: int) -> tuple[str, int] | None:
        """The note that a line of a file comes from, as it is to be shown, and the note's line.

        None where the file is no target, was edited since, or tangling itself put the line there.
        """
        path = Path(os.path.realpath(file))
        project = self._project(path.parent)
        found = project and project.map_of(path)
        origin = found and found.note_at(line)
        if not project or not origin:
            return None
        note = str(project.config.vault_folder / origin[0])
        return note.removeprefix(self._here), origin[1]

    def _project(self, folder: Path) -> _Project | None:
        mark = known_project(str(folder))
        if mark is not None and mark not in self._projects:
            self._projects[mark] = _Project(find(Path(mark)))
        return None if mark is None else self._projects[mark]


class _Project:
    """The targets of one project; what is found is kept until a file that it hangs on changes."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._maps: dict[str, tuple[_Stamp, Map | None]] = {}
        self._made: tuple[_Stamp, Mapping[str, Target]] = ((), {})

    def map_of(self, path: Path) -> Map | None:
        """The map of a file that is a target, and that is still what the notes make."""
        target = self._target(path)
        if target is None:
            return None
        stamp, found = self._maps.get(target, ((), None))
        if not stamp or stamp != _stamp(name for name, *_ in stamp):
            found = self._find(target)
            notes = {run.note for run in found.runs} if found else ()
            stamp = _stamp([str(path), self._store, *map(self._note, notes)])
            self._maps[target] = stamp, found
        return found

    def _target(self, path: Path) -> str | None:
        """What a file is called as a target; None where no target can be."""
        if not path.is_relative_to(self.config.root):
            return None
        target = path.relative_to(self.config.root)
        inside = any(target.is_relative_to(folder) for folder in self.config.targets)
        return target.as_posix() if inside else None

    def _find(self, target: str) -> Map | None:
        found = read_target(self.config.root, target)
        with Store(self.config.root) as store:
            base = Base.read(store, target)
            # What tangling keeps is all that it wrote: it need not be done again to know that.
            if base is None and store.all(TARGETS):
                return None
        if base is not None and holds(found, base.text) and self._stands(base):
            return base.map
        made = self._tangled.get(target)
        return made.map if made is not None and holds(found, made.text) else None

    def _stands(self, base: Base) -> bool:
        """Whether the notes still say what they said when a target was tangled from them."""
        lines = base.text.split("\n")
        notes = {note: self._lines(note) for note in {run.note for run in base.map.runs}}
        pairs = (
            (lines[run.line - 1 : run.end - 1], notes[run.note][run.note_line - 1 :])
            for run in base.map.runs
        )
        return all(
            len(there) >= len(here)
            and all(b.endswith(a.strip()) for a, b in zip(here, there, strict=False))
            for here, there in pairs
        )

    def _lines(self, note: str) -> list[str]:
        try:
            data = Path(self._note(note)).read_bytes()
        except OSError:
            return []
        return [line.rstrip() for line in data.decode("utf-8", "replace").split("\n")]

    @property
    def _tangled(self) -> Mapping[str, Target]:
        """What the notes make now."""
        stamp, made = self._made
        if not stamp or stamp != _stamp(name for name, *_ in stamp):
            from lierne.code.tangle import tangle  # noqa: PLC0415 - only where no record helps
            from lierne.read.vault.vault import Vault  # noqa: PLC0415 - as above

            vault = Vault(self.config)
            made = tangle(vault.outlines(), vault.names, self.config).targets
            self._made = _stamp([self._store, *map(self._note, vault.paths)]), made
        return made

    @cached_property
    def _store(self) -> str:
        return str(self.config.root / ".lierne/store.db")

    def _note(self, path: str) -> str:
        return str(self.config.vault_folder / path)


def _stamp(files: Iterable[str]) -> _Stamp:
    found = []
    for path in files:
        try:
            status = Path(path).stat()
        except OSError:
            found.append((path, 0, 0))
        else:
            found.append((path, status.st_mtime_ns, status.st_size))
    return tuple(found)
