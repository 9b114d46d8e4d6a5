"""What becomes of edits, and how long it takes: Entangled, the best-known two-way tool, and Lierne.

Prints two tables in Markdown. Every cell of the first is read from files and exit codes after real
commands in a temporary folder; nothing in it is written down beforehand. Entangled comes from the
package registry, into a virtual environment of its own inside this one; without a network its
column says "not run".
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING

from _edits.cases import CASES, Case
from _edits.peer import NotRunError, entangled
from _edits.speed import FLOOR, times
from _edits.tools import Lierne, Tool
from tangle import FLOOR as READS_AND_HASHES
from tangle import generate

if TYPE_CHECKING:
    from pathlib import Path


def main() -> None:
    """Prints both tables."""
    options = _options()
    ours = Lierne()
    peer = _peer()
    say(row("case", peer.name if peer else "Entangled", ours.name))
    say(row("---", "---", "---"))
    for case in CASES:
        say(row(case.title, cell(case, peer), cell(case, ours)))
    if options.notes:
        speed([peer, ours] if peer else [ours], options)


def cell(case: Case, tool: Tool | None) -> str:
    """Plays a case; bold is what nobody should have to expect."""
    if tool is None:
        return "not run"
    played = case.cell(tool)
    return played.text if played.good else f"**{played.text}**"


def speed(tools: list[Tool], options: argparse.Namespace) -> None:
    """Prints the times as multiples of the least that any such tool has to do."""
    make = partial(_generate, notes=options.notes)
    taken = times(tools, make, READS_AND_HASHES, options.rounds)
    floors = taken.pop(FLOOR)
    say("")
    say(row(f"{options.notes:,} notes, CPU time", *(tool.name for tool in tools)))
    say(row("---", *("---:" for _ in tools)))
    say(row(FLOOR, *("1" for _ in tools)))
    for what, seconds in taken.items():
        ratios = [f"{took / floor:.1f}" for took, floor in zip(seconds, floors, strict=True)]
        say(row(what, *ratios))


def row(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def say(line: str) -> None:
    """Prints a line at once: some take a while."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _peer() -> Tool | None:
    try:
        return entangled()
    except NotRunError as reason:
        sys.stderr.write(f"Entangled is not run: {reason}\n")
        return None


def _generate(root: Path, notes: int) -> None:
    generate(root, notes, seed=7)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=1000, help="0 leaves the times out")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
