"""Renders a note's tokens as HTML in the markup that Material's style and scripts expect."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from lierne.base.problem import in_order
from lierne.read.vault.backlinks import link_text
from lierne.site.about import split_title, tags_of, title_of
from lierne.site.blocks.anchors import Anchors
from lierne.site.blocks.spans import Spans
from lierne.site.notes import link as links
from lierne.site.notes.asked import Asked, Known
from lierne.site.notes.draft import Draft, Scope
from lierne.site.notes.parts import inside
from lierne.site.notes.writer import Writer
from lierne.site.page import Entry, Page
from lierne.site.search import opening_of, sections

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lierne.base.problem import Problem
    from lierne.read.note import Heading, Link, Note
    from lierne.read.vault.vault import Vault

TITLE_ANCHOR = "note:title"


def render(note: Note, asked: Asked) -> Page:
    """Renders one note. Never raises on what a note says.

    Args:
        note: The note.
        asked: Knows the rest of the site, and remembers what the page wants to know of it.
    """
    draft = Draft(asked)
    scope = Scope(note, chain=((note.path, ""),))
    opening, rest = split_title(note)
    anchor = opening.anchor if opening else TITLE_ANCHOR
    draft.ids.add(anchor)
    title = title_of(note)
    shown = Writer(draft, scope).inline(inside(note, opening)) if opening else escape(title)
    html = Writer(draft, scope).blocks(rest)
    for link in note.links:
        if link.key is not None:  # written elsewhere on the page, where nothing is reported
            links.tags(draft, scope, link)
    return Page(
        path=note.path,
        title=title,
        heading=f'<h1 id="{escape(anchor)}">{shown}</h1>\n',
        html=html,
        toc=(Entry(1, title, anchor, nested(_entries(draft, scope, opening))),),
        ids=frozenset(draft.ids),
        tags=tags_of(note),
        attachments=frozenset(draft.attachments),
        embedded=frozenset(draft.embedded),
        problems=in_order(draft.problems),
        opening=opening_of(rest),
        sections=sections(note, title, rest),
        math=frozenset(draft.math),
        mermaid=draft.mermaid,
        heat=draft.heat,
    )


def written(asked: Asked, note: Note, link: Link) -> str:
    """Writes a link that stands outside of a note's text, such as one in a property."""
    before, after = links.tags(Draft(asked), Scope(note), link)
    return f"{before}{escape(link_text(link), quote=False)}{after}"


def unshown(vault: Vault) -> Iterator[Problem]:
    """What the pages of a vault's published notes could not show as it was meant."""
    known = Known(vault, lambda path, anchor: f"{path}#{anchor}", Spans(), Anchors(vault.notes))
    for path in vault.paths:
        if vault.published(path):
            yield from render(vault.notes[path], Asked(known)).problems


def _entries(draft: Draft, scope: Scope, opening: Heading | None) -> list[Entry]:
    # What is wrong in a heading was said where it stands, and so were its ids.
    aside = Draft(draft.asked, ids=set(draft.ids))
    found = []
    for heading in scope.note.headings:
        if heading is not opening:
            label = Writer(aside, scope).label(inside(scope.note, heading))
            shown = "" if label == escape(heading.title, quote=False) else label
            found.append(Entry(heading.level, heading.title, heading.anchor, shown=shown))
    return found


def nested(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries in their order, each with those of deeper levels that follow it inside it."""
    found = []
    at = 0
    while at < len(entries):
        first = entries[at]
        end = at + 1
        while end < len(entries) and entries[end].level > first.level:
            end += 1
        found.append(replace(first, children=nested(entries[at + 1 : end])))
        at = end
    return tuple(found)
