"""Tasks: a list item that begins with `[ ]`, `[x]`, or any other character in the brackets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

_MARKER = re.compile(r"\[([^\n])\][ \t]+")


def task_plugin(md: MarkdownIt) -> None:
    """Takes the marker off a task's text and notes its character at the item."""
    md.core.ruler.after("block", "task", _rule)


def _rule(state: StateCore) -> None:
    tokens = state.tokens
    for at in range(len(tokens) - 2):
        if tokens[at].type != "list_item_open" or tokens[at + 1].type != "paragraph_open":
            continue
        inline = tokens[at + 2]
        marker = _MARKER.match(inline.content + " ")
        if marker:
            tokens[at].meta["task"] = marker[1]
            inline.content = inline.content[marker.end() :]
