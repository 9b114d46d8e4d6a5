"""How long both tools take over the same notes, as a multiple of reading and hashing them."""

from __future__ import annotations

import re
import resource
import shutil
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from .tools import Tool, call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

FLOOR = "reading and hashing every note"
_TARGET = re.compile(r"^tangle: (.+)$", re.MULTILINE)
_CHUNK = re.compile(r"(#|<<)(sum|checks)\b")


def times(
    tools: Sequence[Tool], generate: Callable[[Path], object], floor: str, rounds: int
) -> dict[str, list[float]]:
    """Takes the CPU time of what one does in a day, on both tools, in turns.

    Args:
        tools: The tools.
        generate: Writes a vault into a folder.
        floor: A program that does the least that such a tool has to do.
        rounds: How often; each figure is the median.

    Returns:
        By what was done: the seconds of each tool.
    """
    taken: dict[str, list[list[float]]] = {}
    with ExitStack() as stack:
        roots = []
        for tool in tools:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lierne-bench-"))
            roots.append(Path(folder))
            generate(roots[-1])
            _settle(tool, roots[-1])
        for number in range(rounds):
            least = [_seconds([sys.executable, "-c", floor], root) for root in roots]
            taken.setdefault(FLOOR, []).append(least)
            rows = [_round(tool, root, number) for tool, root in zip(tools, roots, strict=True)]
            for both in zip(*rows, strict=True):
                taken.setdefault(both[0][0], []).append([seconds for _, seconds in both])
    return {
        what: list(map(statistics.median, zip(*rows, strict=True))) for what, rows in taken.items()
    }


def _settle(tool: Tool, root: Path) -> None:
    """Writes a tool's settings, and the notes in its syntax."""
    name, text = tool.settings
    (root / name).write_text(text, "utf-8")
    for number, path in enumerate(sorted((root / "vault").rglob("*.md"))):
        note = path.read_text("utf-8")
        target = _TARGET.search(note)
        assert target is not None, path
        note = note.replace("```python\n", f"```python file={target[1]}\n", 1)
        # Entangled's names belong to all notes, so each note gets its own.
        path.write_text(tool.note(_CHUNK.sub(rf"\1\2_{number}", note)), "utf-8")


def _round(tool: Tool, root: Path, number: int) -> Iterator[tuple[str, float]]:
    for folder in (tool.state, "src"):
        shutil.rmtree(root / folder, ignore_errors=True)
    notes = sorted((root / "vault").rglob("*.md"))
    yield "`tangle` from nothing", _timed(tool, root, "tangle")
    targets = sorted((root / "src").rglob("*.py"))
    assert len(targets) == len(notes), f"{len(targets)} targets of {len(notes)} notes"
    yield "`tangle`, nothing changed", _timed(tool, root, "tangle")
    note = notes[(7919 * number) % len(notes)]
    _change(note, "total = 0", f"total = {number + 1}0")
    yield "`tangle`, one note changed", _timed(tool, root, "tangle")
    target = targets[(7919 * number + 1) % len(targets)]
    _change(target, "total = 0", f"total = {number + 1}1")
    yield "`stitch`, one file edited", _timed(tool, root, "stitch")
    stitched = [path for path in notes if f"total = {number + 1}1\n" in path.read_text("utf-8")]
    assert len(stitched) == 1, f"the edit of {target} stands in {len(stitched)} notes"


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, path
    path.write_text(text.replace(old, new, 1), "utf-8")


def _timed(tool: Tool, root: Path, command: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = tool.run(root, command)
    assert ended.code == 0, ended.said
    return _since(before)


def _seconds(command: list[str], root: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    call(command, root)
    return _since(before)


def _since(before: resource.struct_rusage) -> float:
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return now.ru_utime + now.ru_stime - before.ru_utime - before.ru_stime
