"""Outputs and figures that are not of the code above them; nothing is run to find them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.code.imports import Unreadable, parse
from lierne.code.run.blocks import OUTPUT, run_blocks
from lierne.code.run.cache import Cache
from lierne.code.run.key import Keys
from lierne.code.run.shown.figures import figure_key
from lierne.code.run.shown.outputs import FOLDER, command, figure_file, figure_path, shows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lierne.code.run.blocks import RunBlock
    from lierne.code.tangle import Tangled
    from lierne.read.note import Block, Note
    from lierne.read.vault.vault import Vault

STALE = Kind("R111", Severity.WARNING, "an output that is older than its code")
NEVER = Kind("R112", Severity.WARNING, "a block whose output is missing")
ALONE = Kind("R113", Severity.WARNING, "an output without a block that prints it")
OLD_FIGURE = Kind("R114", Severity.WARNING, "a figure that is missing, or older than its code")
NO_BLOCK = Kind("R115", Severity.WARNING, "a figure that no block draws any more")
NO_WORDS = Kind("R116", Severity.WARNING, "a figure that is shown without words for it")
PERHAPS = Kind("R117", Severity.HINT, "a block that was perhaps never run")

# Expressions whose value is hardly ever nothing, and those of which nobody can tell.
_SHOWN = (ast.Attribute, ast.BinOp, ast.Compare, ast.JoinedStr, ast.Subscript, ast.Tuple)
_UNSURE = (ast.Call, ast.Name)
# What may stand in the place of a picture's words, and only says how large it is.
_SIZE = re.compile(r"(?:^|\|)\s*\d+(?:x\d+)?\s*$")


class Outputs:
    """Looks at what the notes of a vault show of their blocks' runs."""

    def __init__(self, vault: Vault, tangled: Tangled) -> None:
        """Takes a vault and what it makes; nothing is read before it is asked for."""
        self._vault = vault
        self._keys = Keys(vault, tangled)

    def problems(self) -> Iterator[Problem]:
        """All that is not as `lierne run` would leave it."""
        drawn: set[str] = set()
        for note in self._vault:
            (outline,) = self._vault.outlines([note.path])
            blocks = run_blocks(outline, note.text)
            yield from self._of_note(note, blocks)
            drawn |= {run.figure for run in blocks if run.figure}
            yield from _alone(note, {run.output for run in blocks})
        yield from self._not_drawn(drawn)
        for note in self._vault if drawn else ():
            yield from self._without_words(note, drawn)

    def _of_note(self, note: Note, blocks: Sequence[RunBlock]) -> Iterator[Problem]:
        known = False  # whether a block further down was run as it stands, and this one before it
        for run in reversed(blocks):
            problems = list(self._of_block(note, run, known=known))
            yield from problems
            known = known or (run.output is not None and not problems)

    def _of_block(self, note: Note, run: RunBlock, *, known: bool) -> Iterator[Problem]:
        key, place = self._keys.of(run), _opening(note, run.block)
        help_ = f"run {command(self._vault, note.path)}"
        if run.output is not None:
            output = note.blocks[run.output]
            if output.closed and output.get("key") != key:
                message = "this output is older than the code that it comes from"
                yield Problem(STALE, _opening(note, output), message, help_)
        elif (_ends_in(run, _SHOWN) or _has_print(run)) and not self._showed_nothing(key):
            message = "this block has no output: it was not run, or its output was taken out"
            yield Problem(NEVER, place, message, help_)
        elif not known and _ends_in(run, _UNSURE) and not self._is_kept(key):
            message = "nothing tells whether this block was ever run"
            yield Problem(PERHAPS, place, message, help_)
        if run.figure:
            svg = figure_file(self._vault, run.figure)
            what = "is not there yet" if svg is None else "is older than the code that draws it"
            if svg is None or figure_key(svg) != key:
                message = f"the figure `{figure_path(run.figure)}` {what}"
                yield Problem(OLD_FIGURE, place, message, help_)

    def _is_kept(self, key: str) -> bool:
        return bool(Cache(self._vault.root).get([key]))

    def _showed_nothing(self, key: str) -> bool:
        """Whether a block was run, and had nothing to show: a value may be None, a text blank."""
        kept = Cache(self._vault.root).get([key]).get(key)
        return kept is not None and not kept.text.strip()

    def _not_drawn(self, drawn: set[str]) -> Iterator[Problem]:
        for path in self._vault.files:
            name = path.removeprefix(f"{FOLDER}/").removesuffix(".svg")
            if path != figure_path(name) or name in drawn:
                continue
            svg = figure_file(self._vault, name)
            if svg is not None and figure_key(svg) is not None:
                place = Place(self._vault.config.shown(path))
                message = f"no block draws `{path}` any more"
                yield Problem(NO_BLOCK, place, message, f"remove it, or draw it: `figure={name}`")

    def _without_words(self, note: Note, drawn: set[str]) -> Iterator[Problem]:
        for link in note.links:
            words = _SIZE.sub("", link.text or "").strip() if link.embed else "no picture"
            if words:
                continue
            for name in drawn:
                if shows(self._vault, link, note.path, name):
                    message = f"the figure `{figure_path(name)}` is shown without words for it"
                    help_ = f"write `![what it shows]({figure_path(name)})`"
                    yield Problem(NO_WORDS, link.place, message, help_)


def _alone(note: Note, outputs: set[int | None]) -> Iterator[Problem]:
    for number, block in enumerate(note.blocks):
        # Without a key it is somebody's own example, in a language of that name.
        if block.language.lower() == OUTPUT and block.get("key") and number not in outputs:
            message = "no block prints this output: it has to stand right under a `run` block"
            help_ = "move it there, or take it out"
            yield Problem(ALONE, _opening(note, block), message, help_)


def _opening(note: Note, block: Block) -> Place:
    return note.text.place(block.place.line, block.place.column)


def _statements(run: RunBlock) -> list[ast.stmt]:
    tree = parse(run.note, run.block.code)
    return [] if isinstance(tree, Unreadable) else tree.body


def _ends_in(run: RunBlock, kinds: tuple[type[ast.expr], ...]) -> bool:
    """Whether a block ends with such an expression, whose value is then shown."""
    body = _statements(run)
    if not body or run.figure or ";" in run.block.code.rstrip("\n").rpartition("\n")[2]:
        return False  # of a figure's block, the value may be the drawing
    return isinstance(body[-1], ast.Expr) and isinstance(body[-1].value, kinds)


def _is_blank(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and not str(value.value).strip()


def _has_print(run: RunBlock) -> bool:
    """Whether a block prints something in any case."""
    calls = [node.value for node in _statements(run) if isinstance(node, ast.Expr)]
    return any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "print"
        and not all(map(_is_blank, call.args))
        and not call.keywords
        for call in calls
    )
