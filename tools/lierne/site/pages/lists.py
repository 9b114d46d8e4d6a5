"""The pages that list things: all notes, what is not yet written, the code, the tags."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from lierne.read.rules.tag import tag_key
from lierne.site.links import offer_api
from lierne.site.page import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list."""

    title: str
    href: str
    """From the page that holds the list."""
    about: str = ""
    """A sentence beside it."""
    folder: str = ""
    """Where it lies; empty for the top."""
    also: tuple[tuple[str, str], ...] = ()
    """Title and address of what belongs to it: the notes of a target, those that want a name."""
    anchor: str = ""
    """Its id on the page."""
    api: str = ""
    """The address of a target's page in the API reference."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The content of a page that lists things, and its headings."""

    html: str
    toc: tuple[Entry, ...]


def notes(items: Sequence[Item], wanted: Sequence[Item]) -> Listing:
    """All notes by folder, then the concepts that are linked and not yet written."""
    parts: list[str] = []
    entries: list[Entry] = []
    for folder, inside in _by_folder(items):
        if folder:
            parts.append(_heading(folder, folder_anchor(folder), entries))
        parts.append(_list(inside, "lierne-notes"))
    if wanted:
        parts.append(_heading("Not yet written", "not-yet-written", entries))
        parts.append(_list(wanted, "lierne-wanted"))
    return Listing("".join(parts), tuple(entries))


def code(items: Sequence[Item]) -> Listing:
    """All targets by folder, each with the notes that it comes from."""
    parts: list[str] = []
    entries: list[Entry] = []
    for folder, inside in _by_folder(items):
        parts.append(_heading(folder or ".", folder_anchor(folder), entries))
        parts.append(_list(inside, "lierne-code"))
    return Listing("".join(parts), tuple(entries))


def tags(tagged: Mapping[str, Sequence[Item]]) -> Listing:
    """All tags as a tree with the number of their notes, then each with its notes.

    Args:
        tagged: The notes of each tag, without those of the tags inside it (`#a/b` is inside `#a`).
    """
    names = _with_outer(tagged)
    counted = {name: len(_within(name, tagged)) for name in names}
    parts = [_tree(counted)]
    entries: list[Entry] = []
    for name in names:
        number = f" <small>{counted[name]}</small>"
        parts.append(_heading(f"#{name}", tag_anchor(name), entries, number))
        if name in tagged:
            parts.append(_list(_sorted(tagged[name]), "lierne-notes"))
    return Listing("".join(parts), tuple(entries))


def tag_anchor(name: str) -> str:
    """The id of a tag on the page of tags; one for all ways to write it."""
    return f"tag:{tag_key(name)}"


def wanted_anchor(concept: str) -> str:
    """The id of a concept that is not yet written, on the page of all notes.

    Args:
        concept: Its id in the graph.
    """
    return f"wanted:{'-'.join(concept.removeprefix('?').split())}"


def folder_anchor(folder: str) -> str:
    """The id of a folder on the page that lists what lies in it."""
    return f"in-{'-'.join(folder.split())}"


def _by_folder(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    folders: dict[str, list[Item]] = {}
    for item in _sorted(items):
        folders.setdefault(item.folder, []).append(item)
    return sorted(folders.items(), key=lambda pair: pair[0].lower().split("/"))


def _sorted(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.title.lower(), item.href))


def _with_outer(tagged: Iterable[str]) -> list[str]:
    """The tags and all that they are inside of, each once, the outer before the inner."""
    names: dict[str, str] = {}
    for name in tagged:
        parts = name.split("/")
        for depth in range(len(parts), 0, -1):
            outer = "/".join(parts[:depth])
            names[tag_key(outer)] = (
                name if depth == len(parts) else names.get(tag_key(outer), outer)
            )
    return [names[key] for key in sorted(names, key=lambda key: key.split("/"))]


def _within(name: str, tagged: Mapping[str, Sequence[Item]]) -> set[str]:
    key = tag_key(name)
    inside = (tag for tag in tagged if f"{tag_key(tag)}/".startswith(f"{key}/"))
    return {item.href for tag in inside for item in tagged[tag]}


def _tree(counted: Mapping[str, int]) -> str:
    """Nested lists of tags that stand in order, the outer before the inner."""
    html, depth = "", -1
    for name, count in counted.items():
        outer, slash, last = name.rpartition("/")
        own = outer.count("/") + bool(slash)
        html += "<ul>\n" if own > depth else "</li>\n" + "</ul></li>\n" * (depth - own)
        href = escape(f"#{tag_anchor(name)}")
        shown = escape(last if slash else f"#{last}")
        html += f'<li><a href="{href}">{shown}</a> <small>{count}</small>'
        depth = own
    return (
        f'<nav class="lierne-tree" aria-label="Tags">\n{html}{"</li></ul>" * (depth + 1)}</nav>\n'
    )


def _heading(title: str, anchor: str, entries: list[Entry], more: str = "") -> str:
    entries.append(Entry(2, title, anchor))
    return f'<h2 id="{escape(anchor)}">{escape(title)}{more}</h2>\n'


def _list(items: Iterable[Item], kind: str) -> str:
    return f'<ul class="lierne-list {kind}">\n{"".join(map(_row, items))}</ul>\n'


def _row(item: Item) -> str:
    title = escape(item.title)
    name = f'<a href="{escape(item.href)}">{title}</a>' if item.href else f"<b>{title}</b>"
    about = f" <span>{escape(item.about)}</span>" if item.about else ""
    links = ", ".join(f'<a href="{escape(to)}">{escape(text)}</a>' for text, to in item.also)
    also = f" <small>{links}{offer_api(item.api)}</small>" if links else ""
    named = f' id="{escape(item.anchor)}"' if item.anchor else ""
    return f"<li{named}>{name}{about}{also}</li>\n"
