"""What there is of one vault's site before any page of it is made."""

from __future__ import annotations

from functools import cached_property, partial
from html import escape
from typing import TYPE_CHECKING

from lierne.graph.model import NodeKind
from lierne.site.about import tags_of, title_of
from lierne.site.blocks.spans import Spans
from lierne.site.publish.address import ASSETS
from lierne.site.publish.files.diagrams import has_diagrams

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lierne.code.map import Run
    from lierne.graph.model import Graph, Node
    from lierne.read.note import Note
    from lierne.read.vault.vault import Vault
    from lierne.site.publish.kept import Kept
    from lierne.site.publish.origins import Origins
    from lierne.site.publish.places import Places, View


class Site:
    """All that the pages of one vault's site are made from."""

    def __init__(
        self, vault: Vault, graph: Graph, places: Places, origins: Origins, kept: Kept
    ) -> None:
        """Takes what the pages say, and what was made before.

        Args:
            vault: The notes.
            graph: That of all of the vault.
            places: Where everything stands.
            origins: Which code comes from which note.
            kept: What was made for an earlier state of the site.
        """
        self.vault = vault
        self.places = places
        self.origins = origins
        self.kept = kept
        self.spans = Spans(origins.maps)
        """Where the blocks of notes lie in the targets."""
        self.whole = graph
        self._titles: dict[str, str] = {}

    @cached_property
    def graph(self) -> Graph:
        """What is published of the concept graph."""
        whole = self.whole.with_urls(partial(_url, self.places))
        files = (NodeKind.NOTE, NodeKind.MODULE)
        return whole.without(node.id for node in whole if node.kind in files and node.url is None)

    @cached_property
    def tagged(self) -> tuple[str, ...]:
        """The tags of all published notes, in the order of the notes."""
        return tuple(tag for note in self._notes() for tag in tags_of(note))

    @cached_property
    def diagrams(self) -> bool:
        """Whether diagrams are drawn; else their code is shown."""
        return has_diagrams(self._notes())

    @cached_property
    def formulas(self) -> bool:
        """Whether there may be a formula."""
        return any("$" in note.text.string for note in self._notes())

    @property
    def copies(self) -> Mapping[str, Path]:
        """The attachments to copy, by their place in the site."""
        folder = self.vault.config.vault_folder
        return {place: folder / path for path, place in self.places.attachments.items()}

    def view(self, path: str) -> View:
        """The site as the page of a note or a target sees it."""
        return self.places.seen_from(str(self.places.file(path)))

    def title(self, path: str) -> str:
        """The title of a published note."""
        if path not in self._titles:
            self._titles[path] = title_of(self.vault.notes[path])
        return self._titles[path]

    def heading(self, run: Run) -> str:
        """The heading that a run of a target stands under in its note, or the note's title."""
        headings = self.vault.notes[run.note].headings
        above = [heading.title for heading in headings if heading.place.line <= run.note_line]
        return above[-1] if above else self.title(run.note)

    def _notes(self) -> Iterator[Note]:
        return (self.vault.notes[path] for path in self.places.notes)


def style_of_lists(view: View) -> str:
    """What loads the style of lists and code, which no other page needs."""
    return f'<link rel="stylesheet" href="{escape(view.way(f"{ASSETS}/lists.css"))}">\n'


def _url(places: Places, node: Node) -> str | None:
    match node.kind:
        case NodeKind.TAG:
            return places.tag_url(node.id[1:])
        case NodeKind.MODULE:
            return places.url_of(str(node.path))
        case NodeKind.UNRESOLVED:
            return None
        case _:
            return places.url_of(node.id)
