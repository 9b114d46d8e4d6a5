"""The text of chunks, with every reference in it replaced by what it calls for.

What a chunk will weigh is known before any of it is put together, so that notes which double
themselves with every step cost nothing but a problem.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Problem, Severity
from lierne.code.chunks import references, unescape
from lierne.code.join import Spacing
from lierne.code.map import Call, Run, moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lierne.code.chunks import BlockKey, Chunk, Chunks, Key, Reference
    from lierne.read.note import Block, Outline

CYCLE = Kind("C006", Severity.ERROR, "chunks that refer to each other in a circle")
TOO_MUCH = Kind("C007", Severity.ERROR, "a reference that grows beyond measure")

MOST_BYTES = 16 * 2**20
MOST_PIECES = 100_000
DEEPEST = 100
_MOST_STEPS = 12
_LINE_START = re.compile(r"^(?=[^\n])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """Finished text, and where its lines come from."""

    text: str = ""
    runs: tuple[Run, ...] = ()
    """Counted from the first line of this text."""
    calls: tuple[Call, ...] = ()
    """The references that were replaced in it, counted alike."""


@dataclass(frozen=True, slots=True)
class _Weight:
    """What the text of a chunk will come to."""

    size: int = 0
    lines: int = 0
    pieces: int = 1
    depth: int = 0

    def __add__(self, other: _Weight) -> _Weight:
        return _Weight(
            self.size + other.size,
            self.lines + other.lines,
            self.pieces + other.pieces,
            max(self.depth, other.depth),
        )

    def under(self, indent: str) -> _Weight:
        return _Weight(
            self.size + self.lines * len(indent), self.lines, self.pieces, self.depth + 1
        )

    @property
    def allowed(self) -> bool:
        return self.size <= MOST_BYTES and self.pieces <= MOST_PIECES and self.depth <= DEEPEST


class Expander:
    """Expands blocks, and remembers what it found out about their references."""

    def __init__(self, notes: Mapping[str, Outline], chunks: Chunks) -> None:
        """Takes the notes by vault path, and their chunks."""
        self.problems: list[Problem] = []
        """What is wrong with the references looked at so far, each said once."""
        self.found: dict[Reference, Chunk | None] = {}
        """What each reference looked at so far means, None where that is not there."""
        self._notes = notes
        self._chunks = chunks
        self._references: dict[BlockKey, tuple[Reference, ...]] = {}
        self._weights: dict[Key, _Weight | None] = {}
        self._broken: set[Key] = set()
        self._pieces: dict[tuple[Key, bool, bool], Piece] = {}

    def sound(self, blocks: Iterable[BlockKey]) -> bool:
        """Whether all that these blocks refer to is there and within measure."""
        keys = list(blocks)
        for block in keys:
            self._weigh_references(block)
        return self._sum(keys) is not None

    def check(self, chunk: Chunk) -> None:
        """Looks at a chunk's references, whether or not it is used itself."""
        self._weigh(chunk)

    def expand(self, blocks: Iterable[BlockKey], *, python: bool, nested: bool = False) -> Piece:
        """Puts sound blocks one after the other, with all that they refer to.

        Args:
            blocks: In their order.
            python: Whether blank lines part them, as Black would.
            nested: Whether the text will be indented as a whole.
        """
        pieces = [self._expand_block(block, python=python, nested=nested) for block in blocks]
        return _joined(pieces, Spacing(nested=nested) if python and len(pieces) > 1 else None)

    # What it will weigh

    def _weigh_references(self, block: BlockKey) -> None:
        for reference in self._refer(block):
            if (chunk := self._find(reference)) is not None:
                self._weigh(chunk)

    def _weigh(self, start: Chunk) -> None:
        # Depth first, without recursion: notes decide how deep it goes.
        if start.key in self._weights:
            return
        path: dict[Key, Reference | None] = {start.key: None}
        stack = [(start, self._out_of(start))]
        while stack:
            chunk, rest = stack[-1]
            reference = next(rest, None)
            if reference is None:
                stack.pop()
                del path[chunk.key]
                self._weights[chunk.key] = self._result(chunk)
                continue
            inner = self._find(reference)
            if inner is None or inner.key in self._weights:
                continue
            if inner.key in path:
                self._circle(inner, path, reference)
                continue
            path[inner.key] = reference
            stack.append((inner, self._out_of(inner)))

    def _out_of(self, chunk: Chunk) -> Iterator[Reference]:
        return (reference for block in chunk.blocks for reference in self._refer(block))

    def _refer(self, block: BlockKey) -> tuple[Reference, ...]:
        if block not in self._references:
            note, code = self._get(block)
            self._references[block] = references(note, code)
        return self._references[block]

    def _find(self, reference: Reference) -> Chunk | None:
        if reference not in self.found:
            self.found[reference], problem = self._chunks.find(reference)
            if problem is not None:
                self.problems.append(problem)
        return self.found[reference]

    def _result(self, chunk: Chunk) -> _Weight | None:
        return None if chunk.key in self._broken else self._sum(chunk.blocks)

    def _sum(self, blocks: Iterable[BlockKey]) -> _Weight | None:
        total = _Weight()
        for block in blocks:
            code = self._get(block)[1].code
            total += _Weight(len(code), code.count("\n"))
            for reference in self._refer(block):
                chunk = self._find(reference)
                inner = None if chunk is None else self._weights.get(chunk.key)
                if inner is None:
                    return None
                total += inner.under(reference.indent)
                if not total.allowed:
                    self.problems.append(_too_much(reference))
                    return None
        return total

    def _circle(self, chunk: Chunk, path: dict[Key, Reference | None], last: Reference) -> None:
        keys = list(path)[list(path).index(chunk.key) :]
        self._broken.update(keys)
        steps = [*(path[key] for key in keys[1:]), last]
        self.problems.append(_cycle(keys, [step for step in steps if step is not None]))

    # The text itself

    def _expand_block(self, key: BlockKey, *, python: bool, nested: bool) -> Piece:
        _, block = self._get(key)
        found = self._refer(key)
        if not found:
            return _plain(key, block, 0, block.code)
        lines = [f"{line}\n" for line in block.code.removesuffix("\n").split("\n")]
        pieces, start = [], 0
        for reference in found:
            pieces.append(_plain(key, block, start, "".join(lines[start : reference.line])))
            pieces.append(self._insert(reference, python=python, nested=nested))
            start = reference.line + 1
        pieces.append(_plain(key, block, start, "".join(lines[start:])))
        return _joined(pieces, None)

    def _insert(self, reference: Reference, *, python: bool, nested: bool) -> Piece:
        chunk = self._find(reference)
        if chunk is None:
            raise LookupError(f"{reference.place}: expanded although it is not sound")
        inside = nested or bool(reference.indent)
        key = (chunk.key, python, inside)
        if key not in self._pieces:
            self._pieces[key] = self.expand(chunk.blocks, python=python, nested=inside)
        piece, indent = self._pieces[key], reference.indent
        if not piece.text:
            return piece
        call = Call(1, reference.note, reference.place.line, indent)
        if not indent:
            return Piece(piece.text, piece.runs, (call, *piece.calls))
        text = _LINE_START.sub(indent, piece.text)
        calls = (call, *moved(piece.calls, 0, indent))
        return Piece(text, tuple(moved(piece.runs, 0, indent)), calls)

    def _get(self, block: BlockKey) -> tuple[Outline, Block]:
        note = self._notes[block[0]]
        return note, note.blocks[block[1]]


