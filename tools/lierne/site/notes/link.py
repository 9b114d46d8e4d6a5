"""Links, pictures and other files that a note shows."""

from __future__ import annotations

import posixpath
import re
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from lierne.base.problem import Kind, Place, Severity
from lierne.read.note import Link
from lierne.site.active import picture, withheld
from lierne.site.notes.asked import loads_pictures
from lierne.site.notes.heat import explorable
from lierne.site.sanitise import safe_url

if TYPE_CHECKING:
    from lierne.site.notes.draft import Draft, Scope

ACTIVE = Kind("S105", Severity.WARNING, "a file that a browser would run")
PICTURES = frozenset({".avif", ".bmp", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"})
AUDIO = frozenset({".3gp", ".flac", ".m4a", ".mp3", ".ogg", ".wav"})
VIDEO = frozenset({".mkv", ".mov", ".mp4", ".ogv", ".webm"})

_HELP = "if you know what it does, name it in the setting `trusted`"
_SIZE = re.compile(r"(?:(.*)\|)?\s*(\d{1,5})(?:\s*x\s*(\d{1,5}))?\s*", re.DOTALL)
# What ends a sentence or closes a bracket is not the address's own.
_ADDRESS = re.compile(r"\bhttps?://(?:&amp;|[^\s<>&\"])*(?:&amp;|[^\s<>&\"'.,;:!?)\]}*_~])")
_DATA = re.compile(r"data:image/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/=]+", re.IGNORECASE)


def tags(draft: Draft, scope: Scope, link: Link) -> tuple[str, str]:
    """What stands before and after the text of a link."""
    if link.external:
        return _external(link.target)
    found = draft.lead(link, scope.note.path)
    if found.path is None:
        return _no_link("unresolved", f"There is no “{link.target}” yet")
    if not found.note:
        return _attachment(draft, found.path, link)
    url = draft.href(found.path, found.anchor)
    if url is None:
        return _no_link("unresolved", "Not on this site")
    if found.whole:
        return f'<a class="internal" href="{escape(url)}">', "</a>"
    title = escape(f"“{found.name}” has no “{link.subpath}”")
    return f'<a class="internal broken" href="{escape(url)}" title="{title}">', "</a>"


def _attachment(draft: Draft, path: str, link: Link) -> tuple[str, str]:
    if draft.asked.ask(withheld, path):
        message = f"`{path}` is not published: a browser would run it"
        draft.report(ACTIVE, link.place, message, _HELP)
        return _no_link("unresolved", "Not on this site, because a browser would run it")
    url = draft.href(path, "")
    if url is None:
        return _no_link("unresolved", "Not on this site")
    draft.attachments.add(path)
    part = f"#{quote(link.subpath, safe='=&')}" if link.subpath else ""
    return f'<a class="attachment" href="{escape(url + part)}">', "</a>"


def with_addresses(text: str) -> str:
    """Makes links of the web addresses in escaped text, as Obsidian does."""
    if "://" not in text:
        return text

    def linked(match: re.Match[str]) -> str:
        # Without a class: on paper, the addresses of other links are written out.
        before, after = _external(unescape(match[0]))
        return before.replace(' class="external"', "") + match[0] + after

    return _ADDRESS.sub(linked, text)


def file(draft: Draft, scope: Scope, link: Link, text: str | None, *, in_link: bool) -> str:
    """Shows what an embed that is not of a note leads to.

    Args:
        draft: The page that is being made.
        scope: The note that the embed stands in.
        link: The embed.
        text: What it says of itself: another text, and a picture's size after `|`.
        in_link: Whether it stands in the text of a link.
    """
    words, width, height = _size(text)
    if link.external:
        return _external_picture(draft, link.target, words, width + height, in_link=in_link)
    found = draft.lead(link, scope.note.path)
    extension = posixpath.splitext(found.path or link.target)[1].lower()
    url = _source(draft, found.path, link) if found.path else None
    if found.path is None or url is None:
        return _missing(link.target, extension, words)
    if url:
        draft.attachments.add(found.path)
    name = posixpath.basename(found.path)
    if url and extension in PICTURES:
        alternative = escape(posixpath.splitext(name)[0] if words is None else words)
        shown = f'<img src="{escape(url)}" alt="{alternative}"{width}{height} loading="lazy">'
        drawing = extension == ".svg" and not in_link
        return explorable(draft, found.path, shown, link.place) if drawing else shown
    named = escape(words or name)
    if url and extension in AUDIO | VIDEO | {".pdf"} and not in_link:
        return _player(extension, escape(url), named, width, link.subpath)
    before, after = ("", "") if in_link else tags(draft, scope, link)
    return f"{before}{named}{after}"


def _source(draft: Draft, path: str, link: Link) -> str | None:
    """Where a page finds a file: nothing for one that is withheld, None for none on the site."""
    if not draft.asked.ask(withheld, path):
        return draft.href(path, "")
    if not path.lower().endswith(".svg"):
        return ""
    message = f"`{path}` is shown, but not published: opened by itself, a browser would run it"
    draft.report(ACTIVE, link.place, message, _HELP)
    return draft.asked.ask(picture, path)


def own_tag(
    draft: Draft, scope: Scope, tag: str, attributes: dict[str, str], *, in_link: bool
) -> str:
    """Makes what stands in place of a note's own `<a …>` or `<img …>`, by Markdown's rules."""
    if tag == "a":
        if not attributes.get("href"):
            return "<a>"
        return tags(draft, scope, _as_link(scope, attributes["href"]))[0].replace("<span", "<a", 1)
    sizes = (attributes.get(name, "") for name in ("width", "height"))
    size = "x".join(value for value in sizes if value.isdigit())
    words = attributes.get("alt", "")
    text = f"{words}|{size}" if size else words
    return file(draft, scope, _as_link(scope, attributes.get("src", "")), text, in_link=in_link)


def _as_link(scope: Scope, url: str) -> Link:
    link = Link(url, "", None, Place(scope.note.text.path), wiki=False)
    if link.external:
        return link
    path, _, part = url.partition("#")
    return Link(unquote(path).strip(), unquote(part).strip(), None, link.place, wiki=False)


def _external(url: str) -> tuple[str, str]:
    if not safe_url(url):
        return _no_link("unresolved", "Links of this kind are not shown")
    return f'<a class="external" href="{escape(url)}" rel="noopener noreferrer">', "</a>"


def _no_link(kind: str, title: str) -> tuple[str, str]:
    return f'<span class="{kind}" title="{escape(title)}">', "</span>"


def _external_picture(
    draft: Draft, url: str, words: str | None, size: str, *, in_link: bool
) -> str:
    inside = _DATA.fullmatch(url)
    loads = url.startswith(("http:", "https:", "//")) and draft.asked.ask(loads_pictures)
    if inside or loads:
        private = "" if inside else ' referrerpolicy="no-referrer"'
        alternative = escape(words or "")
        return f'<img src="{escape(url)}" alt="{alternative}"{size} loading="lazy"{private}>'
    shown = escape(words or (url if len(url) < 100 else f"{url[:100]}…"), quote=False)
    if in_link:
        return shown
    before, after = _external(url)
    return f"{before}{shown}{after}"


def _missing(target: str, extension: str, words: str | None) -> str:
    name = escape(target)
    if extension in PICTURES | AUDIO | VIDEO | {".pdf"}:
        said = f": {escape(words)}" if words else ""
        return f'<span class="missing" title="This file is not in the vault">{name}{said}</span>'
    before, after = _no_link("unresolved", f"There is no “{target}” yet")
    return f"{before}{name}{after}"


def _player(extension: str, source: str, named: str, width: str, subpath: str) -> str:
    if extension in AUDIO:
        return f'<audio src="{source}" controls preload="none" title="{named}"></audio>'
    if extension in VIDEO:
        return f'<video src="{source}" controls preload="none" title="{named}"{width}></video>'
    wanted = dict(re.findall(r"(page|height)=(\d{1,5})", subpath))
    page = f"#page={wanted['page']}" if "page" in wanted else ""
    height = ' height="{height}"'.format(**wanted) if "height" in wanted else ""
    return (
        f'<iframe class="pdf" src="{source}{page}" title="{named}" loading="lazy"{height}></iframe>'
        f'<a class="attachment" href="{source}{page}">{named}</a>'
    )


def _size(text: str | None) -> tuple[str | None, str, str]:
    found = _SIZE.fullmatch(text or "")
    if found is None:
        return text, "", ""
    height = f' height="{found[3]}"' if found[3] else ""
    return found[1], f' width="{found[2]}"', height
