"""Who links to a note, and in which sentence."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from lierne.base.sentences import Sentences
from lierne.read.note import Backlink
from lierne.read.resolve import NOTE_ENDING, is_note
from lierne.read.rules.wikilink import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from markdown_it.token import Token

    from lierne.read.note import Link, Note
    from lierne.read.vault.seen import Ends


def outgoing(note: Note, ends: Ends) -> Mapping[str, Sequence[Backlink]]:
    """A note's links to other files, by the vault path of each, as seen from there."""
    contexts = Contexts(note)
    found: dict[str, list[Backlink]] = {}
    for link, path in zip(note.links, ends, strict=True):
        if path is not None and path != note.path:
            found.setdefault(path, []).append(Backlink(note.path, link, contexts.sentence))
    return found


def backlinks(
    notes: Iterable[Mapping[str, Sequence[Backlink]]],
) -> Mapping[str, tuple[Backlink, ...]]:
    """Gathers the links to each file, by its vault path, in the order of notes and text.

    Args:
        notes: What goes out from each note.
    """
    found: dict[str, list[Backlink]] = {}
    for links in notes:
        for path, some in links.items():
            found.setdefault(path, []).extend(some)
    return {path: tuple(links) for path, links in found.items()}


def link_text(link: Link) -> str:
    """What a link shows: its text, or its target and headings as Obsidian joins them."""
    text = None if link.embed else link.text
    return shown(link.target, link.subpath, text) if link.wiki else text or link.target


class Contexts:
    """The sentences around the links of one note, found together when one is asked for."""

    def __init__(self, note: Note) -> None:
        """Looks for nothing yet."""
        self._note = note

    def sentence(self, link: Link) -> str:
        """What stands around a link, or the name of its property."""
        return link.key or self._by_offset.get(link.place.offset) or link_text(link)

    @cached_property
    def _by_offset(self) -> dict[int, str]:
        contexts: dict[int, str] = {}
        for token in self._note.tokens:
            if token.children and has_link(token):
                text, spans = _plain(token.children)
                around = Sentences(text).around
                contexts |= {link.place.offset: around(start, end) for link, start, end in spans}
        return contexts


def has_link(token: Token) -> bool:
    """Whether a link stands in the paragraph of a token."""
    return any("link" in child.meta for child in token.children or ())


def _plain(tokens: Sequence[Token]) -> tuple[str, list[tuple[Link, int, int]]]:
    # The words of a paragraph, without marks, and where its links stand in them.
    words: list[str] = []
    length = 0
    open_links: list[tuple[Link, int]] = []
    spans: list[tuple[Link, int, int]] = []
    for token in tokens:
        link: Link | None = token.meta.get("link") if token.meta else None
        if token.type == "link_close" and open_links:
            spans.append((*open_links.pop(), length))
        elif token.type == "link_open" and link is not None:
            open_links.append((link, length))
        else:
            word = word_of(token, link)
            if link is not None:
                spans.append((link, length, length + len(word)))
            words.append(word)
            length += len(word)
    spans.extend((link, start, length) for link, start in open_links)
    return "".join(words), spans


def word_of(token: Token, link: Link | None) -> str:
    """What an inline token says in a sentence; nothing where it is only a mark.

    Args:
        token: The token.
        link: The link that it stands for by itself.
    """
    if link is not None:
        # A picture says nothing in a sentence, and often is only an icon.
        return "" if link.embed and not is_note(_with_ending(link.target)) else link_text(link)
    match token.type:
        case "text" | "text_special" | "code_inline" | "math_inline":
            return token.content
        case "tag":
            return f"#{token.content}"
        case "softbreak" | "hardbreak":
            return "\n"
        case _:
            return ""


def _with_ending(target: str) -> str:
    name = target.rpartition("/")[2]
    return name if "." in name else f"{name}{NOTE_ENDING}"