def _plain(key: BlockKey, block: Block, start: int, text: str) -> Piece:
    if not text:
        return Piece()
    note, number = key
    line = block.code_line + start
    run = Run(1, text.count("\n"), note, line, prefix=block.prefix, block=number)
    return Piece(unescape(text), (run,))


def _joined(pieces: list[Piece], spacing: Spacing | None) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    texts: list[str] = []
    runs: list[Run] = []
    calls: list[Call] = []
    lines = 0
    for piece in pieces:
        text = piece.text
        if spacing is not None and text:
            text = "\n" * spacing.blanks(text) + text
            spacing.read(text)
        blanks = len(text) - len(piece.text)
        runs.extend(moved(piece.runs, lines + blanks))
        calls.extend(moved(piece.calls, lines + blanks))
        texts.append(text)
        lines += text.count("\n")
    return Piece("".join(texts), tuple(runs), tuple(calls))


def _cycle(keys: list[Key], steps: list[Reference]) -> Problem:
    """Says the whole circle, each step with its place; of a very long one, both ends."""
    said = [
        f"`{name}` (`<<{step.text}>>` at {step.place})"
        for (_, name), step in zip(keys, steps, strict=True)
    ]
    if len(said) > _MOST_STEPS:
        said[_MOST_STEPS - 1 : -1] = [f"… {len(said) - _MOST_STEPS} more …"]
    chain = " -> ".join(said)
    message = f"chunks refer to each other in a circle: {chain} -> `{keys[0][1]}`"
    return Problem(CYCLE, steps[0].place, message, "take one of these references out")


def _too_much(reference: Reference) -> Problem:
    message = f"`<<{reference.text}>>` makes a text that is too long or too deeply nested"
    limits = f"at most {MOST_BYTES // 2**20} MB, {MOST_PIECES} pieces and {DEEPEST} levels"
    return Problem(TOO_MUCH, reference.place, message, f"refer to less of it: {limits}")
