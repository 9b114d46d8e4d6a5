"""Everything that a host has to write for the site of one vault: its pages and its files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING

from lierne.base.problem import in_order
from lierne.graph.export import to_json
from lierne.graph.model import NodeKind
from lierne.read.rules.tag import tag_key
from lierne.site.math import font
from lierne.site.publish.origins import Origins
from lierne.site.publish.places import Places
from lierne.site.publish.site import Made, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from lierne.base.problem import Problem
    from lierne.code.tangle import Tangled
    from lierne.graph.model import Graph, Node
    from lierne.read.vault.vault import Vault
    from lierne.site.page import Page

ASSETS = "assets/lierne"
"""The folder of the site that holds our style, font and scripts."""
STYLES = (f"{ASSETS}/notes.css", f"{ASSETS}/pages.css")
SCRIPTS = (f"{ASSETS}/reading.js",)
"""Scripts of every page, which can wait until it is there."""
GRAPH = "graph.json"
DIAGRAMS = "mermaid.js"
LOADER = "diagrams.js"


@dataclass(frozen=True, slots=True)
class Publication:
    """A whole site, but for the frame that its host puts around each page."""

    notes: Mapping[str, Made]
    """The pages of notes, by vault path."""
    lists: Mapping[str, Made]
    """The pages that list things: `notes`, and `code` and `tags` where there are any."""
    targets: Mapping[str, Made]
    """The pages of targets, by path."""
    files: Mapping[str, bytes | Path | Callable[[], bytes]]
    """Everything else, by its place in the site: what it holds, what makes it, or the file."""
    home: str | None
    """The vault path of the note that opens the site; without one, the list of notes does."""
    tags: Mapping[str, str]
    """Where each tag's notes are listed, from the site's root, by the tag in lower case."""
    scripts: tuple[str, ...]
    """Scripts that must be there before any other of a page."""
    graph: Graph
    """What is published of the concept graph."""
    problems: tuple[Problem, ...]
    """What could not be shown as it was meant."""


def publish(  # noqa: PLR0913  # what a host decides
    vault: Vault,
    tangled: Tangled,
    graph: Graph,
    *,
    folders: bool = True,
    taken: Iterable[str] = (),
    wanted: Mapping[str, str] | None = None,
    name: str = "",
) -> Publication:
    """Makes all pages of a vault's site; writes nothing.

    Args:
        vault: The notes.
        tangled: Their targets.
        graph: That of all of it, of which we show what is published.
        folders: Whether a page is `Softmax/index.html` or `Softmax.html`.
        taken: Places that the host's own pages hold.
        wanted: Names of notes' pages, by vault path, where it is not the vault path.
        name: The site's title.
    """
    origins = Origins(vault, tangled)
    places = Places(vault, origins.targets, folders=folders, taken=taken, wanted=wanted)
    site = Site(vault, places, origins)
    rendered = site.rendered.values()
    shown = _published(graph, places)
    diagrams = _diagrams(rendered)
    notes = {path: site.note(path, diagrams=bool(diagrams)) for path in places.notes}
    return Publication(
        notes=notes,
        lists=dict(_lists(site, places, shown, name)),
        targets={path: site.target(path) for path in places.targets},
        files={
            **_files(vault, places, rendered),
            **{place: partial(site.preview, path) for path, place in places.previews.items()},
            **diagrams,
            GRAPH: _json(shown),
        },
        home=places.home,
        tags={tag_key(tag): places.tag_url(tag) for page in rendered for tag in page.tags},
        scripts=(f"{ASSETS}/{LOADER}",) if diagrams else (),
        graph=shown,
        problems=in_order(problem for page in rendered for problem in page.problems),
    )


def _lists(site: Site, places: Places, graph: Graph, name: str) -> Iterator[tuple[str, Made]]:
    yield "notes", site.all_notes("Notes" if places.home else name or "Notes", graph)
    if places.targets:
        yield "code", site.code()
    if any(page.tags for page in site.rendered.values()):
        yield "tags", site.tags()


def _published(graph: Graph, places: Places) -> Graph:
    """The graph without what the site does not show."""
    whole = graph.with_urls(partial(_url, places))
    files = (NodeKind.NOTE, NodeKind.MODULE)
    return whole.without(node.id for node in whole if node.kind in files and node.url is None)


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


def _json(graph: Graph) -> bytes:
    return json.dumps(to_json(graph), ensure_ascii=False, separators=(",", ":")).encode()


def _files(vault: Vault, places: Places, rendered: Iterable[Page]) -> dict[str, bytes | Path]:
    found: dict[str, bytes | Path] = {
        place: vault.config.vault_folder / path for path, place in places.attachments.items()
    }
    for asset in (files("lierne.site") / "assets").iterdir():
        if asset.name != LOADER:
            found[f"{ASSETS}/{asset.name}"] = asset.read_bytes()
    characters = frozenset[str]().union(*(page.math for page in rendered))
    if characters:
        found[f"{ASSETS}/{font.NAME}"] = font.font(characters)
    return found


def _diagrams(rendered: Iterable[Page]) -> dict[str, bytes | Path]:
    """The library that draws Mermaid's diagrams, if a page has one and the library is there."""
    if not any(page.mermaid for page in rendered):
        return {}
    try:
        library = files("mmdc") / "assets" / DIAGRAMS
        loader = files("lierne.site") / "assets" / LOADER
        return {
            f"{ASSETS}/{DIAGRAMS}": library.read_bytes(),
            f"{ASSETS}/{LOADER}": loader.read_bytes(),
        }
    except (ModuleNotFoundError, OSError):
        return {}
