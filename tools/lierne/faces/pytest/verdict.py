"""What is wrong with a run block that pytest ran, and how that is shown."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lierne.code.run.outputs import measure
from lierne.code.run.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lierne.code.run.blocks import RunBlock
    from lierne.code.run.result import Failure, Result
    from lierne.read.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Crash:
    """Where and why, in one line, as pytest writes it into its summary."""

    path: str
    lineno: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.lineno}: {self.message}"


class Verdict(Exception):  # noqa: N818 - it is no error of ours
    """A block that does not do what its note says."""

    def __init__(self, crash: Crash, lines: Sequence[str], *, ends: bool = False) -> None:
        """Says what is wrong.

        Args:
            crash: Where, and what, in one line.
            lines: All that there is to see of it.
            ends: Whether the blocks after it are not run.
        """
        super().__init__(str(crash))
        self.reprcrash = crash
        self.lines = lines
        self.ends = ends

    def __str__(self) -> str:
        return "\n".join([*self.lines, *([""] if self.lines else []), str(self.reprcrash)])

    def toterminal(self, writer: Any) -> None:
        """Shows it, as pytest shows a failure: the place comes last, where editors find it."""
        for line in self.lines:
            sign = line[:1] if line[:3] not in ("---", "+++") else ""
            writer.line(line, red=sign == "-", green=sign == "+")
        if self.lines:
            writer.line()
        writer.write(self.reprcrash.path, bold=True, red=True)
        writer.line(f":{self.reprcrash.lineno}: {self.reprcrash.message}")


def judged(vault: Vault, block: RunBlock, result: Result) -> Verdict | None:
    """What is wrong with a block that was run, if anything is."""
    note = vault.config.shown(block.note)
    if result.failed is not None:
        return failed(note, result.failed)
    output = None if block.output is None else vault.outlines([block.note])[0].blocks[block.output]
    there, now = output.code if output else "", plain(result.text)
    if measure(block.block).alike(there, now):
        return None
    parts = there.splitlines(), now.splitlines()
    diff = difflib.unified_diff(*parts, f"{note} shows", "it prints now", lineterm="")
    line = output.code_line if output else block.block.place.line
    crash = Crash(note, line, "it does not print what the note shows; `lierne run` puts that right")
    return Verdict(crash, list(diff))


def failed(note: str, failure: Failure) -> Verdict:
    """What is shown of a block that did not come to its end."""
    lines = failure.traceback.splitlines()
    return Verdict(Crash(note, failure.line, failure.message), lines, ends=True)


def behind(note: str, block: RunBlock, targets: Sequence[str]) -> Verdict:
    """What is shown of a block that was not run, for what it would import is of other notes."""
    others = f" and {len(targets) - 1} more are" if len(targets) > 1 else " is"
    message = f"not run: `{targets[0]}`{others} not what the notes make; say `lierne tangle` first"
    return Verdict(Crash(note, block.block.place.line, message), [])
