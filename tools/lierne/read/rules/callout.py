"""Callouts: a quote that begins with `[!type]`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

from lierne.read.tokens.reading import reading_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

KINDS = {
    "note": (),
    "abstract": ("summary", "tldr"),
    "info": (),
    "todo": (),
    "tip": ("hint", "important"),
    "success": ("check", "done"),
    "question": ("help", "faq"),
    "warning": ("caution", "attention"),
    "failure": ("fail", "missing"),
    "danger": ("error",),
    "bug": (),
    "example": (),
    "quote": ("cite",),
}
"""The kinds of callout that have a look of their own, and the other words for them."""

_KIND = {word: kind for kind, others in KINDS.items() for word in (kind, *others)}
_HEAD = re.compile(r"\[!([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]([+-]?)(?:\s+(.*))?$")
_FOLDS = {"": None, "+": "open", "-": "closed"}


def callout_plugin(md: MarkdownIt) -> None:
    """Reads `> [!type|metadata]± title` and makes its quote a callout."""
    md.block.ruler.before("table", "callout", _head)
    md.core.ruler.after("block", "callout", _close)


def _head(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    # Only the first line of a quote; by taking it away from the paragraph that it would begin,
    # a list or table may follow it directly.
    quote = state.tokens[-1] if state.tokens and not silent else None
    if quote is None or quote.type != "blockquote_open" or (quote.map or [end])[0] != start:
        return False
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("[!", begin) or state.is_code_block(start):
        return False
    head = _HEAD.match(state.src[begin : state.eMarks[start]].rstrip())
    if head is None or not head[1].strip():
        return False
    _open(quote, head)
    _title(state, start, quote.meta["type"], (head[4] or "").strip())
    state.line = start + 1
    return True


def _open(quote: Token, head: re.Match[str]) -> None:
    written = head[1].strip().lower()
    quote.type, quote.tag = "callout_open", "div"
    quote.meta = {
        "kind": _KIND.get(written, "note"),
        "type": written,
        "fold": _FOLDS[head[3]],
        "metadata": (head[2] or "").strip(),
    }


def _title(state: StateBlock, line: int, written: str, title: str) -> None:
    state.push("callout_title_open", "p", 1).map = [line, line + 1]
    token = state.push("inline", "", 0)
    token.map = [line, line + 1]
    token.content, token.children = title, []
    if not title:
        # Without a title, its type is shown: text, whatever stands in it.
        token.content = written.replace("-", " ").title()
        token.children = [Token("text", "", 0, content=token.content)]
    state.push("callout_title_close", "p", -1)
    reading_of(state.env).has_callouts = True


def _close(state: StateCore) -> None:
    if not reading_of(state.env).has_callouts:
        return
    opened: list[Token] = []
    for token in state.tokens:
        if token.type in ("blockquote_open", "callout_open"):
            opened.append(token)
        elif token.type == "blockquote_close" and opened.pop().type == "callout_open":
            token.type, token.tag = "callout_close", "div"
