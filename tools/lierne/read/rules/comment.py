"""Obsidian's comments: `%%inside a line%%`, and between two `%%` over any number of lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_block import paragraph

from lierne.base.problem import Kind, Severity
from lierne.read.tokens.reading import reading_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

UNCLOSED_COMMENT = Kind("N104", Severity.WARNING, "a comment that is not closed")

_MARK = "%%"
_FROM = "comment from"
# What a comment's mark cannot stand in: an escaped character, and code.
_STEP = re.compile(r"\\.|(`+)(?!`)|%%", re.DOTALL)


def comment_plugin(md: MarkdownIt) -> None:
    """Hides comments; one that is never closed hides nothing and is reported."""
    md.inline.ruler.before("link", "comment", _inline)
    interrupts = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("table", "comment", _block, {"alt": interrupts})
    md.block.ruler.at("paragraph", _paragraph)


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # the parser's signature
    start = state.pos
    if not state.src.startswith(_MARK, start):
        return False
    end = state.src.find(_MARK, start + 2, state.posMax)
    if end < 0:
        return _to_the_end(state, silent=silent)
    if not silent:
        _hide(state, end)
    state.pos = end + 2
    return True


def _to_the_end(state: StateInline, *, silent: bool) -> bool:
    inline = reading_of(state.env).inline
    if inline is None or inline.meta.get(_FROM) != state.pos:
        return False
    if not silent:
        _hide(state, state.posMax)
    state.pos = state.posMax
    return True


def _hide(state: StateInline, end: int) -> None:
    token = state.push("comment", "", 0)
    token.content = state.src[state.pos + 2 : end]
    token.markup = _MARK
    token.hidden = True


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(_MARK, begin) or state.is_code_block(start):
        return False
    if state.src.find(_MARK, begin + 2, state.eMarks[start]) >= 0:
        return False  # closed on its line: the inline rule's
    line = _closing_line(state, start + 1, end, min(state.blkIndent, state.sCount[start]))
    if silent:
        return line is not None and _ends_paragraph(state, start, line)
    if line is None:
        _report(state, start)
        return False
    _hide_lines(state, start, line, begin + 2)
    return True


def _ends_paragraph(state: StateBlock, start: int, line: int) -> bool:
    # A comment within a paragraph is the inline rule's; one that reaches out of it, or stands
    # further left than the item that it follows, is a block.
    if state.sCount[start] < state.blkIndent:
        return True
    return any(state.isEmpty(between) for between in range(start + 1, line))


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    if not paragraph(state, start, end, silent):
        return False
    inline = state.tokens[-2]
    opened = _open_mark(inline.content) if _MARK in inline.content else None
    if opened is not None:
        line = _closing_line(state, state.line, end, state.blkIndent)
        if line is not None:
            inline.meta[_FROM] = opened
            _hide_lines(state, state.line, line, state.bMarks[state.line])
    return True


def _open_mark(content: str) -> int | None:
    """Where a paragraph opens a comment that it does not close."""
    position = 0
    while step := _STEP.search(content, position):
        position = step.end()
        if step[0] == _MARK:
            closing = content.find(_MARK, position)
            if closing < 0:
                begins = step.start() == 0 or content[step.start() - 1].isspace()
                return step.start() if begins else None
            position = closing + 2
        elif step[1]:
            closing = content.find(step[1], position)
            position = position if closing < 0 else closing + len(step[1])
    return None


def _hide_lines(state: StateBlock, start: int, line: int, begin: int) -> None:
    """Hides from a line to the closing mark on another."""
    closing = state.src.find(_MARK, state.bMarks[line] + state.tShift[line])
    token = state.push("comment_block", "", 0)
    token.map = [start, line + 1]
    token.markup = _MARK
    token.hidden = True
    token.content = state.src[begin:closing]
    _go_on_after(state, line, closing + 2)


def _closing_line(state: StateBlock, line: int, end: int, indent: int) -> int | None:
    found = state.src.find(_MARK, state.bMarks[line])
    if found < 0:
        return None
    while line < end and (state.isEmpty(line) or state.sCount[line] >= indent):
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
    begin = state.bMarks[line] + state.tShift[line]
    if state.src[begin : state.eMarks[line]].strip() != _MARK:
        return
    reading = reading_of(state.env)
    column = reading.positions.lines[line].rfind(_MARK) + 1
    place = reading.positions.place(line + 1, column, line + 1, column + 2)
    message = "this `%%` opens a comment that is not closed, so nothing is hidden"
    reading.report(UNCLOSED_COMMENT, place, message, "close it with another `%%`")
