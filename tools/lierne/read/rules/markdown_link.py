"""Markdown's own links and pictures, recorded with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from markdown_it.rules_inline import autolink, image, link

from lierne.base.problem import Place
from lierne.read.note import Link
from lierne.read.rules.wikilink import shown, split
from lierne.read.tokens.reading import Reading, reading_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token


def markdown_link_plugin(md: MarkdownIt) -> None:
    """Adds to the parser's rules for links that each one is recorded."""
    md.inline.ruler.at("link", _link)
    md.inline.ruler.at("autolink", _autolink)
    md.inline.ruler.at("image", _image)


def _link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # the parser's signature
    if state.src[state.pos] != "[":
        return False
    start, count = state.pos, len(state.tokens)
    if not link(state, silent):
        return False
    if not silent:
        _mark_link(state, start, count)
    return True


def _autolink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # the parser's signature
    start, count = state.pos, len(state.tokens)
    if not autolink(state, silent):
        return False
    if not silent:
        _mark_link(state, start, count)
    return True


def _mark_link(state: StateInline, start: int, count: int) -> None:
    # The text before the link is one more token where it was still pending. The link's own mark
    # goes before those of what its text holds.
    token = state.tokens[count]
    if token.type != "link_open":
        token = state.tokens[count + 1]
    reading = reading_of(state.env)
    reading.mark(token, start, state.pos, _settle_link)


def _image(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 # the parser's signature
    if state.src[state.pos] != "!":
        return False
    start = state.pos
    marks = reading_of(state.env).marks
    count = len(marks)
    if not image(state, silent):
        return False
    if not silent:
        for found in marks[count:]:
            _flatten(found.token)
        del marks[count:]
        reading_of(state.env).mark(state.tokens[-1], start, state.pos, _settle_image)
    return True


def _flatten(token: Token) -> None:
    # What a picture's text holds is shown as text: no link, no tag.
    if token.type in ("wikilink", "embed"):
        token.content = shown(*split(token.content))
    elif token.type == "tag":
        token.content = "#" + token.content
    else:
        return
    token.type = "text"


def _settle_link(reading: Reading, token: Token, place: Place) -> None:
    target, subpath = _destination(str(token.attrs["href"]))
    text = reading.label(token) or None
    _record(reading, token, Link(target, subpath, text, place, wiki=False))


def _settle_image(reading: Reading, token: Token, place: Place) -> None:
    target, subpath = _destination(str(token.attrs["src"]))
    text = token.content or None
    _record(reading, token, Link(target, subpath, text, place, embed=True, wiki=False))


def _record(reading: Reading, token: Token, found: Link) -> None:
    token.meta["link"] = found
    reading.links.append(found)


def _destination(url: str) -> tuple[str, str]:
    """The target and subpath of a URL; one that leaves the vault stays whole."""
    if Link(url, "", None, Place(""), wiki=False).external:
        return url, ""
    path, _, fragment = url.partition("#")
    return unquote(path).strip(), unquote(fragment).strip()
