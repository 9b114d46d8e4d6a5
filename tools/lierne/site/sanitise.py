"""Makes raw HTML in notes harmless, and whole: what a note opens and never closes is closed.

A note's HTML comes in pieces with Markdown between them (`<details>`, a list, `</details>`). The
pieces are joined, with a slot for all that we made between them, and go through a real HTML
parser with an allow-list; then what we made takes the place of the slots. So the result is as
balanced as a browser would see it, whatever was written, and what we made is not touched.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import nh3

# As words, they are read at a glance.
_INLINE = frozenset(
    "a abbr b bdi bdo br cite code data del dfn em i img ins kbd mark q rp rt ruby s samp small "  # noqa: SIM905
    "span strike strong sub sup time tt u var wbr".split()
)
SHOWN = _INLINE | frozenset(
    "address article aside blockquote caption center col colgroup dd details div dl dt figcaption "  # noqa: SIM905
    "figure h1 h2 h3 h4 h5 h6 hgroup hr li ol p pre section summary table tbody td tfoot th thead "
    "tr ul".split()
)
"""The tags that are shown: none of them runs anything."""
_ANY = {"title", "lang", "dir"}
_CELL = {"colspan", "rowspan", "align", "valign", "width"}
_ALIGNED = {"align"}
_ATTRIBUTES = {
    "a": {"href"},
    "abbr": set[str](),
    "col": {"span", "width", "align"},
    "data": {"value"},
    "details": {"open"},
    "div": {"align", "data-slot"},
    "img": {"src", "alt", "width", "height", "align"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "span": {"data-slot"},
    "td": _CELL,
    "th": {*_CELL, "scope"},
    "time": {"datetime"},
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "p", "tr"), _ALIGNED),
}
# What links may ask a browser to do. All that is not named here might run something.
SCHEMES = frozenset(
    "http https mailto tel sms ftp ftps sftp ssh git irc ircs xmpp matrix news geo magnet doi "  # noqa: SIM905
    "obsidian zotero vscode things notion".split()
)

# Nobody who writes a note can know it, so nobody can write a slot.
_SECRET = secrets.token_hex(12)
_SLOT = re.compile(rf'<(div|span) data-slot="{_SECRET}-(\d+)"></\1>')
_OPENED = re.compile(r'<(a|img)((?: [a-z-]+="[^"]*")*)>')
_FRAME = re.compile(r"<(iframe|video|audio|source|embed)\b([^<>]*)>", re.IGNORECASE)
_SOURCE = re.compile(r"""\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LINK = re.compile(r"<(/?)a(?=[ >])")
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_PAIR = re.compile(r' ([a-z-]+)="([^"]*)"')
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Raw:
    """A piece of HTML as the note has it."""

    html: str


def sanitise(
    pieces: Sequence[Raw | str],
    rewrite: Callable[[str, dict[str, str]], str],
    *,
    inline: bool,
    in_link: bool = False,
) -> str:
    """Joins a note's own HTML with what we made between its pieces.

    Args:
        pieces: In their order; text is HTML that we made.
        rewrite: Makes the opening tag in place of an `<a …>` or the picture in place of an
            `<img …>`, from the tag's name and its attributes.
        inline: Whether they stand in a line of text, where blocks are not allowed.
        in_link: Whether they stand in a link, which can hold no other.
    """
    pieces = [piece if isinstance(piece, str) else Raw(_as_links(piece.html)) for piece in pieces]
    made = [piece for piece in pieces if isinstance(piece, str)]
    cleaned = _clean(_with_slots(pieces, inline=inline), rewrite, inline=inline, in_link=in_link)
    if [int(number) for _, number in _SLOT.findall(cleaned)] != list(range(len(made))):
        # A comment or an attribute that never ends has swallowed the rest: each for itself, then.
        whole = "".join(
            piece
            if isinstance(piece, str)
            else _clean(piece.html, rewrite, inline=inline, in_link=in_link)
            for piece in pieces
        )
    else:
        whole = _SLOT.sub(lambda match: made[int(match[2])], cleaned)
    if not in_link and _has_link_in_link(whole):
        return sanitise(pieces, rewrite, inline=inline, in_link=True)
    return whole


def unknown_tags(html: str) -> list[str]:
    """The tags in a piece of a note's HTML that are not shown, in order, each once."""
    shown = _COMMENT.sub("", _as_links(html))
    names = (name.lower() for name in re.findall(r"<([A-Za-z][A-Za-z0-9-]*)", shown))
    return [name for name in dict.fromkeys(names) if name not in SHOWN]


def safe_url(url: str) -> bool:
    """Whether a link may lead there; what has no scheme may."""
    # Browsers leave out blanks and control characters before they look for the scheme.
    bare = re.sub(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]", "", unescape(url))
    scheme, colon, _ = bare.partition(":")
    if not colon or re.search("[/?#]", scheme):
        return True
    return scheme.lower() in SCHEMES


def _as_links(html: str) -> str:
    # Films and other sites' pages in a frame are shown as links, as such pictures are.
    def link(match: re.Match[str]) -> str:
        source = _SOURCE.search(match[2])
        if source is None:
            return match[0]
        url = escape(unescape(next(filter(None, source.groups()), "")))
        return f'<a href="{url}">{url}</a>'

    return _FRAME.sub(link, html) if "<" in html else html


def _with_slots(pieces: Sequence[Raw | str], *, inline: bool) -> str:
    tag = "span" if inline else "div"
    out = []
    number = 0
    for piece in pieces:
        if isinstance(piece, Raw):
            out.append(piece.html if not inline or _known(piece.html) else "")
        else:
            out.append(f'<{tag} data-slot="{_SECRET}-{number}"></{tag}>')
            number += 1
    return "".join(out)


def _has_link_in_link(html: str) -> bool:
    open_links = 0
    for closing in _LINK.findall(html):
        open_links += -1 if closing else 1
        if open_links > 1:
            return True
    return False


def _known(tag: str) -> bool:
    # In a line of text each piece is one tag; one like `<script>` would swallow what follows it.
    name = _NAME.match(tag)
    return name is not None and name[1].lower() in _INLINE


def _clean(
    html: str, rewrite: Callable[[str, dict[str, str]], str], *, inline: bool, in_link: bool
) -> str:
    def written(match: re.Match[str]) -> str:
        return rewrite(match[1], {name: unescape(value) for name, value in _PAIR.findall(match[2])})

    return _OPENED.sub(written, _cleaner(inline, in_link).clean(html))


@lru_cache(maxsize=4)
def _cleaner(inline: bool, in_link: bool) -> nh3.Cleaner:  # noqa: FBT001 - a key of the cache
    import nh3  # noqa: PLC0415 - only pages with HTML need it

    tags = set(_INLINE if inline else SHOWN) - ({"a"} if in_link else set())
    attributes = {tag: kept for tag, kept in _ATTRIBUTES.items() if tag in tags}
    return nh3.Cleaner(
        tags=tags,
        attributes={**attributes, "*": _ANY},
        url_schemes=set(SCHEMES),
        link_rel=None,
        attribute_filter=_known_slot,
    )


def _known_slot(_: str, attribute: str, value: str) -> str | None:
    foreign = attribute == "data-slot" and not value.startswith(_SECRET)
    return None if foreign else value
