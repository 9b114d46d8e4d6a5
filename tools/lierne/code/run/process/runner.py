"""Runs the blocks of notes: a process a note, several at a time, and only what is not known."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from lierne.code.run.blocks import run_blocks
from lierne.code.run.cache import Cache
from lierne.code.run.key import Keys
from lierne.code.run.process.process import Limits, Process
from lierne.code.run.result import Result
from lierne.code.run.shown.attention import TYPE, compact
from lierne.code.run.shown.figures import finished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lierne.code.run.blocks import RunBlock
    from lierne.code.run.process.process import Drawing, Ended
    from lierne.code.tangle import Tangled
    from lierne.read.vault.vault import Vault

    Progress = Callable[[int, int, RunBlock], None]
    """Is told how many blocks have been run, of how many, and which one begins."""
    Results = list[tuple[RunBlock, Result]]


def run(  # noqa: PLR0913 - each is an option of the command
    vault: Vault,
    tangled: Tangled,
    blocks: Iterable[RunBlock],
    *,
    limits: Limits | None = None,
    jobs: int | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Iterator[tuple[RunBlock, Result]]:
    """Runs blocks, with those before them in their notes, or recalls what came of them.

    A note is run if anything is not known of what is asked for of it, up to the last block that is
    asked for; after a block that fails, its note ends, and for the blocks after it nothing is
    given. The targets on the disk must be what the notes make: they are what is imported.

    Args:
        vault: The notes.
        tangled: What they make.
        blocks: Which blocks are asked for.
        limits: What each note may use, if not what the project's settings say.
        jobs: How many notes are run at a time, alike; else as many as there are processors.
        fresh: Whether they are run even if it is known what comes of them.
        progress: Is called as blocks begin, from one thread after the other.

    Yields:
        Each block with its result; those of one note in order, notes as they come to their ends.
    """
    settings = vault.config.run
    limits = limits or Limits(settings.timeout, settings.memory)
    work = _Work(vault, Keys(vault, tangled), limits, progress)
    notes: dict[str, list[RunBlock]] = {}
    for block in blocks:
        notes.setdefault(block.note, []).append(block)
    ahead: list[_Note] = []
    for path, wanted in notes.items():
        known = {} if fresh else work.known(wanted)
        if len(known) == len(wanted):
            yield from ((block, known[block.number]) for block in wanted)
        else:
            ahead.append(work.note(path, wanted))
    yield from work.run(ahead, jobs or settings.jobs or os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class _Note:
    """What is to be run of a note."""

    path: str
    blocks: tuple[RunBlock, ...]
    """From its first run block to the last that is asked for."""
    wanted: frozenset[int]


@dataclass(slots=True)
class _Work:
    """One call of `run`."""

    vault: Vault
    keys: Keys
    limits: Limits
    progress: Progress | None
    total: int = 0
    done: int = 0
    stop: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)
    processes: set[Process] = field(default_factory=set)

    @property
    def cache(self) -> Cache:
        return Cache(self.vault.root)

    def known(self, blocks: list[RunBlock]) -> dict[int, Result]:
        """What is kept of these blocks, by their numbers."""
        keys = {block.number: self.keys.of(block) for block in blocks}
        found = self.cache.get(list(keys.values()))
        return {number: found[key] for number, key in keys.items() if key in found}

    def note(self, path: str, wanted: list[RunBlock]) -> _Note:
        numbers = frozenset(block.number for block in wanted)
        blocks = run_blocks(self.vault.outlines([path])[0], self.vault.text(path))
        return _Note(path, tuple(b for b in blocks if b.number <= max(numbers)), numbers)

    def run(self, notes: list[_Note], jobs: int) -> Iterator[tuple[RunBlock, Result]]:
        """Runs notes, and gives the results of each as soon as it has ended."""
        if not notes:
            return
        self.total = sum(len(note.blocks) for note in notes)
        pool = ThreadPoolExecutor(min(jobs, len(notes)), "run")
        try:
            ahead: set[Future[Results]] = {pool.submit(self._run, note) for note in notes}
            while ahead:
                ended, ahead = wait(ahead, return_when=FIRST_COMPLETED)
                for one in ended:
                    yield from one.result()
        finally:  # an interrupt, or a reader who has seen enough
            self.stop.set()
            with self.lock:
                for process in self.processes:
                    process.kill()
            pool.shutdown(cancel_futures=True)

    def _run(self, note: _Note) -> Results:
        process = self._start(note)
        if process is None:
            return []
        results: Results = []
        try:
            for report in process.reports():
                if isinstance(report, int):
                    self._tell(note.blocks[report])
                else:
                    block = note.blocks[report.number]
                    results.append((block, self._result(block, report)))
        finally:
            process.end()
            with self.lock:
                self.processes.discard(process)
                self.done += len(note.blocks) - len(results)
        sound = {self.keys.of(b): result for b, result in results if result.failed is None}
        with self.lock:
            self.cache.put(sound)
        return [(b, result) for b, result in results if b.number in note.wanted or result.failed]

    def _start(self, note: _Note) -> Process | None:
        with self.lock:  # whoever stops all this either sees the process, or is seen here
            if self.stop.is_set():
                return None
            process = Process(_job(self.vault, note), self.limits)
            self.processes.add(process)
        return process

    def _result(self, block: RunBlock, ended: Ended) -> Result:
        with self.lock:
            self.done += 1
        figures, unfit = {}, ""
        if ended.figure is not None and block.figure is not None:
            data, unfit = _fit(ended.figure)
            key = self.keys.of(block)
            figures[block.figure] = finished(ended.figure.svg, key, block.alt, data)
        return Result(ended.text, figures, ended.failed, ended.seconds, unfit=unfit)

    def _tell(self, block: RunBlock) -> None:
        if self.progress is not None:
            with self.lock:
                self.progress(self.done, self.total, block)


def _fit(figure: Drawing) -> tuple[str, str]:
    """What a figure carries, and why not what it should."""
    try:
        return compact(figure.data) if figure.data else "", figure.unfit
    except ValueError as error:
        return "", str(error)


def _job(vault: Vault, note: _Note) -> dict[str, Any]:
    root = vault.root.resolve()
    return {
        "root": str(root),
        "roots": [str(root / folder) for folder in vault.config.targets],
        "home": str(Path(__file__).parents[4]),
        "note": vault.text(note.path).path,
        "data": TYPE,
        "blocks": [
            {"line": b.block.code_line, "code": b.block.code, "figure": b.figure is not None}
            for b in note.blocks
        ],
    }
