"""What running blocks changes: their outputs in notes, their figures, and the figures' embeds."""

from __future__ import annotations

import math
import posixpath
from difflib import unified_diff
from typing import TYPE_CHECKING
from urllib.parse import quote

from lierne.base.disk import read_file
from lierne.base.plan import Change, Plan
from lierne.base.problem import Kind, Problem, Severity
from lierne.code.rewrite import rewrite
from lierne.code.run.shown.compare import Measure
from lierne.code.run.shown.figures import figure_key
from lierne.code.run.shown.plain import plain
from lierne.code.run.shown.put import output_edits, paragraph_edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lierne.code.rewrite import Edit
    from lierne.code.run.blocks import RunBlock
    from lierne.code.run.key import Keys
    from lierne.code.run.result import Result
    from lierne.read.note import Block, Link
    from lierne.read.vault.vault import Vault

    Results = Iterable[tuple[RunBlock, Result]]

FOLDER = "figures"
"""The folder of the vault that figures are saved in."""
DIFFERENT = Kind("R211", Severity.WARNING, "a block that prints something else than it did")
UNFIT = Kind("R213", Severity.WARNING, "a figure whose data cannot be used")

# What Markdown would take for its own in the words for a picture.
_MARKUP = str.maketrans({mark: f"\\{mark}" for mark in "\\[]*_`<$"})


def plan(vault: Vault, keys: Keys, results: Results, *, fresh: bool = False) -> Plan:
    """The changes that make a vault show what its blocks printed and drew.

    The blocks that failed, and those that were not run, keep what they have.

    Args:
        vault: The notes, as they were when their blocks were run.
        keys: What tells which code an output is of.
        results: Blocks that were run.
        fresh: Whether figures are saved anew even where they are of the same code.
    """
    done = [(block, result) for block, result in results if result.failed is None]
    notes = [_note(vault, note, edits) for note, edits in note_edits(vault, keys, done).items()]
    figures = {
        name: _figure(vault, name, svg, fresh=fresh)
        for _, result in done
        for name, svg in result.figures.items()
    }
    changes = [change for change in (*notes, *figures.values()) if change is not None]
    changes.sort(key=lambda change: change.path)  # notes end in whatever order
    return Plan(vault.root, tuple(changes), vault=vault.config.vault)


def note_edits(vault: Vault, keys: Keys, results: Results) -> dict[str, list[Edit]]:
    """The edits that `plan` makes of each note, by vault path; some of them change nothing."""
    edits: dict[str, list[Edit]] = {}
    for block, result in results:
        if result.failed is None:
            edits.setdefault(block.note, []).extend(_edits(vault, keys.of(block), block, result))
    return edits


def differences(vault: Vault, results: Results) -> Iterator[Problem]:
    """Says of which blocks the note shows something else than they printed this time."""
    for run, result in results:
        output, printed = _output(vault, run), plain(result.text)
        shown = "" if output is None else output.code
        if result.failed is None and not measure(run.block).alike(shown, printed):
            text, block = vault.text(run.note), output or run.block
            place = text.place(block.place.line, block.place.column)
            diff = "".join(_diff(shown, printed))
            message = "this block does not print what the note shows"
            yield Problem(DIFFERENT, place, message, f"run {command(vault, run.note)}", diff)


def unfit(vault: Vault, results: Results) -> Iterator[Problem]:
    """Says which figures came with data that they do not carry, for nobody could read it."""
    for run, result in results:
        if result.unfit:
            line, column = run.block.place.line, run.block.place.column
            message = f"the data of this figure is left out: {result.unfit}"
            help_ = "the figure is a picture without it; see “Running Notes” for the format"
            yield Problem(UNFIT, vault.text(run.note).place(line, column), message, help_)


def _diff(shown: str, printed: str) -> Iterable[str]:
    both = (text.split("\n")[:-1] for text in (shown, printed))
    old, new = ([f"{line}\n" for line in lines] for lines in both)
    return unified_diff(old, new, "in the note", "run again")


def command(vault: Vault, note: str) -> str:
    """The command that runs a note, in backticks."""
    return f'`lierne run "{vault.names.shortest(note)}"`'


def figure_path(name: str) -> str:
    """The vault path of a figure."""
    return f"{FOLDER}/{name}.svg"


def figure_file(vault: Vault, name: str) -> bytes | None:
    """A figure as it is saved; None where it is not, or cannot be read."""
    try:
        return read_file(vault.config.vault_folder / figure_path(name))
    except (OSError, ValueError):
        return None


def measure(block: Block) -> Measure:
    """How exactly a block's output is to be what it was."""
    try:
        tolerance = float(block.get("tolerance") or "")
    except ValueError:
        tolerance = math.nan
    sound = 0 <= tolerance < math.inf
    return Measure(tolerance if sound else None, block.get("elide") is not None)


def shows(vault: Vault, link: Link, note: str, figure: str) -> bool:
    """Whether a link of a note shows a figure, which may not be there yet.

    Args:
        vault: The vault.
        link: The link.
        note: The vault path of the note that holds it.
        figure: The figure's name.
    """
    path = figure_path(figure)
    if not link.embed or link.external:
        return False
    found = vault.names.find(link.target, note).path
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(note), link.target))
    return path in ((found,) if found else (beside, link.target, f"{FOLDER}/{link.target}"))


def _note(vault: Vault, note: str, edits: Iterable[Edit]) -> Change | None:
    text = vault.text(note)
    after = rewrite(text, edits)
    return Change(text.path, text.data, after, note=True) if after != text.data else None


def _edits(vault: Vault, key: str, run: RunBlock, result: Result) -> Iterator[Edit]:
    text, block = vault.text(run.note), run.block
    output = _output(vault, run)
    printed = plain(result.text)
    if output is not None and printed and measure(block).alike(output.code, printed):
        printed = output.code
    yield from output_edits(text, block, output, printed, key)
    for name in result.figures:
        if not any(shows(vault, link, run.note, name) for link in vault.notes[run.note].links):
            yield paragraph_edit(text, block, output, _embed(run, name))


def _output(vault: Vault, run: RunBlock) -> Block | None:
    return None if run.output is None else vault.outlines([run.note])[0].blocks[run.output]


def _embed(run: RunBlock, name: str) -> str:
    path = posixpath.relpath(figure_path(name), posixpath.dirname(run.note) or ".")
    return f"![{run.alt.translate(_MARKUP)}]({quote(path, safe='/-_.~')})"


def _figure(vault: Vault, name: str, svg: bytes, *, fresh: bool) -> Change | None:
    before = figure_file(vault, name)
    # Other machines draw the same figure in other bytes.
    current = before is not None and figure_key(before) == figure_key(svg)
    if before == svg or (current and not fresh):
        return None
    return Change(vault.config.shown(figure_path(name)), before, svg, note=True)
