"""Makes the pages of notes, and what links to a note show of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lierne.site.about import description_of
from lierne.site.around.local import figure
from lierne.site.around.neighbours import Neighbours
from lierne.site.around.preview import preview
from lierne.site.around.properties import lead, properties
from lierne.site.notes.asked import Asked, Known
from lierne.site.notes.heat import loaded
from lierne.site.page import Made
from lierne.site.pages.lists import wanted_anchor
from lierne.site.publish.address import ASSETS
from lierne.site.render import written

if TYPE_CHECKING:
    from lierne.site.page import Page
    from lierne.site.publish.places import View
    from lierne.site.publish.site import Site


class Notes:
    """Makes the pages of notes."""

    def __init__(self, site: Site) -> None:
        """Takes all that pages are made from; renders nothing yet."""
        self._site = site
        shown = {path: site.vault.notes[path] for path in site.places.notes}
        self._neighbours = Neighbours(shown, site.whole, site.places.home, site.kept.made)
        self._rendered: dict[str, Page] = {}

    def rendered(self, path: str) -> Page:
        """A note as it is rendered."""
        if path not in self._rendered:
            note, known = self._site.vault.notes[path], self._known(self._site.view(path))
            self._rendered[path] = self._site.kept.render(note, known)
        return self._rendered[path]

    def page(self, path: str) -> Made:
        """The page of a note: its properties, its text, and who links here."""
        site, page = self._site, self.rendered(path)
        note, view = site.vault.notes[path], site.view(path)
        code = [
            (target, view.to(target), view.api(target), self._state(target))
            for target in site.origins.owned_by(path)
        ]
        html = (
            page.heading,
            lead(note),
            properties(note, partial(written, Asked(self._known(view)), note), code),
            page.html if site.diagrams else page.html.replace('<pre class="mermaid"', "<pre"),
            figure(view.url, view.root + ASSETS, view.way(site.places.graph)),
            self._neighbours.after(path, site.title, view.to, partial(self._wanted, view)),
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
            about=description_of(note) or page.opening,
            sections=page.sections,
            told=True,
        )

    def preview(self, path: str) -> bytes:
        """What links to a note show of it, for the script that shows it."""
        said = description_of(self._site.vault.notes[path])
        return self._site.kept.call(path, preview, self.rendered(path), said)

    def _known(self, view: View) -> Known:
        site, origins = self._site, self._site.origins
        return Known(site.vault, view.href, site.spans, origins.anchors, origins.names)

    def _state(self, target: str) -> str:
        difference = self._site.origins.difference(target)
        if difference is None:
            return "not written yet"
        return "differs on disk" if difference else ""

    def _wanted(self, view: View, concept: str) -> str:
        return view.way(self._site.places.all_notes, wanted_anchor(concept))
