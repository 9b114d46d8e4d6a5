"""Small vaults, rendered, for the tests of notes as HTML."""

from __future__ import annotations

import itertools
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

import pytest

from lierne.code.tangle import tangle
from lierne.read.vault.vault import Vault
from lierne.site import render as renders
from lierne.site.blocks.anchors import Anchors
from lierne.site.blocks.spans import Spans
from lierne.site.notes.asked import Asked, Known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from lierne.code.map import Map
    from lierne.site.page import Page

VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
BLOCKS = {
    *("address", "article", "aside", "blockquote", "center", "details", "div", "dl", "figure"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "section", "table", "ul"),
}


class Rendered(Protocol):
    """Writes files into a folder, a vault, and renders one note of them."""

    def __call__(
        self,
        files: Mapping[str, str | bytes],
        name: str = "Note",
        maps: Iterable[Map] = (),
        hidden: Iterable[str] = (),
    ) -> Page:
        """URLs are the vault paths from a root, and tags have pages."""


@pytest.fixture(scope="module")
def render(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Renders notes of small vaults."""
    base = tmp_path_factory.mktemp("vaults")
    numbers = itertools.count()

    def rendered(*args: Any, **options: Any) -> Page:
        return _render(base / str(next(numbers)), *args, **options)

    return rendered


@pytest.fixture(scope="session")
def well_formed() -> Callable[[str], list[Element]]:
    """Holds HTML to what a browser would not have to mend, and gives its elements."""
    return assert_well_formed


def _render(
    folder: Path,
    files: Mapping[str, str | bytes],
    name: str = "Note",
    maps: Iterable[Map] = (),
    hidden: Iterable[str] = (),
) -> Page:
    """Writes the files into a folder and renders one note of them.

    URLs are the vault paths from a root, and tags have pages.
    """
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    vault = Vault.open(folder)
    hidden = set(hidden)

    def href(path: str, anchor: str) -> str | None:
        if path in hidden:
            return None
        page = f"/tags/{quote(path[1:])}" if path.startswith("#") else f"/{quote(path)}"
        return f"{page}#{anchor}" if anchor else page

    tangled = tangle(vault.outlines(), vault.names, vault.config)
    anchors = Anchors(vault.notes, tangled.references)
    return renders.render(vault[name], Asked(Known(vault, href, Spans(maps), anchors)))


class Element:
    """One opening tag, and the elements that it stands in."""

    def __init__(
        self, tag: str, attributes: dict[str, str | None], inside: tuple[str, ...]
    ) -> None:
        self.tag = tag
        self.attributes = attributes
        self.inside = inside


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()


def elements(html: str) -> list[Element]:
    """Reads HTML strictly: every tag must be closed in its turn."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open, f"never closed: {reader.open}"
    return reader.elements


def assert_well_formed(html: str) -> list[Element]:
    """Holds HTML to what a browser would not have to mend."""
    found = elements(html)
    ids = [element.attributes["id"] for element in found if "id" in element.attributes]
    assert len(ids) == len(set(ids)), "an id is given twice"
    for element in found:
        if element.tag in BLOCKS:
            assert "p" not in element.inside, f"<{element.tag}> stands in a paragraph"
        if element.tag == "a":
            assert "a" not in element.inside, "a link stands in a link"
    return found
