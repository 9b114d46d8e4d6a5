"""Makes the pages that list things: the notes, the targets, the tags, and the graph."""

from __future__ import annotations

from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from lierne.read.rules.tag import tag_key
from lierne.site.about import description_of, tags_of
from lierne.site.page import Made, Section
from lierne.site.pages import graph, lists
from lierne.site.publish.address import ASSETS
from lierne.site.publish.site import style_of_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lierne.site.publish.places import View
    from lierne.site.publish.site import Site


class Lists:
    """Makes the pages that list things."""

    def __init__(self, site: Site, name: str) -> None:
        """Takes all that pages are made from.

        Args:
            site: What there is of the site.
            name: The site's title: also that of the list of notes, where that opens the site.
        """
        self._site = site
        self._name = name

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Where each of them stands: `notes`, and `graph`, `code` and `tags` where they are."""
        places = self._site.places
        listed = {
            "graph": (places.graph, places.notes),
            "code": (places.code, places.targets),
            "tags": (places.tags, self._site.tagged),
        }
        found = {which: place for which, (place, things) in listed.items() if things}
        return {"notes": places.all_notes, **found}

    def page(self, which: str) -> Made:
        """One of them, by its name among the places."""
        match which:
            case "code":
                return self._code()
            case "tags":
                return self._tags()
            case "graph":
                return self._graph()
            case _:
                return self._notes()

    def _notes(self) -> Made:
        """All notes, and the concepts that nobody has written yet."""
        places = self._site.places
        view = places.seen_from(places.all_notes)
        items = [self._item(view, path) for path in places.notes]
        title = "Notes" if places.home else self._name or "Notes"
        return _page(view, title, lists.notes(items, list(self._unwritten(view))))

    def _code(self) -> Made:
        """All targets."""
        places = self._site.places
        view = places.seen_from(places.code)
        items = []
        for path in places.targets:
            folder, _, name = path.rpartition("/")
            told = self._links(view, self._site.origins.notes(path))
            api = view.api(path)
            items.append(lists.Item(name, view.to(path), folder=folder, also=told, api=api))
        return _page(view, "Code", lists.code(items))

    def _tags(self) -> Made:
        """All tags with their notes."""
        places = self._site.places
        view = places.seen_from(places.tags)
        tagged: dict[str, list[lists.Item]] = {}
        spelled: dict[str, str] = {}
        for path in places.notes:
            for tag in tags_of(self._site.vault.notes[path]):
                name = spelled.setdefault(tag_key(tag), tag)
                tagged.setdefault(name, []).append(self._item(view, path))
        return _page(view, "Tags", lists.tags(tagged))

    def _graph(self) -> Made:
        """The concept graph, as a picture and as a list."""
        view = self._site.places.seen_from(self._site.places.graph)
        shown = graph.page(self._site.graph, view.root, view.root + ASSETS)
        html = f'<h1 id="all">{graph.TITLE}</h1>\n{shown}'
        found = (Section("", graph.TITLE, ""),)
        return Made(view.here, view.url, graph.TITLE, html, sections=found, wide=True)

    def _item(self, view: View, path: str) -> lists.Item:
        about = description_of(self._site.vault.notes[path])
        folder = path.rpartition("/")[0]
        return lists.Item(self._site.title(path), view.to(path), about, folder)

    def _unwritten(self, view: View) -> Iterator[lists.Item]:
        """The concepts that are linked and not yet written, each with the notes that link it."""
        wanting: dict[str, dict[str, None]] = {}
        for edge in self._site.graph.edges:
            if edge.source in self._site.places.notes:
                wanting.setdefault(edge.target, {})[edge.source] = None
        for node in self._site.graph:
            if node.is_unwritten and node.id in wanting:
                also, anchor = self._links(view, wanting[node.id]), lists.wanted_anchor(node.id)
                yield lists.Item(node.title, "", also=also, anchor=anchor)

    def _links(self, view: View, notes: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Title and address of each note."""
        return tuple((self._site.title(path), view.to(path)) for path in notes)


def _page(view: View, title: str, made: lists.Listing) -> Made:
    html = f'{style_of_lists(view)}<h1 id="all">{escape(title)}</h1>\n{made.html}'
    found = (Section(entry.anchor, entry.title, "") for entry in made.toc)
    return Made(
        view.here, view.url, title, html, made.toc, sections=(Section("", title, ""), *found)
    )
