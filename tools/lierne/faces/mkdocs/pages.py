"""One of our pages in the forms in which MkDocs, Material and the search know pages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, cast

from mkdocs.structure.toc import AnchorLink, TableOfContents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig

    from lierne.site.page import Entry, Made

BEHIND = 0.3
"""How much lists and targets count in the search beside notes."""


def meta_of(made: Made) -> dict[str, Any]:
    """What would stand in the front matter of a page of MkDocs."""
    meta: dict[str, Any] = {"tags": list(made.tags)} if made.tags else {}
    if made.url:
        # Without it Material takes the title's markup away, and with that its escapes.
        meta["title"] = escape(made.title)
    if made.about:
        meta["description"] = escape(made.about)
    if made.wide:
        meta["hide"] = ["navigation", "toc"]
    return meta | {"search": {"exclude": True}}  # which gets its text from us


def contents_of(made: Made) -> TableOfContents:
    """The table of contents of a page."""
    return TableOfContents([_contents(entry) for entry in made.toc])


def _contents(entry: Entry) -> AnchorLink:
    link = AnchorLink(escape(entry.title), entry.anchor, entry.level)
    if entry.shown:
        cast(Any, link).typeset = {"title": entry.shown}  # as Material's own plugin says it
    link.children = [_contents(child) for child in entry.children]
    return link


def search_index(config: MkDocsConfig) -> list[dict[str, Any]] | None:
    """The list of what Material's search finds, None where there is no such search."""
    for name in ("material/search", "search"):
        index = getattr(config.plugins.get(name), "search_index", None)
        entries = getattr(index, "entries", None)
        if isinstance(entries, list):
            return entries
    return None


def search_entries(made: Made) -> Iterator[dict[str, Any]]:
    """What the search finds of a page, as it stands in that list."""
    entry: dict[str, Any]
    for section in made.sections:
        location = f"{made.url}#{section.anchor}" if section.anchor else made.url
        entry = {"location": location, "title": escape(section.title), "text": section.text}
        if made.tags:
            entry["tags"] = list(made.tags)
        if not made.told:
            entry["boost"] = BEHIND
        yield entry
