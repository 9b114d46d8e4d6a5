"""Footnotes: `[^1]` with `[^1]: text` anywhere, and `^[text]` in place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markdown_it.helpers import parseLinkLabel
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from lierne.base.problem import Kind, Severity
from lierne.read.tokens.reading import reading_of

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

UNUSED_FOOTNOTE = Kind("N108", Severity.HINT, "a footnote that nothing refers to")

_DEFINITION = re.compile(r"\[\^([^\s\[\]]+)\]:")
_REFERENCE = re.compile(r"\[\^([^\s\[\]]+)\]")
_INDENT = 2
"""How far the further lines of a footnote are indented."""


def footnote_plugin(md: MarkdownIt) -> None:
    """Reads footnotes and moves them to the end of the note, also those that nobody uses."""
    interrupts = ["paragraph", "reference"]
    md.block.ruler.before("reference", "footnote_def", _definition, {"alt": interrupts})
    md.inline.ruler.before("link", "footnote_inline", _inline)
    md.inline.ruler.before("link", "footnote_ref", _reference)
    md.core.ruler.after("inline", "footnote_tail", _tail)


def _footnotes(env: MutableMapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = env.setdefault("footnotes", {"refs": {}, "list": {}})
    return found


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("[^", begin) or state.is_code_block(start):
        return False
    match = _DEFINITION.match(state.src, begin, state.eMarks[start])
    if match is None:
        return False
    if silent:
        return True
    opening = state.push("footnote_reference_open", "", 1)
    opening.meta = {"label": match[1]}
    _footnotes(state.env)["refs"].setdefault(":" + match[1], -1)
    _content(state, start, end, match.end())
    opening.map = [start, state.line]
    state.push("footnote_reference_close", "", -1)
    return True


def _content(state: StateBlock, start: int, end: int, begin: int) -> None:
    marks = (state.bMarks[start], state.tShift[start], state.sCount[start], state.parentType)
    state.bMarks[start] = begin
    state.tShift[start] = state.skipSpaces(begin) - begin
    state.blkIndent += _INDENT
    state.sCount[start] = state.blkIndent
    state.parentType = "footnote"
    state.md.block.tokenize(state, start, end)
    state.blkIndent -= _INDENT
    state.bMarks[start], state.tShift[start], state.sCount[start], state.parentType = marks


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # the parser's signature
    start = state.pos
    if not state.src.startswith("^[", start):
        return False
    end = parseLinkLabel(state, start + 1)
    if end < 0 or not state.src[start + 2 : end].strip():
        return False
    if not silent:
        number = len(_footnotes(state.env)["list"])
        note: dict[str, Any] = {"content": state.src[start + 2 : end], "tokens": []}
        _footnotes(state.env)["list"][number] = note
        note["tokens"] = _inside(state, start + 2, end)
        state.push("footnote_ref", "", 0).meta = {"id": number}
    state.pos = end + 1
    return True


def _inside(state: StateInline, start: int, end: int) -> list[Token]:
    # In the same content, so that what is found there keeps its position.
    inner = StateInline(state.src, state.md, state.env, [])
    inner.pos, inner.posMax, inner.level = start, end, state.level + 1
    state.md.inline.tokenize(inner)
    for rule in state.md.inline.ruler2.getRules(""):
        rule(inner)
    return inner.tokens


def _reference(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # parser's signature
    if not state.src.startswith("[^", state.pos):
        return False
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    footnotes = _footnotes(state.env)
    number = footnotes["refs"].get(":" + match[1])
    if number is None:
        return False
    if not silent:
        if number < 0:
            number = len(footnotes["list"])
            footnotes["list"][number] = {"label": match[1], "count": 0}
            footnotes["refs"][":" + match[1]] = number
        note = footnotes["list"][number]
        token = state.push("footnote_ref", "", 0)
        token.content = ""
        token.meta = {"id": number, "subId": note["count"], "label": match[1]}
        note["count"] += 1
    state.pos = match.end()
    return True


def _tail(state: StateCore) -> None:
    if "footnotes" not in state.env:
        return
    notes: dict[int, dict[str, Any]] = _footnotes(state.env)["list"]
    body, definitions = _take_out(state.tokens)
    for opening, tokens in definitions:
        label = opening.meta["label"]
        number = _footnotes(state.env)["refs"].get(":" + label, -1)
        if number >= 0 and "tokens" not in notes[number]:
            notes[number]["tokens"] = tokens
            continue
        notes[len(notes)] = {"label": label, "count": 0, "tokens": tokens}
        _report(state, opening, used=number >= 0)
    state.tokens = body
    if notes:
        state.tokens.append(Token("footnote_block_open", "", 1, block=True))
        for number, note in notes.items():
            state.tokens.extend(_footnote(number, note))
        state.tokens.append(Token("footnote_block_close", "", -1, block=True))


def _take_out(tokens: list[Token]) -> tuple[list[Token], list[tuple[Token, list[Token]]]]:
    body: list[Token] = []
    definitions: list[tuple[Token, list[Token]]] = []
    open_: list[tuple[Token, list[Token]]] = []
    for token in tokens:
        if token.type == "footnote_reference_open":
            open_.append((token, []))
            definitions.append(open_[-1])
        elif token.type == "footnote_reference_close":
            open_.pop()
        else:
            (open_[-1][1] if open_ else body).append(token)
    return body, definitions


def _footnote(number: int, note: dict[str, Any]) -> list[Token]:
    label = note.get("label")
    tokens: list[Token] = list(note.get("tokens", ()))
    if "content" in note:
        inline = Token("inline", "", 0, children=tokens, content=note["content"])
        opening, closing = Token("paragraph_open", "p", 1), Token("paragraph_close", "p", -1)
        tokens = [opening, inline, closing]
    ending = [tokens.pop()] if tokens and tokens[-1].type == "paragraph_close" else []
    uses = 1 if "content" in note else note["count"]
    for use in range(uses):
        meta = {"id": number, "subId": use, "label": label}
        tokens.append(Token("footnote_anchor", "", 0, meta=meta))
    opening = Token("footnote_open", "", 1, meta={"id": number, "label": label}, block=True)
    return [opening, *tokens, *ending, Token("footnote_close", "", -1, block=True)]


def _report(state: StateCore, opening: Token, *, used: bool) -> None:
    reading = reading_of(state.env)
    line, label = (opening.map or [0])[0], opening.meta["label"]
    column = reading.positions.lines[line].find(f"[^{label}]:") + 1
    place = reading.positions.place(line + 1, column, line + 1, column + len(label) + 3)
    if used:
        message, help_ = f"the footnote `[^{label}]` is written twice", "give one another label"
    else:
        message, help_ = f"nothing refers to the footnote `[^{label}]`", "remove it or refer to it"
    reading.report(UNUSED_FOOTNOTE, place, message, help_)
