"""The sentence around a link, as it is quoted on the page that the link leads to."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from html import escape
from itertools import groupby, islice, takewhile
from typing import TYPE_CHECKING

from lierne.read.vault.backlinks import word_of
from lierne.site.breaks import formulas_with_marks
from lierne.site.math.formula import formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from markdown_it.token import Token

    from lierne.read.note import Backlink, Link, Note

_CUT = "…"


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some words of a paragraph."""

    text: str
    kind: str
    """The type of the token that they stand in."""
    start: int
    """Where they begin in the paragraph's words."""

    @property
    def end(self) -> int:
        """Where they end in the paragraph's words."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """The words of one paragraph, in one line, and where its links stand in them."""

    text: str
    pieces: Sequence[_Piece]
    links: Mapping[int, tuple[int, int]]
    """By where each link stands in the note: its own words, from where to where."""

    def cut(self, start: int, end: int) -> Iterator[_Piece]:
        """The pieces that lie between two positions, or partly."""
        first = bisect_right(self.pieces, start, key=lambda piece: piece.end)
        return takewhile(lambda piece: piece.start < end, islice(self.pieces, first, None))


class Quotes:
    """Writes the sentences in which notes link to others."""

    def __init__(self, notes: Mapping[str, Note]) -> None:
        """Takes all notes, by vault path."""
        self._notes = notes
        self._paragraphs: dict[str, Mapping[int, _Paragraph]] = {}

    def of(self, backlink: Backlink) -> str:
        """The sentence as HTML: the link in bold, code as code and formulas as formulas."""
        context = backlink.context.removeprefix(_CUT).removesuffix(_CUT)
        before, _, after = backlink.context.partition(context)
        paragraph = self._paragraph(backlink)
        if paragraph is None:
            return escape(backlink.context, quote=False)
        link = paragraph.links[backlink.link.place.offset]
        # Near the link, for a long paragraph has many.
        around = max(0, link[1] - len(context)), link[1] + len(context)
        start = paragraph.text.find(context, *around)
        if start < 0:
            return escape(backlink.context, quote=False)
        written = _written(paragraph, link, start, start + len(context))
        return formulas_with_marks(f"{before}{written}{after}")

    def _paragraph(self, backlink: Backlink) -> _Paragraph | None:
        found = self._paragraphs.get(backlink.source)
        if found is None:
            found = self._paragraphs[backlink.source] = _by_link(self._notes[backlink.source])
        return found.get(backlink.link.place.offset)


def _by_link(note: Note) -> Mapping[int, _Paragraph]:
    made = (_read(t.children or ()) for t in note.tokens if t.type == "inline")
    return {offset: paragraph for paragraph in made for offset in paragraph.links}


def _read(tokens: Sequence[Token]) -> _Paragraph:
    pieces: list[_Piece] = []
    links: dict[int, tuple[int, int]] = {}
    opened: list[int] = []
    at, blank = 0, True  # one blank between words, as the sentence has it
    for token in tokens:
        link: Link | None = token.meta.get("link")
        if token.type == "link_close" and opened:
            offset = opened.pop()
            links[offset] = (links[offset][0], at)
            continue
        start = at
        text = re.sub(r"\s+", " ", word_of(token, None if token.type == "link_open" else link))
        text = text.lstrip() if blank else text
        if text:
            blank = text.endswith(" ")
            pieces.append(_Piece(text, token.type, start))
            at += len(text)
        if link is not None:
            links[link.place.offset] = (start, at)
            if token.type == "link_open":
                opened.append(link.place.offset)
    return _Paragraph("".join(piece.text for piece in pieces), pieces, links)


def _written(paragraph: _Paragraph, link: tuple[int, int], start: int, end: int) -> str:
    shown = list(_shown(paragraph.cut(start, end), link, start, end))
    groups = groupby(shown, key=lambda pair: pair[1])
    parts = ((linked, "".join(html for html, _ in group)) for linked, group in groups)
    return "".join(f"<b>{html}</b>" if linked else html for linked, html in parts)


def _shown(
    pieces: Iterable[_Piece], link: tuple[int, int], start: int, end: int
) -> Iterator[tuple[str, bool]]:
    for piece in pieces:
        text = piece.text[max(start - piece.start, 0) : end - piece.start]
        html = escape(text, quote=False)
        if piece.kind == "code_inline":
            html = f"<code>{html}</code>"
        elif piece.kind == "math_inline":
            # Half a formula, where a long sentence was cut, is none.
            html = formula(text, display=False).html if text == piece.text else ""
        yield html, link[0] <= piece.start < link[1]
