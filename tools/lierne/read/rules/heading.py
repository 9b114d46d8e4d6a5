"""Headings, their anchors, and the sections under them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.read.note import Heading
from lierne.read.reading import Reading, reading_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

    from lierne.base.problem import Place
    from lierne.read.positions import Positions

_NO_WORD = re.compile(r"[\W_]+")
_HIDDEN = frozenset(("comment", "block_id", "html_inline", "footnote_ref"))


def heading_plugin(md: MarkdownIt) -> None:
    """Gives each heading an id, and finds where its section ends."""
    md.core.ruler.push("heading", _rule)


def slug(title: str) -> str:
    """A title as an anchor: words in lower case joined by `-`, Latin letters without accents."""
    letters: list[str] = []
    for letter in unicodedata.normalize("NFKD", title.replace("ı", "i")):
        if unicodedata.combining(letter) and letters and letters[-1].isascii():
            continue
        letters.append(letter)
    text = unicodedata.normalize("NFC", "".join(letters)).lower()
    return _NO_WORD.sub("-", text).strip("-") or "section"


def plain(children: Sequence[Token]) -> str:
    """What a reader sees of inline tokens, as text on one line."""
    parts = []
    for token in children:
        if token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "tag":
            parts.append("#" + token.content)
        elif token.type not in _HIDDEN:
            parts.append(token.content)
    return " ".join("".join(parts).split())


def claim(reading: Reading, anchor: str) -> str:
    """Takes an HTML id, or the next free one like it."""
    free, number = anchor, 1
    while free in reading.anchors:
        number += 1
        free = f"{anchor}-{number}"
    reading.anchors.add(free)
    return free


@dataclass(slots=True)
class _Open:
    """A heading whose section has not ended yet."""

    token: Token
    at: int
    level: int
    title: str
    raw: str
    place: Place


def _rule(state: StateCore) -> None:
    if not any(token.type == "heading_open" for token in state.tokens):
        return
    sections = _Sections(reading_of(state.env))
    for at, token in enumerate(state.tokens):
        sections.step(at, token, state.tokens)
    sections.finish(len(state.tokens))


class _Sections:
    """Walks the tokens once and closes each section where it ends."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._open: list[_Open] = []
        self._containers: list[Token] = []
        self._done: list[tuple[int, Heading]] = []

    def step(self, at: int, token: Token, tokens: Sequence[Token]) -> None:
        """Looks at one token."""
        if token.type == "heading_open":
            line = (token.map or [0])[0]
            self._end(token.level, int(token.tag[1]), at, line)
            self._begin(at, token, tokens[at + 1])
        elif token.nesting > 0:
            if token.type == "footnote_block_open":
                self._end(0, 0, at, len(self._reading.positions.lines))
            self._containers.append(token)
        elif token.nesting < 0 and token.type != "heading_close":
            container = self._containers.pop()
            if self._open:
                lines = container.map or [0, len(self._reading.positions.lines)]
                self._end(token.level + 1, 0, at, lines[1])

    def finish(self, at: int) -> None:
        """Ends what is still open, and hands over the headings in order."""
        self._end(0, 0, at, len(self._reading.positions.lines))
        self._done.sort(key=lambda pair: pair[0])
        self._reading.headings.extend(heading for _, heading in self._done)

    def _begin(self, at: int, token: Token, inline: Token) -> None:
        level, title = int(token.tag[1]), plain(inline.children or [])
        anchor = claim(self._reading, slug(title))
        token.attrSet("id", anchor)
        place = _place(self._reading.positions, token, inline)
        self._open.append(_Open(token, at, level, title, inline.content, place))

    def _end(self, depth: int, level: int, at: int, line: int) -> None:
        # In the same container a section ends at a heading of its level or above; a section
        # inside of a container ends with the container.
        while self._open:
            last = self._open[-1]
            inside = last.token.level > depth
            if not inside and (last.token.level < depth or last.level < level):
                return
            self._open.pop()
            heading = Heading(
                last.level,
                last.raw,
                last.title,
                str(last.token.attrs["id"]),
                last.place,
                line + 1,
                (last.at, at),
            )
            self._done.append((last.at, heading))


def _place(positions: Positions, token: Token, inline: Token) -> Place:
    if not positions.text.data:
        return positions.place(1, 1)
    first, end = token.map or [0, 0]
    spans = positions.spans(inline)
    line, column = spans.point(0)
    if token.markup.startswith("#"):
        before = positions.lines[first][: column - 1] if inline.content else ""
        before = before or positions.lines[first]
        column = before.rstrip("# \t").__len__() + 1 if inline.content else before.find("#") + 1
        column = len(before) - len(before[len(before.rstrip(" \t").rstrip("#")) :]) + 1
        return positions.place(first + 1, column)
    return positions.place(line, column, end, len(positions.lines[end - 1].rstrip()) + 1)
