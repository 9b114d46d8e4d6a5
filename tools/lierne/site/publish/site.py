"""The pages of one vault's site, made: what a host only has to put its frame around."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from html import escape
from typing import TYPE_CHECKING

from lierne.read.rules.tag import tag_key
from lierne.site.around.backlinks import backlinks
from lierne.site.around.preview import preview
from lierne.site.around.properties import lead, properties
from lierne.site.around.quote import Quotes
from lierne.site.page import Section
from lierne.site.pages import lists
from lierne.site.pages.target import Origin, target_page
from lierne.site.render import Renderer
from lierne.site.search import opening

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lierne.code.map import Run
    from lierne.graph.model import Graph
    from lierne.read.vault.vault import Vault
    from lierne.site.page import Entry, Page
    from lierne.site.publish.origins import Origins
    from lierne.site.publish.places import Places


@dataclass(frozen=True, slots=True)
class Made:
    """One page, ready for a host."""

    file: str
    """Where it stands in the site."""
    url: str
    """Its address from the site's root."""
    title: str
    """As plain text."""
    html: str
    """All of it, from its `<h1>` on."""
    toc: tuple[Entry, ...] = ()
    ids: frozenset[str] = frozenset()
    """Every id that a link may lead to."""
    tags: tuple[str, ...] = ()
    about: str = ""
    """A sentence for search engines and previews."""
    sections: tuple[Section, ...] = ()
    """What the search finds on it."""
    told: bool = False
    """Whether it is a note, and not a list or a target."""
    wide: bool = False
    """Whether it needs all the width that there is."""


class Site:
    """Makes the pages of one vault's site."""

    def __init__(self, vault: Vault, places: Places, origins: Origins) -> None:
        """Takes what the pages say, and where everything stands."""
        self._vault = vault
        self._places = places
        self._origins = origins
        self._renderer = Renderer(vault, places.href, origins.maps, origins.anchors)
        self._quotes = Quotes(vault.notes)

    @cached_property
    def rendered(self) -> Mapping[str, Page]:
        """Each published note, rendered, by vault path."""
        return {path: self._render(path, file) for path, file in self._places.notes.items()}

    def title(self, path: str) -> str:
        """The title of a published note."""
        return self.rendered[path].title

    def note(self, path: str, *, diagrams: bool = False) -> Made:
        """The page of a note: its properties, its text, and who links here.

        Args:
            path: The note's vault path.
            diagrams: Whether the library is there that draws them; else their code is shown.
        """
        page = self.rendered[path]
        note = self._vault.notes[path]
        self._places.here = self._places.notes[path]
        code = [
            (target, self._way(target), self._state(target))
            for target in self._origins.owned_by(path)
        ]
        links = [b for b in note.backlinks if b.source in self._places.notes and b.source != path]
        html = (
            page.heading,
            lead(note),
            properties(note, partial(self._renderer.link, note), code),
            page.html if diagrams else page.html.replace('<pre class="mermaid"', "<pre"),
            backlinks(links, self.title, self._way, self._quotes.of),
        )
        return Made(
            file=self._places.here,
            url=self._places.here_url,
            title=page.title,
            html="".join(html),
            toc=page.toc,
            ids=page.ids,
            tags=page.tags,
            about=self._about(path) or opening(note.tokens),
            sections=page.sections,
            told=True,
        )

    def preview(self, path: str) -> bytes:
        """What links to a note show of it, for the script that shows it."""
        return preview(self.rendered[path], self._about(path))

    def target(self, path: str) -> Made:
        """The page of a target."""
        self._places.here = self._places.targets[path]
        origins = [
            Origin(run.line, run.end - 1, self.title(run.note), self._heading(run), href)
            for run, anchor in self._origins.runs(path)
            if (href := self._places.href(run.note, anchor)) is not None
        ]
        difference = self._origins.difference(path)
        folder, _, name = path.rpartition("/")
        beside = self._places.way(self._places.code, lists.folder_anchor(folder))
        html = target_page(path, self._origins.targets[path], origins, difference, beside)
        return Made(
            self._places.here,
            self._places.here_url,
            name,
            html,
            about=path,
            sections=(Section("", name, f"<p>{escape(path)}</p>"),),
            wide=True,
        )

    def all_notes(self, title: str, graph: Graph) -> Made:
        """The page that lists all notes, and the concepts that nobody has written yet."""
        self._places.here = self._places.all_notes
        items = [self._item(path) for path in self._places.notes]
        return self._list(title, lists.notes(items, self._unwritten(graph)))

    def code(self) -> Made:
        """The page that lists all targets."""
        self._places.here = self._places.code
        items = []
        for path in self._places.targets:
            folder, _, name = path.rpartition("/")
            notes = dict.fromkeys(run.note for run, _ in self._origins.runs(path))
            shown = tuple((self.title(n), self._way(n)) for n in notes if n in self._places.notes)
            items.append(lists.Item(name, self._way(path), folder=folder, also=shown))
        return self._list("Code", lists.code(items))

    def tags(self) -> Made:
        """The page that lists all tags with their notes."""
        self._places.here = self._places.tags
        tagged: dict[str, list[lists.Item]] = {}
        spelled: dict[str, str] = {}
        for path, page in self.rendered.items():
            for tag in page.tags:
                name = spelled.setdefault(tag_key(tag), tag)
                tagged.setdefault(name, []).append(self._item(path))
        return self._list("Tags", lists.tags(tagged))

    def _render(self, path: str, file: str) -> Page:
        self._places.here = file
        return self._renderer.render(self._vault.notes[path])

    def _state(self, target: str) -> str:
        difference = self._origins.difference(target)
        if difference is None:
            return "not written yet"
        return "differs on disk" if difference else ""

    def _heading(self, run: Run) -> str:
        headings = self._vault.notes[run.note].headings
        above = [heading.title for heading in headings if heading.place.line <= run.note_line]
        return above[-1] if above else self.title(run.note)

    def _way(self, path: str) -> str:
        return self._places.href(path) or ""

    def _about(self, path: str) -> str:
        about = self._vault.notes[path].get("description")
        return about.strip() if isinstance(about, str) else ""

    def _item(self, path: str) -> lists.Item:
        folder = path.rpartition("/")[0]
        return lists.Item(self.title(path), self._way(path), self._about(path), folder)

    def _list(self, title: str, made: lists.Listing) -> Made:
        html = f'<h1 id="all">{escape(title)}</h1>\n{made.html}'
        found = (Section(entry.anchor, entry.title, "") for entry in made.toc)
        return Made(
            self._places.here,
            self._places.here_url,
            title,
            html,
            made.toc,
            sections=(Section("", title, ""), *found),
        )

    def _unwritten(self, graph: Graph) -> list[lists.Item]:
        wanting: dict[str, dict[str, None]] = {}
        for edge in graph.edges:
            if edge.source in self._places.notes:
                wanting.setdefault(edge.target, {})[edge.source] = None
        return [
            lists.Item(node.title, "", also=tuple((self.title(p), self._way(p)) for p in sources))
            for node in graph.nodes
            if node.kind == "unresolved" and not node.attachment
            if (sources := wanting.get(node.id))
        ]
