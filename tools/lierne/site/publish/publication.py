"""Everything that a host has to write for the site of one vault: its pages and its files."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from lierne.base.problem import in_order
from lierne.read.rules.tag import tag_key
from lierne.site.math import font
from lierne.site.publish.address import ASSETS
from lierne.site.publish.files import graph as graphs
from lierne.site.publish.files.assets import assets
from lierne.site.publish.files.diagrams import LOADER
from lierne.site.publish.kept import Kept, Pages
from lierne.site.publish.make.lists import Lists
from lierne.site.publish.make.modules import Modules
from lierne.site.publish.make.notes import Notes
from lierne.site.publish.make.targets import Targets
from lierne.site.publish.origins import Origins
from lierne.site.publish.places import WHOLE, Places
from lierne.site.publish.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from lierne.base.problem import Problem
    from lierne.code.tangle import Tangled
    from lierne.graph.model import Graph
    from lierne.read.vault.vault import Vault
    from lierne.site.pages.reference import Describe
    from lierne.site.publish.shelf import Shelf


class Publication:
    """A whole site, but for the frame that its host puts around each page.

    Each page is made when it is looked up; one in which nothing has changed since an earlier
    publication is the very same object as then.
    """

    def __init__(
        self,
        site: Site,
        name: str,
        describe: Describe | None = None,
        earlier: Publication | None = None,
    ) -> None:
        """Makes nothing yet.

        Args:
            site: All that pages are made from.
            name: The site's title.
            describe: Reads a Python module for the API reference; without it there is none.
            earlier: The site as it was.
        """
        places, lists = site.places, Lists(site, name)
        self._site = site
        self._notes = Notes(site)
        self.home = places.home
        """The vault path of the note that opens the site; without one, the list of notes does."""
        self.notes: Pages = Pages(
            places.notes, self._notes.page, earlier.notes if earlier else None
        )
        """The pages of notes, by vault path."""
        self.targets: Pages = Pages(
            places.targets, Targets(site).page, earlier.targets if earlier else None
        )
        """The pages of targets, by path."""
        self.references: Pages = Pages(
            places.references,
            Modules(site, describe).page,
            earlier.references if earlier else None,
        )
        """The pages of the API reference, by the paths of targets."""
        self.lists: Pages = Pages(lists.places, lists.page, earlier.lists if earlier else None)
        """The pages that list things: `notes`, and `graph`, `code` and `tags` where they are."""
        self.scripts = (f"{ASSETS}/{LOADER}",) if site.diagrams else ()
        """Scripts that must be there before any other of a page."""

    @property
    def origins(self) -> Origins:
        """Which code comes from which note."""
        return self._site.origins

    @property
    def kept(self) -> Kept:
        """What a later publication can take over."""
        return self._site.kept

    @property
    def names(self) -> Collection[str]:
        """All that something may be kept for on a shelf."""
        return self._site.places.names

    @cached_property
    def files(self) -> Mapping[str, bytes | Path | Callable[[], bytes]]:
        """Everything else, by its place in the site: what it holds, what makes it, or the file."""
        places = self._site.places
        return {
            **self._site.copies,
            **dict(assets(diagrams=self._site.diagrams)),
            **{
                place: partial(self._notes.preview, path) for path, place in places.previews.items()
            },
            **({f"{ASSETS}/{font.NAME}": self._font} if self._site.formulas else {}),
            graphs.GRAPH: lambda: graphs.whole(self.graph),
            graphs.DRAWING: self._drawing,
        }

    @cached_property
    def tags(self) -> Mapping[str, str]:
        """Where each tag's notes are listed, from the site's root, by the tag in lower case."""
        places = self._site.places
        return {tag_key(tag): places.tag_url(tag) for tag in self._site.tagged}

    @property
    def graph(self) -> Graph:
        """What is published of the concept graph."""
        return self._site.graph

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be shown as it was meant: known when all notes are rendered."""
        rendered = map(self._notes.rendered, self.notes)
        return in_order(problem for page in rendered for problem in page.problems)

    def _drawing(self) -> bytes:
        return self.kept.call(WHOLE, graphs.drawn, graphs.as_drawn(self.graph))

    def _font(self) -> bytes:
        rendered = map(self._notes.rendered, self.notes)
        characters = frozenset[str]().union(*(page.math for page in rendered))
        return self.kept.call(WHOLE, font.font, characters)


def publish(  # noqa: PLR0913  # what a host decides
    vault: Vault,
    tangled: Tangled,
    graph: Graph,
    *,
    folders: bool = True,
    taken: Iterable[str] = (),
    wanted: Mapping[str, str] | None = None,
    name: str = "",
    earlier: Publication | None = None,
    shelf: Shelf | None = None,
    describe: Describe | None = None,
) -> Publication:
    """Makes a vault's site, each page when it is looked up; writes nothing.

    Args:
        vault: The notes.
        tangled: Their targets.
        graph: That of all of it, of which we show what is published.
        folders: Whether a page is `Softmax/index.html` or `Softmax.html`.
        taken: Places that the host's own pages hold.
        wanted: Names of notes' pages, by vault path, where it is not the vault path.
        name: The site's title.
        earlier: The site as it was before something changed: what is still right is taken over.
        shelf: What earlier builds have kept on disk.
        describe: Reads a Python module for the API reference; without it there is none.
    """
    origins = Origins(vault, tangled, earlier.origins if earlier else None)
    places = Places(
        vault,
        origins.targets,
        folders=folders,
        taken=taken,
        wanted=wanted,
        described=describe is not None,
    )
    kept = earlier.kept.of(places.names) if earlier else Kept(shelf=shelf)
    return Publication(Site(vault, graph, places, origins, kept), name, describe, earlier)
