r"""From a position in a piece of inline text back to its line and column in the note.

The parser hands inline rules a *content*: the lines of a paragraph without the marks of the
quotes and lists around it, trimmed at both ends. Two facts lead back from there:

- line `k` of the content comes from line `map[0] + k` of the note;
- what a container takes away stands before the text, never in it, so the content's line is the
  end of the note's line (the last one after trimming, a heading's without its closing `#`).

So a column is a difference of two lengths, and no block rule has to be told to keep count. Only
table cells are more work: they stand in the middle of a line, and lose the `\` of each `\|`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from lierne.base.problem import Place

if TYPE_CHECKING:
    from markdown_it.token import Token

    from lierne.base.text import Text

_LINE_END = re.compile(r"\r\n?|\n")


class Positions:
    """The lines of one note as the parser counts them, and the places in them."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.source = _LINE_END.sub("\n", text.string).replace("\0", "\ufffd")
        """The note as the parser reads it; it has as many characters a line as the note."""
        self.lines = self.source.split("\n")
        """Its lines without their ends; counted from 0, as in a token's map."""
        self.count = len(text.lines)
        """How many lines the note has; a last line end begins no line."""
        self._known = (0, 1, 0)  # a line, a column of it, and the bytes before that column

    def place(self, line: int, column: int, end_line: int = 0, end_column: int = 0) -> Place:
        """The place of a stretch; all counted from 1, to the end of its line without an end."""
        end_line = end_line or line
        end_column = end_column or len(self.lines[end_line - 1]) + 1
        begin, end = self._offset(line, column), self._offset(end_line, end_column)
        return Place(self.text.path, line, column, begin, end_line, end_column, end)

    def _offset(self, line: int, column: int) -> int:
        # Places of one line are mostly asked for from left to right: going on from the last one
        # keeps a long line with many links linear.
        if line >= len(self._begins):
            return len(self.text.data)
        string = self.text.lines[line - 1]
        if string.isascii():
            return self._begins[line - 1] + column - 1
        known_line, known_column, size = self._known
        if known_line != line or known_column > column:
            known_column, size = 1, 0
        size += len(string[known_column - 1 : column - 1].encode())
        self._known = (line, column, size)
        return self._begins[line - 1] + size

    @cached_property
    def _begins(self) -> list[int]:
        """How many bytes stand before each line, and in all."""
        sizes = (len(line if line.isascii() else line.encode()) for line in self.text.lines)
        return list(accumulate(sizes, initial=self.text.offset(1)))

    def spans(self, inline: Token) -> Spans:
        """The way back from the content of an inline token."""
        if "cell" in inline.meta:
            return CellSpans(self, inline)
        return Spans(self, inline)


class Spans:
    """Positions in the content of one inline token."""

    def __init__(self, positions: Positions, inline: Token) -> None:
        self._positions = positions
        lines = inline.content.split("\n")
        first, last = inline.map or [0, 0]
        self._line = first + _trimmed_lines(positions.lines, first, last, lines)
        self._starts = [0]  # where each line of the content begins in it
        self._shifts = []  # what to add to get from there to the column
        for number, line in enumerate(lines):
            self._starts.append(self._starts[-1] + len(line) + 1)
            source = positions.lines[self._line + number]
            self._shifts.append(_shift(source, line, is_last=number == len(lines) - 1))

    def point(self, position: int) -> tuple[int, int]:
        """The line and column of one position, counted from 1."""
        number = bisect_right(self._starts, position) - 1
        number = min(number, len(self._shifts) - 1)
        column = position - self._starts[number] + self._shifts[number] + 1
        return self._line + number + 1, column

    def place(self, start: int, end: int) -> Place:
        """The place of a stretch of the content."""
        line, column = self.point(end - 1)  # just past it, something may have been left out
        return self._positions.place(*self.point(start), line, column + 1)


class CellSpans(Spans):
    r"""Positions in the content of a table's cell, which has no `\` before its pipes."""

    def __init__(self, positions: Positions, inline: Token) -> None:
        self._positions = positions
        row, number = inline.meta["cell"]
        line = (inline.map or [0, 0])[0]
        self._line = line
        source = positions.lines[line]
        begin, end = row.cells(source)[number]
        first = inline.content[:1]
        while begin < end and source[begin].isspace() and source[begin] != first:
            begin += 1
        self._starts = [0]
        self._shifts = [begin]
        position = 0
        for at in _escaped_pipes(source, begin, end):
            position = at - begin - len(self._starts) + 1
            self._starts.append(position)
            self._shifts.append(at + 1)

    def point(self, position: int) -> tuple[int, int]:
        """The line and column of one position, counted from 1."""
        number = bisect_right(self._starts, position) - 1
        column = position - self._starts[number] + self._shifts[number] + 1
        return self._line + 1, column


def _escaped_pipes(source: str, begin: int, end: int) -> list[int]:
    found = []
    at = source.find("\\|", begin, end)
    while at >= 0:
        found.append(at)
        at = source.find("\\|", at + 2, end)
    return found


def _shift(source: str, line: str, *, is_last: bool) -> int:
    text = line.lstrip(" \t")  # blanks may stand for a part of a tab
    if is_last:
        # Only what was trimmed follows the last line's text: blanks, a heading's closing `#`.
        return source.rfind(text) + len(text) - len(line)
    return len(source) - len(line)


def _trimmed_lines(source: list[str], first: int, last: int, lines: list[str]) -> int:
    # Lines of white space that is neither blank nor tab belong to a paragraph, but are trimmed.
    spare = max(last - first - len(lines), 0)
    head = lines[0].strip()
    return next((n for n in range(spare) if head in source[first + n]), spare)
