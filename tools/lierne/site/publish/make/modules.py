"""Makes the API reference: a page for each Python module among the targets."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lierne.site.page import Made
from lierne.site.pages import reference
from lierne.site.pages.reference import Told
from lierne.site.pages.target import anchor as anchor_of
from lierne.site.publish.site import style_of_lists

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.site.pages.reference import Describe
    from lierne.site.publish.places import View
    from lierne.site.publish.site import Site


class Modules:
    """Makes the pages of modules."""

    def __init__(self, site: Site, describe: Describe | None) -> None:
        """Takes all that pages are made from.

        Args:
            site: What there is of the site.
            describe: Reads a Python module; without it no page has a place.
        """
        self._site = site
        self._describe = describe
        self._targets = {name: path for path, name in site.places.modules.items()}
        """The path of the target of each module, by its full name."""

    def page(self, path: str) -> Made:
        """The page of a module, by the path of its target."""
        assert self._describe is not None  # noqa: S101  # or the page would have no place
        site = self._site
        view, name = site.places.seen_from(site.places.references[path]), site.places.modules[path]
        said = site.kept.call(path, self._describe, name, site.origins.targets[path])
        notes = [(site.title(note), view.to(note)) for note in site.origins.notes(path)]
        told = dict(self._told(view, path))
        html = reference.page(
            name, said, [*notes, (path, view.to(path))], told, partial(self._way, view)
        )
        return Made(
            view.here,
            view.url,
            name,
            style_of_lists(view) + html,
            reference.entries(said),
            frozenset(reference.ids(said)),
            about=path,
            sections=reference.sections(name, said),
        )

    def _told(self, view: View, path: str) -> Iterator[tuple[str, Told]]:
        """Where each object of a module is told, by its full name."""
        site = self._site
        runs = list(site.origins.runs(path))
        for name, definition in site.origins.definitions.of(path).items():
            line = definition.line
            for run, anchor in runs:
                if run.line <= line < run.end and (href := view.href(run.note, anchor)):
                    code = view.way(site.places.targets[path], anchor_of(line))
                    told = Told(site.heading(run), href, line, code)
                    yield f"{site.places.modules[path]}.{name}", told

    def _way(self, view: View, name: str) -> str | None:
        """The way to an object of any module, by its full name."""
        module, inside = name, ""
        while module and module not in self._targets:
            module, _, last = module.rpartition(".")
            inside = f"{last}.{inside}" if inside else last
        path = self._targets.get(module)
        if path is None or (inside and inside not in self._site.origins.definitions.of(path)):
            return None
        private = any(part.startswith("_") for part in inside.split("."))
        file = self._site.places.references[path]
        return view.way(file, "" if private or not inside else name)
