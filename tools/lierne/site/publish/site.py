"""The pages of one vault's site, made: what a host only has to put its frame around."""

from __future__ import annotations

from functools import cached_property, partial
from html import escape
from typing import TYPE_CHECKING

from lierne.read.rules.tag import tag_key
from lierne.site.about import description_of, tags_of, title_of
from lierne.site.around.local import figure
from lierne.site.around.preview import preview
from lierne.site.around.properties import lead, properties
from lierne.site.blocks.spans import Spans
from lierne.site.notes.asked import Asked, Known
from lierne.site.notes.heat import loaded
from lierne.site.page import Made, Section
from lierne.site.pages import graph as graphs
from lierne.site.pages import lists, reference
from lierne.site.pages.reference import Told
from lierne.site.pages.target import Named, Origin, target_page
from lierne.site.pages.target import anchor as anchor_of
from lierne.site.pages.told import words_before
from lierne.site.publish.address import ASSETS
from lierne.site.publish.diagrams import has_diagrams
from lierne.site.render import written
from lierne.site.search import opening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lierne.code.map import Run
    from lierne.graph.model import Graph
    from lierne.read.note import Note
    from lierne.read.vault.vault import Vault
    from lierne.site.around.neighbours import Neighbours
    from lierne.site.page import Page
    from lierne.site.pages.reference import Describe
    from lierne.site.publish.kept import Kept
    from lierne.site.publish.origins import Origins
    from lierne.site.publish.places import Places, View


