"""Where things stand in the site, and the way from one to another."""

from __future__ import annotations

import posixpath
import time
from math import inf
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urljoin

import pytest

from lierne.site.publish.address import Addresses, relative, url

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("wanted", "folders", "flat"),
    [
        ("Softmax", "Softmax/index.html", "Softmax.html"),
        ("Layers/Feed Forward", "Layers/Feed Forward/index.html", "Layers/Feed Forward.html"),
        ("index", "index.html", "index.html"),
        ("Layers/index", "Layers/index.html", "Layers/index.html"),
        ("v1.2", "v1.2/index.html", "v1.2.html"),
        ("/docs/start/", "docs/start/index.html", "docs/start.html"),
        ("", "index.html", "index.html"),
    ],
)
def test_a_page_stands_where_its_name_says(wanted: str, folders: str, flat: str) -> None:
    assert Addresses().page(wanted) == folders
    assert Addresses(folders=False).page(wanted) == flat


def test_the_second_who_wants_a_place_gets_a_number() -> None:
    addresses = Addresses()

    claimed = [addresses.page(name) for name in ("a", "a/index", "A", "index", "README/../index")]

    assert len({path.lower() for path in claimed}) == len(claimed)
    assert claimed[:4] == ["a/index.html", "a/index-2/index.html", "A-2/index.html", "index.html"]


def test_what_others_hold_is_left_to_them() -> None:
    addresses = Addresses(taken=["index.html", "code/index.html"])

    assert addresses.page("index") == "index-2/index.html"
    assert addresses.page("Code") == "Code-2/index.html"
    assert addresses.file("figures/a.svg") == "figures/a.svg"
    assert addresses.file("figures/A.svg") == "figures/A-2.svg"


PAGES = [
    "index.html",
    "Softmax/index.html",
    "Kavramlar/Dikkat Mekanizması/index.html",
    "what? #1: a%20b/index.html",
    "plain.html",
    "figures/a b.svg",
]


@pytest.mark.parametrize("source", PAGES)
@pytest.mark.parametrize("target", PAGES)
@pytest.mark.parametrize("root", ["http://host/", "http://host/some/path/"])
def test_a_browser_that_follows_the_way_arrives(source: str, target: str, root: str) -> None:
    here = urljoin(root, url(source))

    there = urljoin(here, relative(target, source))

    arrived = unquote(there.removeprefix(root))
    assert (arrived + "index.html" if arrived.endswith("/") or not arrived else arrived) == target


def defined(path: str, source: str) -> str:
    """What a relative address is, said by the library."""
    folder, _ = posixpath.split(path)
    return posixpath.relpath(quote(folder), quote(posixpath.dirname(source))) + "/"


def test_many_links_cost_less_than_to_work_out_each_from_its_definition() -> None:
    pages = [f"Some Folder/{n % 7}/Note {n}/index.html" for n in range(100)]

    def seconds(way: Callable[[str, str], str]) -> float:
        begin = time.process_time()
        for source in pages:
            for target in pages:
                way(target, source)
        return time.process_time() - begin

    assert [relative(page, pages[0]) for page in pages] == [
        defined(page, pages[0]) for page in pages
    ]
    ours = theirs = inf
    for _ in range(10):  # what else the machine does makes either slower, never faster
        ours, theirs = min(ours, seconds(relative)), min(theirs, seconds(defined))
        if ours < 0.6 * theirs:
            break
    assert ours < 0.6 * theirs
