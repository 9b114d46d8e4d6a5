"""Where each published thing stands in the site, and the way from one to another."""

from __future__ import annotations

import posixpath
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HOME = "index.html"
ASSETS = "assets/lierne"
"""The folder of the site that holds our style, font and scripts."""


class Addresses:
    """Gives each page and file of the site a path of its own; the first who asks is served.

    Two notes can want the same place (`A.md` and `A/index.md`, or `Home.md` and `README.md`), and
    so can a note and a page that we make; the later one gets a number.
    """

    def __init__(self, *, folders: bool = True, taken: Iterable[str] = ()) -> None:
        """Starts an empty site.

        Args:
            folders: Whether a page is `Softmax/index.html`, shown as `Softmax/`, or else
                `Softmax.html`.
            taken: Paths in the site that others hold already.
        """
        self._folders = folders
        # Compared in lower case, because the site may be served from a disk that does so.
        self._taken = {path.lower() for path in taken}

    def page(self, wanted: str) -> str:
        """The path of a page that would like to be called so; `index` is its folder's page."""
        wanted = wanted.strip("/") or "index"
        return self._claim(self._page(wanted), lambda n: self._page(f"{wanted}-{n}"))

    def file(self, wanted: str) -> str:
        """The path of a file that is copied as it is."""
        stem, extension = posixpath.splitext(wanted)
        return self._claim(wanted, lambda n: f"{stem}-{n}{extension}")

    def _page(self, name: str) -> str:
        if not self._folders or posixpath.basename(name) == "index":
            return f"{name}.html"
        return f"{name}/{HOME}"

    def _claim(self, path: str, other: Callable[[int], str]) -> str:
        number = 2
        free = path
        while free.lower() in self._taken:
            free = other(number)
            number += 1
        self._taken.add(free.lower())
        return free


@lru_cache(maxsize=2**16)  # each page links to some of the others
def url(path: str, *, folders: bool = True) -> str:
    """The address of a page or file from the site's root, `""` for the home page."""
    folder, name = posixpath.split(path)
    if folders and name == HOME:
        return quote(f"{folder}/") if folder else ""
    return quote(path)


def relative(path: str, source: str, *, folders: bool = True) -> str:
    """The address of one page or file as a page writes it, so that the site may stand anywhere."""
    target = url(path, folders=folders)
    here, there = _folders(source), _parts(target)
    same = 0
    for one, other in zip(here, there, strict=False):
        if one != other:
            break
        same += 1
    down = "/".join(there[same:])
    slash = "/" if down and target.endswith("/") else ""
    return f"{'../' * (len(here) - same)}{down}{slash}" or "./"


@lru_cache(maxsize=2**12)  # a page asks for all its links at once
def _folders(source: str) -> tuple[str, ...]:
    return _parts(quote(posixpath.dirname(source)))


@lru_cache(maxsize=2**16)  # as above
def _parts(address: str) -> tuple[str, ...]:
    return tuple(part for part in address.split("/") if part)
