"""What stands around a note on its page: its properties above, and who links here below."""

from __future__ import annotations

import json
from datetime import datetime
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from lierne.site import breaks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lierne.base.problem import Place
    from lierne.read.note import Backlink, Link, Note

    Shown = Callable[[Link], str]
    """How a link is written on the page, as HTML."""
    Quote = Callable[[Backlink], str]
    """How the sentence around a link is written, as HTML."""

# Obsidian's own keys, and those that the page shows elsewhere or that only steer it.
ELSEWHERE = frozenset(
    [
        *("alias", "aliases", "cover", "cssclass", "cssclasses", "description", "image", "needs"),
        *("permalink", "publish", "tag", "tags", "tangle", "title"),
    ]
)
MOST_SENTENCES = 3
"""How many sentences of one note are shown that link here; the rest is counted."""
MOST_OPEN = 12
"""How many notes that link here are shown at once; the rest is folded."""


def lead(note: Note) -> str:
    """The property `description`, as the sentence under the title."""
    text = note.get("description")
    if not isinstance(text, str) or not text.strip():
        return ""
    return f'<p class="lierne-lead" data-search-exclude>{escape(text.strip())}</p>\n'


def properties(note: Note, shown: Shown, code: Sequence[tuple[str, str, str]] = ()) -> str:
    """The note's properties as a list of terms.

    Args:
        note: Whose properties.
        shown: Writes a link that stands in a property.
        code: The targets that the note owns: each one's path, the address of its page, and what
            is to be said of the file on disk.
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


def backlinks(
    found: Sequence[Backlink],
    title: Callable[[str], str],
    href: Callable[[str], str],
    quote: Quote,
) -> str:
    """The notes that link here, each with the sentences around its links.

    Args:
        found: The links, those of one note beside each other.
        title: A note's title, by its vault path.
        href: The address of a note's page as this page writes it, by its vault path.
        quote: Writes the sentence around a link.
    """
    groups: dict[str, list[Backlink]] = {}
    for link in found:
        groups.setdefault(link.source, []).append(link)
    if not groups:
        return ""
    items = [
        f'<li><a href="{escape(href(path))}" data-preview>{escape(title(path))}</a>'
        f"{_sentences(links, quote)}</li>\n"
        for path, links in sorted(groups.items(), key=lambda group: title(group[0]).lower())
    ]
    shown, folded = items[:MOST_OPEN], items[MOST_OPEN:]
    more = _folded(folded) if folded else ""
    return (
        '<section class="lierne-backlinks" data-search-exclude>\n'
        f'<h2 id="linked-from">Linked from</h2>\n<ul>\n{"".join(shown)}</ul>\n{more}</section>\n'
    )


def _target(path: str, href: str, state: str) -> str:
    said = f" <em>{escape(state)}</em>" if state else ""
    return f'<a href="{escape(href)}"><code>{breaks.path(path)}</code></a>{said}'


def _folded(items: Sequence[str]) -> str:
    return (
        f"<details><summary>{len(items)} more</summary>\n<ul>\n{''.join(items)}</ul>\n</details>\n"
    )


def _sentences(links: Iterable[Backlink], quote: Quote) -> str:
    different: dict[tuple[str, str], Backlink] = {}
    for backlink in links:
        aside = _aside(backlink.link)
        different.setdefault((aside, "" if aside else backlink.context), backlink)
    first = islice(different.items(), MOST_SENTENCES)
    sentences = (aside or quote(backlink) for (aside, _), backlink in first)
    rows = [f"<p>{sentence}</p>" for sentence in sentences if sentence]
    more = len(different) - MOST_SENTENCES
    if more > 0:
        rows.append(f"<p>and {more} more</p>")
    return "".join(rows)


def _aside(link: Link) -> str:
    """What is said of a link that stands in no sentence; nothing of one that does."""
    if link.key == "needs":
        return "to be read after this note"
    if link.key is not None:
        return f"in its property <code>{escape(link.key)}</code>"
    if link.embed:
        return f"embeds <b>{escape(link.subpath.lstrip('^') or link.text or link.target)}</b>"
    return ""


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
