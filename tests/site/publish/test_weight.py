"""How much a site asks of a reader's connection."""

from __future__ import annotations

import gzip
from importlib.resources import files

MOST_SCRIPT = 15_000
"""Bytes of all our scripts together, as servers send them; most pages load a fifth of that."""
MOST_FOR_EACH_NOTE = 600
"""Bytes of the script on each note that only waits until its graph is in view."""


def weights() -> dict[str, int]:
    assets = (files("lierne.site") / "assets").iterdir()
    return {a.name: len(gzip.compress(a.read_bytes(), 9)) for a in assets if a.name.endswith(".js")}


def test_our_scripts_are_light() -> None:
    assert sum(weights().values()) < MOST_SCRIPT
    assert weights()["map.js"] < MOST_FOR_EACH_NOTE
