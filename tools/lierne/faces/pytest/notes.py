"""The run blocks of notes as pytest's tests: one each, named by its note and its heading."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lierne.base.config import ConfigError, find
from lierne.base.known import known_project
from lierne.code.run.blocks import run_blocks
from lierne.code.run.key import Keys
from lierne.code.run.process.runner import run
from lierne.code.run.ready import not_ready
from lierne.code.run.shown.outputs import differences
from lierne.code.tangle import tangle
from lierne.faces.pytest.verdict import Verdict
from lierne.read.parser import parse
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lierne.base.config import Config
    from lierne.base.problem import Problem
    from lierne.code.run.blocks import RunBlock
    from lierne.code.run.result import Result
    from lierne.code.tangle import Tangled
    from lierne.read.note import Heading


class Notes:
    """The notes that one session of pytest comes upon."""

    def __init__(self, root: Path, *, cached: bool) -> None:
        """Reads nothing yet.

        Args:
            root: What pytest takes for the project's folder: the vault that lies in several, by
                Obsidian's settings or by ours, is that of this one.
            cached: Whether what is known to come of a block is as good as running it.
        """
        self._root = root
        self._cached = cached
        self._projects: dict[str, _Project] = {}

    def file(self, path: Path, parent: pytest.Collector) -> NoteFile | None:
        """A file as a file of tests, if it is a note of a project's vault."""
        for folder in (self._root, path.parent):
            project = self._project(folder)
            note = project and project.note(path)
            if note:
                made: NoteFile = NoteFile.from_parent(parent, path=path, project=project, note=note)
                return made
        return None

    def _project(self, folder: Path) -> _Project | None:
        mark = known_project(os.fspath(folder))
        if mark is not None and mark not in self._projects:
            try:
                self._projects[mark] = _Project(find(Path(mark)), cached=self._cached)
            except ConfigError as error:
                raise pytest.UsageError(str(error)) from error
        return None if mark is None else self._projects[mark]


class NoteFile(pytest.File):
    """A note, whose run blocks are run in one process, one after the other."""

    def __init__(self, *, project: _Project, note: str, **options: Any) -> None:
        """Takes what pytest gives to every node, and which note it is."""
        super().__init__(**options)
        self.project = project
        self.note = note
        self.failed = False
        """Whether it is known that one of the blocks failed: those after it are not run."""

    def collect(self) -> Iterator[BlockItem]:
        """Its run blocks, named by the headings that they stand under."""
        vault = self.project.vault
        headings = parse(self.note, vault.text(self.note)).headings if self.blocks else ()
        taken: set[str] = set()
        for block in self.blocks:
            name = _free(_heading(headings, block) or self.path.stem, taken)
            taken.add(name)
            yield BlockItem.from_parent(self, name=name, block=block)

    @cached_property
    def blocks(self) -> tuple[RunBlock, ...]:
        """Its run blocks."""
        vault = self.project.vault
        return run_blocks(vault.outlines([self.note])[0], vault.text(self.note))

    def not_ready(self, block: RunBlock) -> Problem | None:
        """Why a block cannot be run: it, or one before it, would import what no note makes."""
        before = [one for one in self.blocks if one.number <= block.number]
        return next(self.project.not_ready(before), None)

    @cached_property
    def results(self) -> dict[int, Result]:
        """What came of the blocks that are asked for, by their numbers, up to one that failed."""
        items = [item for item in self.session.items if item.parent is self]
        wanted = [item.block for item in items if isinstance(item, BlockItem)]
        return self.project.run([block for block in wanted if not self.not_ready(block)])


class BlockItem(pytest.Item):
    """A run block: fails if it raises, or prints what its note does not show."""

    parent: NoteFile

    def __init__(self, *, block: RunBlock, **options: Any) -> None:
        """Takes what pytest gives to every node, and which block it is."""
        super().__init__(**options)
        self.block = block

    def runtest(self) -> None:
        """Runs the note, if that has not been done, and looks at what came of this block."""
        note, project = self.parent, self.parent.project
        problem = note.not_ready(self.block)
        if problem is not None:
            raise Verdict.of(problem)
        result = note.results.get(self.block.number)
        failure = next((r.failed for r in note.results.values() if r.failed), None)
        if failure is not None and (result is None or result.failed):
            if note.failed:
                pytest.skip("a block before it failed")
            note.failed = True
            raise Verdict.failed(project.vault.config.shown(note.note), failure)
        if result is None:
            raise RuntimeError(f"nothing came of {self.nodeid}")
        for problem in differences(project.vault, [(self.block, result)]):
            raise Verdict.of(problem)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is shown of a failure: nothing of this file, all of the note's lines."""
        if isinstance(excinfo.value, Verdict):
            return excinfo.value
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the block stands, counted from 0, and what it is called over its failure."""
        return self.path, self.block.block.place.line - 1, f"{self.path.stem}: {self.name}"


class _Project:
    """A vault, and what its notes make."""

    def __init__(self, config: Config, *, cached: bool) -> None:
        self.vault = Vault(config)
        self._folder = os.path.realpath(config.vault_folder)
        self._paths = frozenset(self.vault.paths)
        self._cached = cached

    def note(self, path: Path) -> str | None:
        """The vault path of a file, if that is a note."""
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(self._folder):
            return None
        note = real.relative_to(self._folder).as_posix()
        return note if note in self._paths else None

    def not_ready(self, blocks: Iterable[RunBlock]) -> Iterator[Problem]:
        """The blocks that would import something else than what the notes make."""
        return not_ready(self.vault, self._tangled, self._keys, blocks)

    def run(self, blocks: list[RunBlock]) -> dict[int, Result]:
        """Runs blocks of one note, with those before them."""
        results = run(self.vault, self._tangled, blocks, jobs=1, fresh=not self._cached)
        return {block.number: result for block, result in results}

    @cached_property
    def _tangled(self) -> Tangled:
        return tangle(self.vault.outlines(), self.vault.names, self.vault.config)

    @cached_property
    def _keys(self) -> Keys:
        return Keys(self.vault, self._tangled)


def _heading(headings: Sequence[Heading], block: RunBlock) -> str:
    """The heading that a block stands under, as a name that pytest can be asked for."""
    line = block.block.place.line
    over = [heading.title for heading in headings if heading.place.line < line]
    return " ".join(over[-1].replace("::", ":").split()) if over else ""


def _free(name: str, taken: set[str]) -> str:
    """A name that no other block of the note has."""
    if name not in taken:
        return name
    number = 2
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"
