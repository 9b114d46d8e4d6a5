"""Headings, their anchors, and the sections under them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.read.note import Heading
from lierne.read.tokens.reading import Reading, reading_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

    from lierne.base.problem import Place
    from lierne.read.tokens.positions import Positions

_NO_WORD = re.compile(r"[\W_]+")
_LANDMARKS = frozenset(("heading_open", "footnote_block_open", "footnote_block_close"))
_HIDDEN = frozenset(("comment", "block_id", "html_inline", "footnote_ref"))


def heading_plugin(md: MarkdownIt) -> None:
    """Gives each heading an id, and finds where its section ends."""
    md.core.ruler.push("heading", _rule)


def slug(title: str) -> str:
    """A title as an anchor: words in lower case joined by `-`, Latin letters without accents."""
    letters: list[str] = []
    for letter in unicodedata.normalize("NFKD", title.replace("\u0131", "i")):
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
    headings = [token for token in state.tokens if token.type == "heading_open"]
    if not headings:
        return
    sections = _Sections(reading_of(state.env), state.tokens)
    nested = any(token.level for token in headings)
    for at, token in enumerate(state.tokens):
        # Containers matter only to headings inside of them.
        if nested or token.type in _LANDMARKS:
            sections.step(at, token)
    sections.finish()


class _Sections:
    """Walks the tokens once and closes each section where it ends."""

    def __init__(self, reading: Reading, tokens: Sequence[Token]) -> None:
        self._reading = reading
        self._tokens = tokens
        self._open: list[_Open] = []
        self._containers: list[Token] = []
        self._done: list[tuple[int, Heading]] = []

    def step(self, at: int, token: Token) -> None:
        """Looks at one token."""
        if token.type == "heading_open":
            line = (token.map or [0])[0]
            self._end(token.level, int(token.tag[1]), at, line)
            self._begin(at, token)
        elif token.nesting > 0:
            if token.type == "footnote_block_open":
                self._end(0, 0, at, self._reading.positions.count)
            self._containers.append(token)
        elif token.nesting < 0 and token.type != "heading_close":
            container = self._containers.pop()
            if self._open:
                lines = container.map or [0, self._reading.positions.count]
                self._end(token.level + 1, 0, at, lines[1])

    def finish(self) -> None:
        """Ends what is still open, and hands over the headings in order."""
        self._end(0, 0, len(self._tokens), self._reading.positions.count)
        self._done.sort(key=lambda pair: pair[0])
        self._reading.headings.extend(heading for _, heading in self._done)

    def _begin(self, at: int, token: Token) -> None:
        inline = self._tokens[at + 1]
        level, title = int(token.tag[1]), plain(inline.children or [])
        anchor = self._reading.claim(slug(title))
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
    first, end = token.map or [0, 0]
    spans = positions.spans(inline)
    line, column = spans.point(0)
    if token.markup.startswith("#"):
        source = positions.lines[first]
        if not inline.content:
            return positions.place(first + 1, source.find("#") + 1)
        marks = source[: column - 1].rstrip()
        return positions.place(first + 1, len(marks) - len(token.markup) + 1)
    return positions.place(line, column, end, len(positions.lines[end - 1].rstrip()) + 1)
