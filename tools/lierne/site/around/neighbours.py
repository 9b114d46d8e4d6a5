"""What other notes say of a note, and what lies before and after it: the end of its page."""

from __future__ import annotations

from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from lierne.graph.model import NodeKind
from lierne.site.around.backlinks import backlinks
from lierne.site.around.mentions import Mentions, mentions
from lierne.site.around.quote import Quotes
from lierne.site.around.way import Way, way

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lierne.graph.model import Graph
    from lierne.read.note import Note

    Title = Callable[[str], str]
    """A note's title, by its vault path."""
    Href = Callable[[str], str]
    """The address of a note's page as a page writes it, by its vault path."""


class Neighbours:
    """What surrounds the notes of one site; each thing is found when it is first asked for."""

    def __init__(
        self,
        notes: Mapping[str, Note],
        graph: Graph,
        home: str | None,
        before: Mentions | None = None,
    ) -> None:
        """Looks at nothing yet.

        Args:
            notes: The published notes, by vault path.
            graph: Says what they need, and what is not yet written.
            home: The note that opens the site.
            before: The unlinked mentions as they were.
        """
        self._notes = notes
        self._graph = graph
        self._home = home
        self._before = before
        self._quotes = Quotes(notes)

    def after(self, path: str, title: Title, href: Href, unwritten: Href) -> str:
        """What stands after the text of a note, as HTML.

        Args:
            path: The note.
            title: Gives titles.
            href: Gives addresses.
            unwritten: Gives the address at which all who want a concept are listed, by its id.
        """
        note = self._notes[path]
        links = [b for b in note.backlinks if b.source in self._notes and b.source != path]
        return "".join(
            (
                _wanted(self._unwritten.get(path, {}), unwritten),
                way(self._way.of(path), title, href),
                backlinks(links, title, href, self._quotes.of),
                mentions(self.mentions.of(path), title, href),
            )
        )

    @cached_property
    def mentions(self) -> Mentions:
        """Who names which note without a link."""
        found, self._before = Mentions(self._notes, self._before), None
        return found

    @property
    def found(self) -> Mentions | None:
        """The mentions that were found last: of these notes, or of what they were."""
        return self.mentions if "mentions" in vars(self) else self._before

    @cached_property
    def _way(self) -> Way:
        return Way(self._notes, self._graph, self._home)

    @cached_property
    def _unwritten(self) -> Mapping[str, Mapping[str, str]]:
        """By note, the concepts that it links and that nobody has written yet: titles by id."""
        nodes = {
            node.id: node.title
            for node in self._graph
            if node.kind is NodeKind.UNRESOLVED and not node.attachment
        }
        found: dict[str, dict[str, str]] = {}
        for edge in self._graph.edges:
            if edge.target in nodes:
                found.setdefault(edge.source, {})[edge.target] = nodes[edge.target]
        return found


def _wanted(concepts: Mapping[str, str], unwritten: Href) -> str:
    if not concepts:
        return ""
    names = ", ".join(
        f'<a href="{escape(unwritten(concept))}">{escape(title)}</a>'
        for concept, title in concepts.items()
    )
    return f'<p class="lierne-wanted" data-search-exclude>Not yet written: {names}</p>\n'
