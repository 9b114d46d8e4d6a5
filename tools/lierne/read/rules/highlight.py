"""Highlights: `==text==`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.rules_inline.state_inline import Delimiter

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_MARKER = ord("=")


def highlight_plugin(md: MarkdownIt) -> None:
    """Reads `==text==`, which nests with emphasis as `**` and `~~` do."""
    md.inline.ruler.before("emphasis", "highlight", _delimiter)
    md.inline.ruler2.before("emphasis", "highlight", _pairs)


def _delimiter(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # parser's signature
    if silent or not state.src.startswith("==", state.pos):
        return False
    scanned = state.scanDelims(state.pos, canSplitWord=True)
    token = state.push("text", "", 0)
    token.content = "=" * scanned.length
    state.pos += scanned.length
    if scanned.length == 2:
        at = len(state.tokens) - 1
        mark = Delimiter(_MARKER, 0, at, -1, open=scanned.can_open, close=scanned.can_close)
        state.delimiters.append(mark)
    return True


def _pairs(state: StateInline) -> None:
    _replace(state, state.delimiters)
    for meta in state.tokens_meta:
        if meta and "delimiters" in meta:
            _replace(state, meta["delimiters"])


def _replace(state: StateInline, delimiters: list[Delimiter]) -> None:
    for opening in delimiters:
        if opening.marker != _MARKER or opening.end == -1:
            continue
        for name, nesting, at in (
            ("mark_open", 1, opening.token),
            ("mark_close", -1, delimiters[opening.end].token),
        ):
            token = state.tokens[at]
            token.type, token.tag, token.nesting = name, "mark", 1 if nesting == 1 else -1
            token.markup, token.content = "==", ""
