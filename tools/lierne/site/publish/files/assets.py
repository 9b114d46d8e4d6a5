"""Our own styles and scripts, as the site has them."""

from __future__ import annotations

import re
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING

from lierne.site.publish.address import ASSETS
from lierne.site.publish.files.diagrams import LIBRARY, LOADER, library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from importlib.abc import Traversable

STYLES = (f"{ASSETS}/notes.css", f"{ASSETS}/pages.css")
SCRIPTS = (f"{ASSETS}/reading.js",)
"""Scripts of every page, which can wait until it is there."""


_COMMENT = re.compile(r"^\s*(/\*((?!\*/).)*\*/|//[^\n]*)$", re.DOTALL | re.MULTILINE)


def assets(*, diagrams: bool) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Each file of ours by its place in the site, and what makes it.

    Args:
        diagrams: Whether there are any to draw.
    """
    for asset in (files("lierne.site") / "assets").iterdir():
        if diagrams or asset.name != LOADER:
            lean = _LEAN.get(asset.name.rpartition(".")[2])
            yield f"{ASSETS}/{asset.name}", partial(lean, asset) if lean else asset.read_bytes
    if diagrams and (found := library()) is not None:
        yield f"{ASSETS}/{LIBRARY}", found.read_bytes


def _style(asset: Traversable) -> bytes:
    """A style without what is there for who writes it: comments, indents and blanks."""
    text = re.sub(r"/\*.*?\*/", "", asset.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"\s*\n\s*", "\n", text).strip()
    return re.sub(r"([{:;,]) | (?={)|;\n?(?=})", r"\1", text).encode()


def _script(asset: Traversable) -> bytes:
    """A script without such lines; no text in it goes on over the end of one."""
    text = _COMMENT.sub("", asset.read_text("utf-8"))
    return re.sub(r"\s*\n\s*", "\n", text).strip().encode()


_LEAN = {"css": _style, "js": _script}
