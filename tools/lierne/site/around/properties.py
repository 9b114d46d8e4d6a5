"""What stands between a note's title and its text: its description and its properties."""

from __future__ import annotations

import json
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from lierne.site import breaks
from lierne.site.about import description_of
from lierne.site.links import offer_api

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lierne.base.problem import Place
    from lierne.read.note import Link, Note

    Shown = Callable[[Link], str]
    """How a link is written on the page, as HTML."""

# Obsidian's own keys, and those that the page shows elsewhere or that only steer it.
ELSEWHERE = frozenset(
    [
        *("alias", "aliases", "cover", "cssclass", "cssclasses", "description", "image", "needs"),
        *("permalink", "publish", "tag", "tags", "tangle", "title"),
    ]
)


def lead(note: Note) -> str:
    """The property `description`, as the sentence under the title."""
    said = escape(description_of(note))
    return f'<p class="lierne-lead" data-search-exclude>{said}</p>\n' if said else ""


def properties(note: Note, shown: Shown, code: Sequence[tuple[str, str, str, str]] = ()) -> str:
    """The note's properties as a list of terms.

    Args:
        note: Whose properties.
        shown: Writes a link that stands in a property.
        code: The targets that the note owns: each one's path, the address of its page, that of
            its page in the API reference or nothing, and what is to be said of the file on disk.
    """
    rows = [("Read first", _value(note, "needs", shown)), ("Also called", _aliases(note))]
    if code:
        rows.append(("Code", "<br>".join(_target(*target) for target in code)))
    own = [key for key in note.properties if key not in ELSEWHERE]
    rows += [(escape(key), _value(note, key, shown)) for key in own]
    terms = [f"<div><dt>{term}</dt><dd>{value}</dd></div>\n" for term, value in rows if value]
    if not terms:
        return ""
    return f'<dl class="lierne-properties" data-search-exclude>\n{"".join(terms)}</dl>\n'


def _target(path: str, href: str, api: str, state: str) -> str:
    said = f" <em>{escape(state)}</em>" if state else ""
    return f'<a href="{escape(href)}"><code>{breaks.path(path)}</code></a>{offer_api(api)}{said}'


def _aliases(note: Note) -> str:
    return ", ".join(escape(alias) for alias in note.aliases)


def _value(note: Note, key: str, shown: Shown) -> str:
    value = note.get(key)
    if isinstance(value, dict):
        # As it is written: in a template, `{{date}}` is no data.
        written = _written(note, note.properties[key].place).partition(":")[2].strip()
        if written and "\n" not in written:
            return f"<code>{escape(written)}</code>"
    links = [link for link in note.links if link.key == key]
    return _show(value, [(_written(note, link.place), shown(link)) for link in links])


def _written(note: Note, place: Place) -> str:
    return note.text.data[place.offset : place.end_offset].decode("utf-8", "replace")


def _show(value: Any, links: Sequence[tuple[str, str]]) -> str:
    """A value of any YAML type, as HTML; its links in place of what is written for them."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_show(item, links) for item in value)))
    if isinstance(value, dict):
        return f"<code>{escape(json.dumps(value, ensure_ascii=False, default=str))}</code>"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"<time>{value.isoformat(' ', 'minutes')}</time>"
    return "" if value is None else _text(str(value), links)


def _text(text: str, links: Sequence[tuple[str, str]]) -> str:
    for written, shown in links:
        before, found, after = text.partition(written)
        if found:
            return f"{escape(before)}{shown}{_text(after, links)}"
    address = escape(text)
    if text.startswith(("https://", "http://")) and not any(c.isspace() for c in text):
        return f'<a href="{address}" rel="noopener">{address}</a>'
    return address
