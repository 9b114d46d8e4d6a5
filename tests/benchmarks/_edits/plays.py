"""What somebody does to notes and targets, and what is looked at then."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

from .project import MAIN, Project
from .verdict import Cell, conflict, count, ended, lines, replaced, round_trip

if TYPE_CHECKING:
    from collections.abc import Callable

# --- Edits ----------------------------------------------------------------------------------------


def edit(
    change: Callable[[str], str], then: Callable[[str], str] | None = None
) -> Callable[[Project], Cell]:
    """Edits a target that was tangled, and brings the edit to its note.

    Args:
        change: The edit.
        then: What becomes of the code of all targets by it; else of the edited one, the edit.
    """

    def play(made: Project) -> Cell:
        made.tangle()
        codes = made.codes()
        wanted = {p: then(c) for p, c in codes.items()} if then else codes
        made.change(MAIN, change)
        return round_trip(made, wanted if then else {**codes, MAIN: change(codes[MAIN])})

    return play


def rewrite(made: Project) -> Cell:
    """Writes a target anew, as a program does that keeps no comments."""
    made.tangle()
    code = made.code().replace("return 1", "return 10")
    made.write(MAIN, code.encode())
    return round_trip(made, {MAIN: code})


def copies(made: Project) -> Cell:
    made.tangle()
    made.change(MAIN, replaced("return 1", "return 10", 1))
    made.change(MAIN, replaced("return 1\n", "return 20\n", 1))
    return conflict(made, ("return 10", "return 20"))


def two_blocks(made: Project) -> Cell:
    made.tangle()
    wanted = made.code().replace("return 1", "return 10").replace("total = 2", "total = 20")
    made.change(MAIN, replaced("return 1", "return 10"))
    made.change("vault/A.md", replaced("total = 2", "total = 20"))
    return round_trip(made, {MAIN: wanted})


def one_block(made: Project) -> Cell:
    made.tangle()
    made.change(MAIN, replaced("return 1", "return 10"))
    made.change("vault/A.md", replaced("return 1", "return 20"))
    return conflict(made, ("return 10", "return 20"))


def formatted(made: Project) -> Cell:
    """Formats a target, brings that to the note, and formats once more: nothing is left to do."""
    made.tangle()
    made.change(MAIN, _format)
    cell = round_trip(made, {MAIN: made.code()})
    text = (made.root / MAIN).read_text("utf-8")
    if cell.good and _format(text) != text:
        return Cell("kept, but the formatter is never content", good=False)
    return cell


def _format(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    return subprocess.run(command, input=text, capture_output=True, check=True, text=True).stdout


def unseen(made: Project) -> Cell:
    """Forgets to stitch: tangling must leave the edit alone, and say so."""
    made.tangle()
    made.change(MAIN, replaced("return 1", "return 10"))
    made.tangle()
    if "return 10" not in made.code():
        return Cell(ended(made, "1 line lost"), good=False)
    told = MAIN in made.said
    return Cell(ended(made, "kept" if told else "kept, unmentioned"), good=told and made.exit == 1)


def strange(made: Project) -> Cell:
    """Has a file that the tool never wrote in the place of a target."""
    made.write(MAIN, b"mine = 1\n")
    made.tangle()
    kept = made.code() == "mine = 1\n"
    return Cell(ended(made, "kept" if kept else "overwritten"), good=kept and made.exit == 1)


def orphan(made: Project) -> Cell:
    """Deletes a note whose target somebody has edited: the edit must stay, and be mentioned."""
    made.tangle()
    made.change(MAIN, replaced("return 1", "return 10"))
    (made.root / "vault/A.md").unlink()
    made.tangle()
    if "return 10" not in made.code():
        return Cell(ended(made, "1 line lost"), good=False)
    return Cell(ended(made, "kept"), good=MAIN in made.said and made.exit == 1)


def renamed(made: Project) -> Cell:
    """Renames a note: its target stays as it is."""
    made.tangle()
    code = made.code()
    (made.root / "vault/A.md").rename(made.root / "vault/B.md")
    made.ended.clear()
    made.tangle()
    if made.code() != code:
        return Cell(ended(made, "code changed"), good=False)
    return Cell("code as before", good=made.exit == 0)


def crlf(made: Project) -> Cell:
    """Edits the target of a note with CRLF: all other bytes of the note stay."""
    made.tangle()
    note = made.root / "vault/A.md"
    wanted = note.read_bytes().replace(b"return 1", b"return 10")
    made.change(MAIN, replaced("return 1", "return 10"))
    cell = round_trip(made, {MAIN: made.code()})
    strange = {line for line in wanted.splitlines(keepends=True) if line not in note.read_bytes()}
    if cell.good and note.read_bytes() != wanted:
        ends = wanted.count(b"\r\n") - note.read_bytes().count(b"\r\n")
        return Cell(f"kept, {ends or len(strange)} other lines changed", good=False)
    return cell


# --- Where code goes ------------------------------------------------------------------------------


def escape(made: Project) -> Cell:
    """Tangles, and looks for files where none may be."""
    made.write("home.txt", b"")
    (made.outside / "elsewhere").mkdir()
    (made.root / "src").mkdir()
    (made.root / "src/link").symlink_to(made.outside / "elsewhere")
    before = made.files()
    made.tangle()
    new = sorted(set(made.files()) - set(before))
    if not new:
        return Cell(ended(made, "refused"), good=made.exit == 1)
    file = made.outside / new[0]
    where = "" if file.is_relative_to(made.root) else " outside"
    runs = ", executable" if file.stat().st_mode & 0o100 else ""
    return Cell(ended(made, f"written{where}{runs}"), good=False)


def claimed(made: Project) -> Cell:
    """Tangles where two notes want to be one file: either is right, but no half of it."""
    made.tangle()
    there = [line for line in ("first = 1", "second = 2") if line in made.code()]
    text = ("refused", "one of them left out", "joined")[len(there)]
    return Cell(ended(made, text), good=len(there) == 2 or (not there and made.exit == 1))


def named_blocks(made: Project) -> Cell:
    """Tangles two named blocks of one file."""
    made.tangle()
    missing = {line for line in ("first = 1", "second = 2") if line not in made.code()}
    if missing:
        return Cell(ended(made, f"{count(len(missing))} left out"), good=False)
    return Cell("both written", good=made.exit == 0)


# --- Mistakes in notes ----------------------------------------------------------------------------


def named_at(line: int) -> Callable[[Project], Cell]:
    """Tangles, and looks for the line of the mistake in what is said."""

    def play(made: Project) -> Cell:
        made.tangle()
        named = set(map(int, re.findall(r"A\.md:(\d+)", made.said)))
        text = (
            "its line named" if line in named else "other line named" if named else "no line named"
        )
        return Cell(ended(made, text), good=line in named and made.exit == 1)

    return play


def among_good_ones(bad: bytes) -> Callable[[Project], Cell]:
    """Tangles a note that is well beside one that is not."""

    def play(made: Project) -> Cell:
        made.write("vault/B.md", bad)
        made.tangle()
        if not made.code():
            return Cell(ended(made, "nothing written"), good=False)
        return Cell(ended(made, "the others written"), good=made.exit == 1)

    return play


def letters(made: Project) -> Cell:
    """Tangles a chunk whose name is not English."""
    made.tangle()
    if "total = 2" not in made.code():
        return Cell(ended(made, "code left out"), good=False)
    return Cell("written", good=made.exit == 0)


# --- What the tool remembers ----------------------------------------------------------------------


def deleted(made: Project) -> Cell:
    """Deletes a target."""
    made.tangle()
    (made.root / MAIN).unlink()
    made.ended.clear()
    made.tangle()
    return _written(made, "return 1")


def another_version(made: Project) -> Cell:
    """Upgrades the tool, then changes a note."""
    made.tangle()
    made.commit()
    made.tool.age(made.root)
    return _changed(made)


def lost(made: Project) -> Cell:
    """Loses what the tool remembers where all else is under git, then changes a note."""
    made.tangle()
    made.commit()
    made.forget()
    return _changed(made)


def _changed(made: Project) -> Cell:
    made.change("vault/A.md", replaced("return 1", "return 10"))
    made.tangle()
    return _written(made, "return 10")


def _written(made: Project, line: str) -> Cell:
    if line not in lines(made.code()):
        return Cell(ended(made, "not written"), good=False)
    return Cell("written", good=made.exit == 0)