class Site:
    """Makes the pages of one vault's site."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that pages are made from
        self,
        vault: Vault,
        places: Places,
        origins: Origins,
        neighbours: Neighbours,
        kept: Kept,
        describe: Describe | None = None,
    ) -> None:
        """Takes what the pages say, where everything stands, and what was made before."""
        self.places = places
        self.neighbours = neighbours
        self.kept = kept
        self._vault = vault
        self.origins = origins
        self._spans = Spans(origins.maps)
        self._describe = describe
        self._pages: dict[str, Page] = {}
        self._titles: dict[str, str] = {}

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
        folder = self._vault.config.vault_folder
        return {place: folder / path for path, place in self.places.attachments.items()}

    def page(self, path: str) -> Page:
        """A published note, rendered."""
        if path not in self._pages:
            known = self._known(self._view(path))
            self._pages[path] = self.kept.render(self._vault.notes[path], known)
        return self._pages[path]

    def title(self, path: str) -> str:
        """The title of a published note."""
        if path not in self._titles:
            self._titles[path] = title_of(self._vault.notes[path])
        return self._titles[path]

    def note(self, path: str) -> Made:
        """The page of a note: its properties, its text, and who links here."""
        note, view = self._vault.notes[path], self._view(path)
        known = self._known(view)
        page = self.page(path)
        code = [
            (target, view.to(target), self._api(view, target), self._state(target))
            for target in self.origins.owned_by(path)
        ]
        html = (
            page.heading,
            lead(note),
            properties(note, partial(written, Asked(known), note), code),
            page.html if self.diagrams else page.html.replace('<pre class="mermaid"', "<pre"),
            figure(view.url, _root(view) + ASSETS, view.way(self.places.graph)),
            self.neighbours.after(path, self.title, view.to, partial(self._wanted, view)),
            loaded(view.way, ASSETS) if page.heat else "",
        )
        return Made(
            file=view.here,
            url=view.url,
            title=page.title,
            html="".join(html),
            toc=page.toc,
            ids=page.ids,
            tags=page.tags,
            about=description_of(note) or opening(note.tokens),
            sections=page.sections,
            told=True,
        )

    def preview(self, path: str) -> bytes:
        """What links to a note show of it, for the script that shows it."""
        return self.kept.call(
            path, preview, self.page(path), description_of(self._vault.notes[path])
        )

    def target(self, path: str) -> Made:
        """The page of a target."""
        view = self._view(path)
        origins = list(self._told(view, path))
        names = list(self._named(view, path))
        difference = self.origins.difference(path)
        folder, _, name = path.rpartition("/")
        beside = view.way(self.places.code, lists.folder_anchor(folder))
        html = self.kept.call(
            path,
            target_page,
            path,
            self.origins.targets[path],
            origins,
            names,
            difference,
            beside,
            self._api(view, path),
        )
        return Made(
            view.here,
            view.url,
            name,
            _style(view) + html,
            about=path,
            sections=(Section("", name, f"<p>{escape(path)}</p>"),),
            wide=True,
        )

    def reference(self, path: str) -> Made:
        """The page of a module in the API reference, by the path of its target."""
        assert self._describe is not None  # noqa: S101  # or the page would have no place
        view = self.places.seen_from(self.places.references[path])
        name = self.places.modules[path]
        said = self.kept.call(path, self._describe, name, self.origins.targets[path])
        notes = dict.fromkeys(run.note for run, _ in self.origins.runs(path))
        lead = [*((self.title(note), view.to(note)) for note in notes), (path, view.to(path))]
        told = dict(self._offered(view, path))
        html = reference.page(name, said, lead, told, partial(self._object, view))
        toc, sections = reference.entries(said), reference.sections(name, said)
        ids = frozenset(reference.ids(said))
        page = _style(view) + html
        return Made(view.here, view.url, name, page, toc, ids, about=path, sections=sections)

    def all_notes(self, title: str, graph: Graph) -> Made:
        """The page that lists all notes, and the concepts that nobody has written yet."""
        view = self.places.seen_from(self.places.all_notes)
        items = [self._item(view, path) for path in self.places.notes]
        return _list(view, title, lists.notes(items, self._unwritten(view, graph)))

    def code(self) -> Made:
        """The page that lists all targets."""
        view = self.places.seen_from(self.places.code)
        items = []
        for path in self.places.targets:
            folder, _, name = path.rpartition("/")
            notes = dict.fromkeys(run.note for run, _ in self.origins.runs(path))
            shown = tuple((self.title(n), view.to(n)) for n in notes if n in self.places.notes)
            api = self._api(view, path)
            items.append(lists.Item(name, view.to(path), folder=folder, also=shown, api=api))
        return _list(view, "Code", lists.code(items))

    def tags(self) -> Made:
        """The page that lists all tags with their notes."""
        view = self.places.seen_from(self.places.tags)
        tagged: dict[str, list[lists.Item]] = {}
        spelled: dict[str, str] = {}
        for path in self.places.notes:
            for tag in tags_of(self._vault.notes[path]):
                name = spelled.setdefault(tag_key(tag), tag)
                tagged.setdefault(name, []).append(self._item(view, path))
        return _list(view, "Tags", lists.tags(tagged))

    def graph(self, shown: Graph) -> Made:
        """The page of the concept graph."""
        view = self.places.seen_from(self.places.graph)
        root = _root(view)
        html = f'<h1 id="all">{graphs.TITLE}</h1>\n{graphs.page(shown, root, root + ASSETS)}'
        found = (Section("", graphs.TITLE, ""),)
        return Made(view.here, view.url, graphs.TITLE, html, sections=found, wide=True)

    def _notes(self) -> Iterator[Note]:
        return (self._vault.notes[path] for path in self.places.notes)

    def _view(self, path: str) -> View:
        return self.places.seen_from(str(self.places.file(path)))

    def _known(self, view: View) -> Known:
        origins = self.origins
        return Known(self._vault, view.href, self._spans, origins.anchors, origins.names)

    def _state(self, target: str) -> str:
        difference = self.origins.difference(target)
        if difference is None:
            return "not written yet"
        return "differs on disk" if difference else ""

    def _told(self, view: View, target: str) -> Iterator[Origin]:
        words: dict[str, Mapping[int, str]] = {}
        for run, anchor in self.origins.runs(target):
            if run.note not in words:
                words[run.note] = words_before(self._vault.notes[run.note])
            href, said = view.href(run.note, anchor), words[run.note].get(run.block, "")
            if href is not None:
                heading = self._heading(run)
                yield Origin(run.line, run.end - 1, self.title(run.note), heading, href, said)

    def _named(self, view: View, target: str) -> Iterator[Named]:
        for mark, line in self.origins.names.in_target(target):
            href = f"#{anchor_of(line)}" if line else view.href(mark.note, mark.anchor)
            if href is not None:
                yield Named(mark.line, mark.column, mark.length, href, mark.title)

    def _api(self, view: View, target: str) -> str:
        file = self.places.references.get(target)
        return "" if file is None else view.way(file)

    def _offered(self, view: View, target: str) -> Iterator[tuple[str, Told]]:
        """Where each object of a module is told, by its full name."""
        runs = list(self.origins.runs(target))
        for name, definition in self.origins.definitions.of(target).items():
            line = definition.line
            for run, anchor in runs:
                if run.line <= line < run.end and (href := view.href(run.note, anchor)):
                    code = view.way(self.places.targets[target], anchor_of(line))
                    told = Told(self._heading(run), href, line, code)
                    yield f"{self.places.modules[target]}.{name}", told

    def _object(self, view: View, name: str) -> str | None:
        """Where an object stands in the API reference, by its full name."""
        module, inside = name, ""
        while module and module not in self._modules:
            module, _, last = module.rpartition(".")
            inside = f"{last}.{inside}" if inside else last
        target = self._modules.get(module)
        if target is None or (inside and inside not in self.origins.definitions.of(target)):
            return None
        private = any(part.startswith("_") for part in inside.split("."))
        return view.way(self.places.references[target], "" if private or not inside else name)

    @cached_property
    def _modules(self) -> Mapping[str, str]:
        """The path of the target of each module of the API reference, by its full name."""
        return {name: path for path, name in self.places.modules.items()}

    def _heading(self, run: Run) -> str:
        headings = self._vault.notes[run.note].headings
        above = [heading.title for heading in headings if heading.place.line <= run.note_line]
        return above[-1] if above else self.title(run.note)

    def _item(self, view: View, path: str) -> lists.Item:
        folder = path.rpartition("/")[0]
        return lists.Item(
            self.title(path), view.to(path), description_of(self._vault.notes[path]), folder
        )

    def _wanted(self, view: View, concept: str) -> str:
        return view.way(self.places.all_notes, lists.wanted_anchor(concept))

    def _unwritten(self, view: View, graph: Graph) -> list[lists.Item]:
        wanting: dict[str, dict[str, None]] = {}
        for edge in graph.edges:
            if edge.source in self.places.notes:
                wanting.setdefault(edge.target, {})[edge.source] = None
        return [
            lists.Item(
                node.title,
                "",
                also=tuple((self.title(path), view.to(path)) for path in sources),
                anchor=lists.wanted_anchor(node.id),
            )
            for node in graph.nodes
            if node.is_unwritten
            if (sources := wanting.get(node.id))
        ]


def _root(view: View) -> str:
    """The way from a page to the site's root."""
    return "../" * view.here.count("/") or "./"


def _style(view: View) -> str:
    # What only these pages need, no other loads.
    return f'<link rel="stylesheet" href="{escape(view.way(f"{ASSETS}/lists.css"))}">\n'


def _list(view: View, title: str, made: lists.Listing) -> Made:
    html = f'{_style(view)}<h1 id="all">{escape(title)}</h1>\n{made.html}'
    found = (Section(entry.anchor, entry.title, "") for entry in made.toc)
    return Made(
        view.here, view.url, title, html, made.toc, sections=(Section("", title, ""), *found)
    )
