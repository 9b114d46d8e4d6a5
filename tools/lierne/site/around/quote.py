"""The sentence around a link, as it is quoted on the page that the link leads to."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from html import escape
from itertools import islice, takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from lierne.base.disk import digest
from lierne.base.sentences import Sentences
from lierne.read.vault.backlinks import Contexts, has_link, word_of
from lierne.site.breaks import formulas_with_marks
from lierne.site.math.formula import formula

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from markdown_it.token import Token

    from lierne.read.note import Backlink, Link, Note

    Keep = Callable[[str, str, tuple[Any, ...], Callable[[], str]], str]
    """Gives what was made of what, for which note, of all that it depends on; or makes it."""

_CUT = "…"
_MARKS = ".,:;!?"
_BLANKS = re.compile(r"[^\S ]\s*|  \s*")
"""Those that are not one blank."""
_END = attrgetter("end")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some words of a paragraph."""

    text: str
    kind: str
    """The type of the token that they stand in."""
    start: int
    """Where they begin in the paragraph's words."""
    end: int
    """Where they end in them."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The words of one paragraph, in one line, and where its links stand in them."""

    text: str
    pieces: Sequence[_Piece]
    links: Mapping[int, tuple[int, int]]
    """By where each link stands in the note: its own words, from where to where."""
    goes_on: bool = False
    """Whether its last sentence goes on in a formula below it."""

    def free(self) -> str:
        """The words that stand in no link and are no code or formula; blanks for all others."""
        text = list("\0" * len(self.text))
        for piece in self.pieces:
            if piece.kind in ("text", "text_special", "softbreak", "hardbreak"):
                text[piece.start : piece.end] = piece.text
        for start, end in self.links.values():
            text[start:end] = "\0" * (end - start)
        return "".join(text)

    def quoted(self, marked: tuple[int, int], start: int, end: int) -> str:
        """What stands between two positions, as HTML, with some words of it in bold."""
        first, last = max(marked[0], start), min(marked[1], end)
        before, bold, after = (
            "".join(self._shown(*ends)) for ends in ((start, first), (first, last), (last, end))
        )
        return formulas_with_marks(f"{before}<b>{bold}</b>{after}" if bold else before + after)

    def around(self, start: int, end: int) -> str:
        """The sentence around some words, as HTML, with these in bold."""
        context = Sentences(self.text).around(start, end)
        words = context.removeprefix(_CUT).removesuffix(_CUT)
        before, _, after = context.partition(words)
        at = self.text.find(words, max(0, end - len(words)))
        return f"{before}{self.quoted((start, end), at, at + len(words))}{after}"

    def _shown(self, start: int, end: int) -> Iterator[str]:
        first = bisect_right(self.pieces, start, key=_END)
        for piece in takewhile(lambda p: p.start < end, islice(self.pieces, first, None)):
            text = piece.text[max(start - piece.start, 0) : end - piece.start]
            if piece.kind == "code_inline":
                yield f"<code>{escape(text, quote=False)}</code>"
            elif piece.kind != "math_inline":
                yield escape(text, quote=False)
            elif text == piece.text:  # half a formula, where a long sentence was cut, is none
                yield formula(text, display=False).html


class Quotes:
    """The sentences in which notes link to others."""

    def __init__(self, notes: Mapping[str, Note], keep: Keep) -> None:
        """Takes all notes.

        Args:
            notes: By vault path.
            keep: Keeps what was quoted from each.
        """
        self._notes = notes
        self._keep = keep
        self._quoted: dict[str, Mapping[str, tuple[str, str]]] = {}

    def of(self, backlink: Backlink) -> tuple[str, str]:
        """The sentence around a link: its words, and as HTML with the link in bold."""
        source = backlink.source
        if source not in self._quoted:
            note = self._notes[source]
            given = (digest(note.text.data),)
            made = self._keep("quotes", source, given, lambda: json.dumps(_quoted(note)))
            self._quoted[source] = json.loads(made)
        return self._quoted[source][str(backlink.link.place.offset)]


def _quoted(note: Note) -> dict[int, tuple[str, str]]:
    """The sentences around a note's links, by their offsets."""
    contexts, paragraphs = Contexts(note), _by_link(note)
    said = {}
    for link in note.links:
        offset = link.place.offset
        if link.key is None and not link.embed and not link.external:
            context = contexts.sentence(link)
            said[offset] = context, _quote(paragraphs.get(offset), offset, context)
    return said


def _quote(found: Paragraph | None, offset: int, words: str) -> str:
    """A sentence as HTML: its link in bold, code as code and formulas as formulas."""
    if found is None:
        return escape(words, quote=False)
    sentence = normalize("NFC", words)
    context = sentence.removeprefix(_CUT).removesuffix(_CUT)
    before, _, after = sentence.partition(context)
    link = found.links[offset]
    # Near the link, for a long paragraph has many.
    start = found.text.find(context, max(0, link[1] - len(context)), link[1] + len(context))
    if start < 0:
        return escape(words, quote=False)
    end = start + len(context)
    if found.goes_on and end == len(found.text.rstrip()) and context[-1:] not in _MARKS:
        after = f" {_CUT}"
    return f"{before}{found.quoted(link, start, end)}{after}"


def _by_link(note: Note) -> Mapping[int, Paragraph]:
    texts = (index for index, token in enumerate(note.tokens) if has_link(token))
    made = (
        paragraph(
            note.tokens[index].children or (),
            goes_on=any(token.type == "math_block" for token in note.tokens[index + 2 : index + 3]),
        )
        for index in texts
    )
    return {offset: found for found in made for offset in found.links}


def paragraph(tokens: Sequence[Token], *, goes_on: bool = False) -> Paragraph:
    """Reads a paragraph; whoever has its note knows whether it goes on in a formula."""
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
        text = word_of(token, None if token.type == "link_open" else link)
        text = _BLANKS.sub(" ", normalize("NFC", text))
        text = text.lstrip() if blank else text
        if text:
            blank = text.endswith(" ")
            at += len(text)
            pieces.append(_Piece(text, token.type, start, at))
        if link is not None:
            links[link.place.offset] = (start, at)
            if token.type == "link_open":
                opened.append(link.place.offset)
    return Paragraph("".join(piece.text for piece in pieces), pieces, links, goes_on)
