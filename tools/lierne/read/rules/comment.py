"""Obsidian's comments: `%%inside a line%%`, and between two `%%` over any number of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Severity
from lierne.read.reading import reading_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

UNCLOSED_COMMENT = Kind("N104", Severity.WARNING, "a comment that is not closed")

_MARK = "%%"
_CONTINUED = "comment continues"


def comment_plugin(md: MarkdownIt) -> None:
    """Hides comments; one that is never closed hides nothing and is reported."""
    md.inline.ruler.before("link", "comment", _inline)
    md.block.ruler.before("table", "comment", _block)


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # the parser's signature
    start = state.pos
    if not state.src.startswith(_MARK, start):
        return False
    end = state.src.find(_MARK, start + 2, state.posMax)
    if end < 0:
        return False
    if not silent:
        token = state.push("comment", "", 0)
        token.content = state.src[start + 2 : end]
        token.markup = _MARK
        token.hidden = True
    state.pos = end + 2
    return True


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(_MARK, begin) or state.is_code_block(start):
        return False
    if silent or state.src.find(_MARK, begin + 2, state.eMarks[start]) >= 0:
        return False  # closed on its line: the inline rule's
    line = _closing_line(state, start + 1, end)
    if line is None:
        _report(state, start)
        return False
    closing = state.src.find(_MARK, state.bMarks[line] + state.tShift[line])
    token = state.push("comment_block", "", 0)
    token.map = [start, line + 1]
    token.markup = _MARK
    token.hidden = True
    token.content = state.src[begin + 2 : closing]
    _go_on_after(state, line, closing + 2)
    return True


def _closing_line(state: StateBlock, line: int, end: int) -> int | None:
    found = state.src.find(_MARK, state.bMarks[line])
    if found < 0:
        return None
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        if found < state.bMarks[line]:
            found = state.src.find(_MARK, state.bMarks[line])
        if state.bMarks[line] <= found < state.eMarks[line]:
            return line
        line += 1
    return None


def _go_on_after(state: StateBlock, line: int, position: int) -> None:
    # What follows the closing mark on its line is text again.
    rest = state.skipSpaces(position)
    if rest >= state.eMarks[line]:
        state.line = line + 1
        return
    state.bMarks[line] = position
    state.tShift[line] = rest - position
    state.sCount[line] = state.blkIndent
    state.line = line


def _report(state: StateBlock, line: int) -> None:
    if state.src[state.bMarks[line] : state.eMarks[line]].strip(" \t>") != _MARK:
        return
    reading = reading_of(state.env)
    column = reading.positions.lines[line].find(_MARK) + 1
    place = reading.positions.place(line + 1, column, line + 1, column + 2)
    message = "this `%%` opens a comment that is not closed, so nothing is hidden"
    reading.report(UNCLOSED_COMMENT, place, message, "close it with another `%%`")
