"""The pages that list things: all notes, what is not yet written, the code, the tags."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from lierne.read.rules.tag import tag_key
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
    """All tags in order, each with its notes; a tag's folders are tags too."""
    parts: list[str] = []
    entries: list[Entry] = []
    for name in sorted(tagged, key=lambda tag: tag_key(tag).split("/")):
        parts.append(_heading(f"#{name}", tag_anchor(name), entries))
        parts.append(_list(_sorted(tagged[name]), "lierne-notes"))
    return Listing("".join(parts), tuple(entries))


def tag_anchor(name: str) -> str:
    """The id of a tag on the page of tags; one for all ways to write it."""
    return f"tag:{tag_key(name)}"


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


def _heading(title: str, anchor: str, entries: list[Entry]) -> str:
    entries.append(Entry(2, title, anchor))
    return f'<h2 id="{escape(anchor)}">{escape(title)}</h2>\n'


def _list(items: Iterable[Item], kind: str) -> str:
    return f'<ul class="lierne-list {kind}">\n{"".join(map(_row, items))}</ul>\n'


def _row(item: Item) -> str:
    title = escape(item.title)
    name = f'<a href="{escape(item.href)}">{title}</a>' if item.href else f"<b>{title}</b>"
    about = f" <span>{escape(item.about)}</span>" if item.about else ""
    links = ", ".join(f'<a href="{escape(to)}">{escape(text)}</a>' for text, to in item.also)
    also = f" <small>{links}</small>" if links else ""
    return f"<li>{name}{about}{also}</li>\n"
