"""What the search finds in a note: its text by section, without markup."""

from __future__ import annotations

from html import escape
from textwrap import shorten
from typing import TYPE_CHECKING

from lierne.site.page import Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.token import Token

    from lierne.read.note import Link, Note


_DRAWN = frozenset({"math_inline", "html_inline", "embed", "image"})
_LONGEST = 180


def sections(note: Note, title: str, tokens: Sequence[Token]) -> tuple[Section, ...]:
    """Parts a note into what each heading holds, without what stands under another heading.

    Args:
        note: The note.
        title: The page's.
        tokens: Those of the note, without the heading that is the title.
    """
    titles = {heading.anchor: heading.title for heading in note.headings}
    found: list[tuple[str, list[str]]] = [("", [])]
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            found.append((str(token.attrGet("id") or ""), []))
        elif token.type == "inline" and tokens[number - 1].type != "heading_open":
            found[-1][1].append(_paragraph(token.children or ()))
        elif token.type in ("fence", "code_block"):
            found[-1][1].append(f"<pre>{escape(token.content, quote=False)}</pre>")
    return tuple(
        Section(anchor, titles.get(anchor, title) if anchor else title, "".join(pieces))
        for anchor, pieces in found
    )


def opening_of(tokens: Sequence[Token]) -> str:
    """The first paragraph that can be read aloud, cut to what is shown of a found page."""
    for number, token in enumerate(tokens):
        if token.type != "inline" or tokens[number - 1].type != "paragraph_open":
            continue
        children = token.children or ()
        if text := "" if any(c.type in _DRAWN for c in children) else plain(children).strip():
            return shorten(" ".join(text.split()), _LONGEST, placeholder=" …")
    return ""


def plain(tokens: Iterable[Token]) -> str:
    """The text of inline tokens, as it is read aloud."""
    pieces = []
    for token in tokens:
        if token.type in ("text", "code_inline", "math_inline", "text_special"):
            pieces.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
        elif token.type == "tag":
            pieces.append(f"#{token.content}")
        elif token.type == "wikilink":
            pieces.append(shown(token.meta["link"]))
    return "".join(pieces)


def shown(link: Link) -> str:
    """The text of a wiki link: its own, or its target as Obsidian shows it."""
    if link.text:
        return link.text
    parts = [link.target, *link.subpath.split("#")]
    return " > ".join(part.strip() for part in parts if part.strip())


def _paragraph(tokens: Sequence[Token]) -> str:
    text = plain(tokens).strip()
    return f"<p>{escape(text, quote=False)}</p>" if text else ""
