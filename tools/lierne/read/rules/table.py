r"""Tables: where each cell stands in its row, and a block id right below."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from markdown_it.rules_block import table

from lierne.base.problem import Kind, Severity
from lierne.read.tokens.reading import reading_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

TORN_LINK = Kind("N109", Severity.WARNING, "a link that a table's column tears apart")
SPARE_CELLS = Kind("N110", Severity.HINT, "cells that a table has no column for")

_BLOCK_ID = re.compile(r"\^[A-Za-z0-9-]+")
# What begins a quote, item, heading or fence is no table's first row, whatever follows.
_OTHER_BLOCK = re.compile(r">|[-+*][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t]|`{3}|~{3}")
_BLANKS = " \t\n\r\v\f"


def table_plugin(md: MarkdownIt) -> None:
    """Adds to the parser's rule for tables what the places of links in cells need."""
    md.block.ruler.at("table", _rule, {"alt": ["paragraph", "reference"]})


@dataclass(slots=True)
class Row:
    """One row of a table, split into cells when somebody asks."""

    begin: int
    """Where the row begins in its line, after the marks of quotes and lists."""
    _cells: list[tuple[int, int]] = field(default_factory=list)

    def cells(self, line: str) -> list[tuple[int, int]]:
        """Where each cell begins and ends in the line."""
        if not self._cells:
            self._cells = _split(line, self.begin)
        return self._cells


def _split(line: str, begin: int) -> list[tuple[int, int]]:
    end = len(line.rstrip(_BLANKS))
    cells, at = [], begin
    for position in range(begin, end):
        if line[position] == "|" and (position == begin or line[position - 1] != "\\"):
            cells.append((at, position))
            at = position + 1
    cells.append((at, end))
    # A row may be framed by pipes; what stands outside of them is no cell.
    if cells[0][0] == cells[0][1]:
        cells = cells[1:]
    return cells[:-1] if cells and cells[-1][0] == cells[-1][1] else cells


def _rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    begin = state.bMarks[start] + state.tShift[start]
    if _OTHER_BLOCK.match(state.src, begin):
        return False
    count = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    if not silent:
        _mark_cells(state, count)
        _give_back_block_id(state)
    return True


def _report(state: StateBlock, row: Row, line: int, columns: int) -> None:
    """Tells of links that their own `|` tears apart, and of cells that no column holds."""
    reading = reading_of(state.env)
    source = reading.positions.lines[line]
    cells = row.cells(source)
    for (begin, end), (following, last) in pairwise(cells):
        opening = source.rfind("[[", begin, end)
        if opening < 0 or source.find("]]", opening, end) >= 0:
            continue
        if source.count("`", begin, opening) % 2:
            continue  # in code, which ends with its cell
        closing = source.find("]]", following, last)
        if closing >= 0:
            place = reading.positions.place(line + 1, opening + 1, line + 1, closing + 3)
            message = "the `|` of this link ends the table's cell"
            reading.report(TORN_LINK, place, message, "write `\\|` in a table")
            return
    if len(cells) > columns and source[cells[columns][0] : cells[-1][1]].strip():
        place = reading.positions.place(line + 1, cells[columns][0] + 1, line + 1)
        message = "this row has more cells than the table has columns"
        reading.report(SPARE_CELLS, place, message, "give the table's first row more cells")


def _mark_cells(state: StateBlock, count: int) -> None:
    number, row, columns = 0, Row(0), 0
    rows: list[tuple[Row, int]] = []
    for token in state.tokens[count:]:
        if token.type == "tr_open" and token.map:
            line = token.map[0]
            begin = state.bMarks[line] + state.tShift[line]
            number, row = 0, Row(begin - _line_begin(state, line))
            rows.append((row, line))
        elif token.type == "inline":
            token.meta["cell"] = (row, number)
            number += 1
            columns = max(columns, number)
    for row, line in rows:
        source = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
        pipes = source.count("|") - source.startswith("|") - source.endswith("|")
        if "[[" in source or pipes >= columns:
            _report(state, row, line, columns)


def _line_begin(state: StateBlock, line: int) -> int:
    # A quote moves the state's mark past its `>`; the line itself begins after a line end.
    return state.src.rfind("\n", 0, state.bMarks[line]) + 1


def _give_back_block_id(state: StateBlock) -> None:
    """Ends the table before a last row that is only a `^id`: it names the table."""
    tokens = state.tokens
    line = state.line - 1
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
    if not _BLOCK_ID.fullmatch(text):
        return
    at = max(i for i in range(len(tokens)) if tokens[i].type == "tr_open")
    closing = tokens[-2:]  # of the body and the table
    body = next(t for t in reversed(tokens) if t.type == "tbody_open")
    if tokens[at - 1] is body:
        del tokens[at - 1 :]
        closing = closing[1:]
    else:
        del tokens[at:]
    tokens.extend(closing)
    _shorten(tokens, body, line)
    state.line = line


def _shorten(tokens: list[Token], body: Token, line: int) -> None:
    opening = next(t for t in reversed(tokens) if t.type == "table_open")
    for token in (opening, body):
        if token.map:
            token.map[1] = line
