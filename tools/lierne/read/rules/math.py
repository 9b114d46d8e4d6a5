"""Formulas: `$inline$`, `$$displayed$$`, and `$$` on lines of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.read.tokens.reading import reading_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from lierne.base.problem import Place
    from lierne.read.tokens.reading import Reading

_MARK = "$$"


def math_plugin(md: MarkdownIt) -> None:
    """Reads formulas; `markup` is `$` or `$$`, the second also within a line."""
    md.inline.ruler.before("link", "math", _inline)
    interrupts = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("table", "math", _block, {"alt": interrupts})


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # the parser's signature
    start = state.pos
    if state.src[start] != "$":
        return False
    mark = _MARK if state.src.startswith(_MARK, start) else "$"
    inside = start + len(mark)
    end = _closing(state.src, mark, inside, state.posMax)
    if end < 0:
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = state.src[inside:end]
        token.markup = mark
        reading_of(state.env).mark(token, inside, end, _settle)
    state.pos = end + len(mark)
    return True


def _settle(_: Reading, token: Token, place: Place) -> None:
    token.meta["place"] = place


def _closing(src: str, mark: str, inside: int, stop: int) -> int:
    end = src.find(mark, inside, stop)
    while end > 0 and src[end - 1] == "\\":
        end = src.find(mark, end + 1, stop)
    content = src[inside : max(end, inside)]
    if not content.strip():
        return -1
    if mark == _MARK:
        return end
    # A lone `$` closes only directly after the formula and not before a digit: prices are text.
    beside = content[0].isspace() or content[-1].isspace() or "\n" in content
    return -1 if beside or src[end + 1 : end + 2].isdecimal() else end


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(_MARK, begin) or state.is_code_block(start):
        return False
    line = _last_line(state, start, begin + 2, end)
    if line is None:
        return False
    if silent:
        return True
    token = state.push("math_block", "math", 0)
    token.block = True
    token.map = [start, line + 1]
    token.markup = _MARK
    token.content = _content(state, start, line)
    state.line = line + 1
    return True


def _last_line(state: StateBlock, start: int, inside: int, end: int) -> int | None:
    """The line that ends with the closing mark."""
    first = state.src[inside : state.eMarks[start]].strip(" \t")
    if _MARK in first:
        return start if len(first) > 2 and first.find(_MARK) == len(first) - 2 else None
    for line in range(start + 1, end):
        if state.isEmpty(line):
            if first:
                return None  # `$$` before text that ends in a blank line is only text
            continue
        if state.sCount[line] < state.blkIndent:
            return None
        text = state.src[state.bMarks[line] : state.eMarks[line]].rstrip(" \t")
        if _MARK in text:
            return line if text.find(_MARK) == len(text) - 2 else None
    return None


def _content(state: StateBlock, start: int, line: int) -> str:
    text = state.getLines(start, line + 1, state.sCount[start], keepLastLF=False)
    return text.strip()[2:-2].strip("\n")
