"""Who links to a note, each with the sentences around its links."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING

from lierne.site.links import internal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lierne.read.note import Backlink, Link

    Quote = Callable[[Backlink], tuple[str, str]]
    """The sentence around a link: its words, and as HTML."""

MOST_SENTENCES = 3
"""How many sentences of one note are shown that link here; the rest is counted."""
MOST_OPEN = 12
"""How many notes that link here are shown at once; the rest is folded."""


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
        quote: Gives the sentence around a link.
    """
    groups: dict[str, list[Backlink]] = {}
    for link in found:
        groups.setdefault(link.source, []).append(link)
    if not groups:
        return ""
    items = [
        f"<li>{internal(href(path), title(path))}{_sentences(links, quote)}</li>\n"
        for path, links in sorted(groups.items(), key=lambda group: title(group[0]).lower())
    ]
    shown, folded = items[:MOST_OPEN], items[MOST_OPEN:]
    more = _folded(folded) if folded else ""
    return (
        '<section class="lierne-backlinks" data-search-exclude>\n'
        f'<h2 id="linked-from">Linked from</h2>\n<ul>\n{"".join(shown)}</ul>\n{more}</section>\n'
    )


def _folded(items: Sequence[str]) -> str:
    return (
        f"<details><summary>{len(items)} more</summary>\n<ul>\n{''.join(items)}</ul>\n</details>\n"
    )


def _sentences(links: Iterable[Backlink], quote: Quote) -> str:
    different: dict[tuple[str, str], str] = {}
    for backlink in links:
        aside = _aside(backlink.link)
        words, html = ("", aside) if aside else quote(backlink)
        different.setdefault((aside, words), html)
    rows = [f"<p>{html}</p>" for html in islice(different.values(), MOST_SENTENCES) if html]
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
