"""The sentence around a link, as it is quoted on the page that the link leads to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from lierne.read.vault.backlinks import word_of
from lierne.site.breaks import formulas_with_marks
from lierne.site.math.formula import formula

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it.token import Token

    from lierne.read.note import Backlink, Link, Note

_CUT = "…"


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some words of a paragraph."""

    text: str
    kind: str
    """The type of the token that they stand in."""
    linked: bool
    """Whether they are the link's own."""


class Quotes:
    """Writes the sentences in which notes link to others."""

    def __init__(self, notes: Mapping[str, Note]) -> None:
        """Takes all notes, by vault path."""
        self._notes = notes
        self._paragraphs: dict[str, Mapping[int, Sequence[Token]]] = {}

    def of(self, backlink: Backlink) -> str:
        """The sentence as HTML: the link in bold, code as code and formulas as formulas."""
        context = backlink.context.removeprefix(_CUT).removesuffix(_CUT)
        cut = backlink.context.partition(context)
        pieces = list(_pieces(self._paragraph(backlink), backlink.link))
        whole = "".join(piece.text for piece in pieces)
        start = whole.find(context, max(0, _end_of_link(pieces) - len(context)))
        if start < 0:
            return escape(backlink.context, quote=False)
        return formulas_with_marks(
            f"{cut[0]}{_written(pieces, start, start + len(context))}{cut[2]}"
        )

    def _paragraph(self, backlink: Backlink) -> Sequence[Token]:
        found = self._paragraphs.get(backlink.source)
        if found is None:
            found = self._paragraphs[backlink.source] = _by_link(self._notes[backlink.source])
        return found.get(backlink.link.place.offset, ())


def _by_link(note: Note) -> Mapping[int, Sequence[Token]]:
    return {
        link.place.offset: token.children or ()
        for token in note.tokens
        if token.type == "inline"
        for child in token.children or ()
        if (link := child.meta.get("link"))
    }


def _pieces(tokens: Sequence[Token], wanted: Link) -> Iterator[_Piece]:
    # One blank between words, as the sentence has it.
    blank = True
    inside = False
    for token in tokens:
        link: Link | None = token.meta.get("link")
        ours = link is not None and link.place == wanted.place
        if token.type in ("link_open", "link_close"):
            inside = ours and token.nesting == 1
            continue
        text = re.sub(r"\s+", " ", word_of(token, link))
        text = text.lstrip() if blank else text
        if text:
            blank = text.endswith(" ")
            yield _Piece(text, token.type, inside or ours)


def _end_of_link(pieces: Sequence[_Piece]) -> int:
    end = at = 0
    for piece in pieces:
        at += len(piece.text)
        end = at if piece.linked else end
    return end


def _written(pieces: Sequence[_Piece], start: int, end: int) -> str:
    shown = list(_shown(pieces, start, end))
    groups = groupby(shown, key=lambda pair: pair[1])
    parts = ((linked, "".join(html for html, _ in group)) for linked, group in groups)
    return "".join(f"<b>{html}</b>" if linked else html for linked, html in parts)


def _shown(pieces: Sequence[_Piece], start: int, end: int) -> Iterator[tuple[str, bool]]:
    at = 0
    for piece in pieces:
        first, last = max(start - at, 0), min(end - at, len(piece.text))
        at += len(piece.text)
        if first >= last:
            continue
        text = piece.text[first:last]
        html = escape(text, quote=False)
        if piece.kind == "code_inline":
            html = f"<code>{html}</code>"
        elif piece.kind == "math_inline":
            # Half a formula, where a long sentence was cut, is none.
            html = formula(text, display=False).html if text == piece.text else ""
        yield html, piece.linked
