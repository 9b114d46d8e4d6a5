"""How much a site asks of a reader's connection."""

from __future__ import annotations

import gzip
from importlib.resources import files
from typing import TYPE_CHECKING

from lierne.site.publish.publication import STYLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from lierne.site.publish.publication import Publication

MOST_SCRIPT = 15_000
"""Bytes of all our scripts together, as servers send them; most pages load a fifth of that."""
MOST_FOR_EACH_NOTE = 600
"""Bytes of the script on each note that only waits until its graph is in view."""


def weights() -> dict[str, int]:
    assets = (files("lierne.site") / "assets").iterdir()
    return {a.name: len(gzip.compress(a.read_bytes(), 9)) for a in assets if a.name.endswith(".js")}


def test_our_scripts_are_light() -> None:
    assert sum(weights().values()) < MOST_SCRIPT
    assert weights()["drawing.js"] < MOST_FOR_EACH_NOTE


def test_a_style_is_served_without_what_is_for_its_writer(
    published: Callable[..., Publication],
) -> None:
    made = published({"A.md": ""}).files
    styles = {place: content() for place in STYLES if callable(content := made[place])}

    assert len(styles) == len(STYLES)
    for style in styles.values():
        assert b"/*" not in style
        assert style.count(b"{") == style.count(b"}") > 10
