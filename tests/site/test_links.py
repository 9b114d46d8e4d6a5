"""Every link of the built sites leads to a page or file that is there, and to an id on it."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HOST = "http://site/some/path/"


class Links(HTMLParser):
    """Gathers what a page leads to, and which ids it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for key, value in attrs:
            if key == "id" and value:
                self.ids.append(value)
            external = tag == "a" and value and "://" in value
            if key in ("href", "src", "data") and value is not None and not external:
                self.links.append(value)


@cache
def pages_of(site: Path) -> dict[str, Links]:
    return {
        path.relative_to(site).as_posix(): Links(path.read_text("utf-8"))
        for path in site.rglob("*.html")
        if path.name != "404.html"  # its links begin at the host's root, wherever it is shown
    }


@pytest.mark.parametrize("name", ["own_site", "garden_site"])
def test_every_link_arrives(name: str, request: pytest.FixtureRequest) -> None:
    site: Path = request.getfixturevalue(name)
    pages = pages_of(site)
    ids = {place: set(page.ids) for place, page in pages.items()}
    wrong = []
    for place, page in pages.items():
        for link in dict.fromkeys(page.links):
            there = urlsplit(urljoin(HOST + place, link))
            path = unquote(there.path.removeprefix("/some/path/"))
            target = path + "index.html" if path.endswith("/") or not path else path
            anchor = unquote(there.fragment)
            if target not in pages and not (site / target).is_file():
                wrong.append(f"{place}: {link}: no such file")
            elif anchor and target in pages and anchor not in ids[target]:
                wrong.append(f"{place}: {link}: no such id")

    assert wrong == []
    assert sum(len(page.links) for page in pages.values()) > 100


@pytest.mark.parametrize("name", ["own_site", "garden_site"])
def test_no_id_stands_twice_on_a_page(name: str, request: pytest.FixtureRequest) -> None:
    pages = pages_of(request.getfixturevalue(name))

    assert [p for p, page in pages.items() if len(page.ids) != len(set(page.ids))] == []
