"""Block ids: `^id` at the end of a paragraph or item, or on its own line after a block."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Severity
from lierne.read.note import BlockId
from lierne.read.tokens.reading import Reading, reading_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from lierne.base.problem import Place

REPEATED_ID = Kind("N107", Severity.HINT, "a block id that is given twice")

_ID = re.compile(r"\^([A-Za-z0-9-]+)[ \t]*$")
_NO_BLOCK = frozenset(("callout_title_close", "comment_block", "front_matter"))
_LINKS = frozenset(("embed", "image", "link_close", "wikilink"))
_QUOTES = frozenset(("blockquote_open", "callout_open"))


def block_id_plugin(md: MarkdownIt) -> None:
    """Reads `^id` and gives the block that it names an HTML id."""
    md.inline.ruler.before("link", "block_id", _rule)
    md.core.ruler.push("block_id", _name_blocks)


def _rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # the parser's signature
    start, src = state.pos, state.src
    if src[start] != "^" or not _may_begin(state):
        return False
    reading = reading_of(state.env)
    match = _ID.match(src, start)
    if match is None or state.posMax != len(src) or "cell" in getattr(reading.inline, "meta", ()):
        return False
    if not silent:
        _drop_break(state)
        token = state.push("block_id", "", 0)
        token.content = match[1]
        token.markup = "^"
        token.hidden = True
        reading.mark(token, start, start + 1 + len(match[1]), _settle)
    state.pos = match.end()
    return True


def _may_begin(state: StateInline) -> bool:
    # Obsidian's own notes put an id right after a link or picture; after any other bracket, as in
    # `(a + b)^2`, it is text.
    before = state.src[state.pos - 1] if state.pos else " "
    if before.isspace():
        return True
    after_link = before in ")]" and state.tokens and not state.pending
    return bool(after_link and state.tokens[-1].type in _LINKS)


def _drop_break(state: StateInline) -> None:
    # An id on a line of its own shall not leave an empty line behind.
    if not state.pending and state.tokens and state.tokens[-1].type in ("softbreak", "hardbreak"):
        token = state.tokens[-1]
        token.type, token.tag, token.content = "text", "", ""


def _settle(reading: Reading, token: Token, place: Place) -> None:
    reading.ids.append((token, place))


def _name_blocks(state: StateCore) -> None:
    reading = reading_of(state.env)
    if not reading.ids:
        return
    places = {id(token): place for token, place in reading.ids}
    found = _Namer(state.tokens).ranges()
    seen: dict[str, Place] = {}
    for inline, ranged in found:
        token = (inline.children or [inline])[-1]
        place = places.get(id(token))
        if place is None:
            continue
        reading.block_ids.append(_make(reading, state.tokens, token, place, ranged))
        key = token.content.lower()
        if key in seen:
            message = f"the block id `^{token.content}` is given twice, and links find the first"
            reading.report(REPEATED_ID, place, message, f"the first is at line {seen[key].line}")
        seen.setdefault(key, place)


def _make(
    reading: Reading, tokens: list[Token], token: Token, place: Place, ranged: tuple[int, int]
) -> BlockId:
    first = tokens[ranged[0]]
    anchor = first.attrGet("id")
    if anchor is None:
        anchor = reading.claim("^" + token.content.lower())
        first.attrSet("id", anchor)
    begin, end = first.map or [place.line - 1, place.line]
    lines = reading.positions.lines
    while end - 1 > begin and not lines[end - 1].strip(" \t>"):
        end -= 1
    if "block" in first.meta:
        _add_name(reading, first, token.content)
    return BlockId(token.content, str(anchor), place, (begin + 1, end + 1), ranged)


def _add_name(reading: Reading, fence: Token, name: str) -> None:
    block = fence.meta["block"]
    named = replace(block, ids=(*block.ids, name))
    fence.meta["block"] = named
    at = bisect_left(reading.blocks, block.code_line, key=lambda b: b.code_line)
    reading.blocks[at] = named


class _Namer:
    """Finds what each id names, in one walk over the tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._opened: list[int] = []  # the containers around the current token
        self._partner: dict[int, int] = {}  # closing token -> opening token, and back
        self._named: dict[int, tuple[int, int]] = {}  # a paragraph that is only an id
        self._found: list[tuple[Token, int, list[int]]] = []

    def ranges(self) -> list[tuple[Token, tuple[int, int]]]:
        """Each content that ends in an id, and the tokens of what that names."""
        for at, token in enumerate(self._tokens):
            if token.nesting > 0:
                self._opened.append(at)
            elif token.nesting < 0:
                opening = self._opened.pop()
                self._partner[at], self._partner[opening] = opening, at
            elif token.type == "inline" and token.children:
                last = token.children[-1]
                if last.type == "block_id":
                    self._found.append((token, at, list(self._opened)))
        return [(inline, self._range(at, around)) for inline, at, around in self._found]

    def _range(self, at: int, around: list[int]) -> tuple[int, int]:
        inline, own = self._tokens[at], around[-1]
        if len(inline.children or []) > 1 or self._tokens[own].type != "paragraph_open":
            return self._holder(own, around)
        found = self._named[own] = self._before(own, around)
        self._tokens[own].hidden = self._tokens[at + 1].hidden = found[0] != own
        return found

    def _holder(self, own: int, around: list[int]) -> tuple[int, int]:
        """What a paragraph's own id names: the item or quote that it ends, or itself."""
        parent = around[-2] if len(around) > 1 else None
        if parent is not None and self._tokens[parent].type == "list_item_open":
            return self._whole(parent)
        quotes = [i for i in around if self._tokens[i].type in _QUOTES]
        if quotes and parent == quotes[-1]:
            last_line = (self._tokens[own].map or [0, 0])[1]
            if self._tokens[own].type == "callout_title_open":
                return self._whole(parent)
            if (self._tokens[quotes[0]].map or [0, 0])[1] == last_line:
                return self._whole(quotes[0])
        return self._whole(own)

    def _before(self, own: int, around: list[int]) -> tuple[int, int]:
        """What an id on its own names: the block before it, or what it stands in."""
        before = own - 1
        parent = around[-2] if len(around) > 1 else None
        if before < 0 or before == parent or self._tokens[before].type in _NO_BLOCK:
            return self._whole(own if parent is None else parent)
        opening = self._partner.get(before, before)
        if opening in self._named:
            return self._named[opening]
        in_item = parent is not None and self._tokens[parent].type == "list_item_open"
        if in_item and parent is not None and self._tokens[opening].type == "paragraph_open":
            return self._whole(parent)
        return opening, before + 1

    def _whole(self, opening: int) -> tuple[int, int]:
        return opening, self._partner[opening] + 1
