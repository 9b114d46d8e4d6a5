"""The front matter, which the properties' reader has found before the parser begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.read.tokens.reading import reading_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock


def front_matter_plugin(md: MarkdownIt) -> None:
    """Steps over the front matter, so that all lines keep their numbers."""
    md.block.ruler.before("table", "front_matter", _rule)


def _rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    if start != 0 or silent or state.tokens:
        return False
    lines = min(reading_of(state.env).front_lines, end)
    if not lines:
        return False
    token = state.push("front_matter", "", 0)
    token.map = [0, lines]
    token.hidden = True
    token.content = state.getLines(1, lines - 1, 0, keepLastLF=True)
    state.line = lines
    return True
