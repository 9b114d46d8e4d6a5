"""What other notes say of a note, and what lies before and after it: the end of its page."""

from __future__ import annotations

from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from lierne.base.disk import digest
from lierne.site.around.backlinks import backlinks
from lierne.site.around.mentions import Mentions, mentions
from lierne.site.around.quote import Quotes
from lierne.site.around.way import Way, way

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lierne.graph.model import Graph
    from lierne.read.note import Note
    from lierne.site.around.quote import Keep

    Title = Callable[[str], str]
    """A note's title, by its vault path."""
    Href = Callable[[str], str]
    """The address of a note's page as a page writes it, by its vault path."""


class Neighbours:
    """What surrounds the notes of one site; each thing is found when it is first asked for."""

    def __init__(
        self, notes: Mapping[str, Note], graph: Graph, home: str | None, keep: Keep
    ) -> None:
        """Looks at nothing yet.

        Args:
            notes: The published notes, by vault path.
            graph: Says what they need, and what is not yet written.
            home: The note that opens the site.
            keep: Keeps what was made before.
        """
        self._notes = notes
        self._graph = graph
        self._home = home
        self._keep = keep
        self._quotes = Quotes(notes, keep)
        self._digests: dict[str, str] = {}

    def after(self, path: str, title: Title, href: Href, unwritten: Href) -> str:
        """What stands after the text of a note, as HTML.

        Args:
            path: The note.
            title: Gives titles.
            href: Gives addresses.
            unwritten: Gives the address at which all who want a concept are listed, by its id.
        """
        wanted = self._unwritten.get(path, {})
        links = [b for b in self._notes[path].backlinks if b.source in self._notes]
        named = self.mentions.signs(path)
        given = (
            tuple((title, unwritten(concept)) for concept, title in wanted.items()),
            tuple(one and (title(one), href(one)) for one in self._way.of(path)),
            tuple((link.source, link.link.place.offset) for link in links),
            tuple(self._sign(one, title, href) for one in dict.fromkeys(b.source for b in links)),
            *(named, tuple(self._sign(source, title, href) for source, _ in named)),
            *((self.mentions.names, len(self._notes)) if named else ()),
        )

        def made() -> str:
            return "".join(
                (
                    _wanted(wanted, unwritten),
                    way(self._way.of(path), title, href),
                    backlinks(links, title, href, self._quotes.of),
                    mentions(self.mentions.of(path), title, href),
                )
            )

        return self._keep("after", path, given, made)

    @cached_property
    def mentions(self) -> Mentions:
        """Who names which note without a link."""
        return Mentions(self._notes, self._keep)

    def _sign(self, path: str, title: Title, href: Href) -> tuple[str, str, str, str]:
        """What is the same as long as what is said of a note, and quoted from it, is."""
        if path not in self._digests:
            self._digests[path] = digest(self._notes[path].text.data).hex()
        return path, self._digests[path], title(path), href(path)

    @cached_property
    def _way(self) -> Way:
        return Way(self._notes, self._graph, self._home)

    @cached_property
    def _unwritten(self) -> Mapping[str, Mapping[str, str]]:
        """By note, the concepts that it links and that nobody has written yet: titles by id."""
        nodes = {node.id: node.title for node in self._graph if node.is_unwritten}
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
