"""How much a site asks of a reader's connection."""

from __future__ import annotations

import gzip

from lierne.site.publish.files.assets import STYLES, assets
from lierne.site.publish.files.diagrams import LIBRARY

MOST_SCRIPT = 15_000
"""Bytes of all our scripts together, as servers send them; most pages load a fifth of that."""
MOST_FOR_EACH_NOTE = 600
"""Bytes of the script on each note that only waits until its graph is in view."""


def served(kind: str) -> dict[str, str]:
    """Our own files of one kind, by name, as a site has them."""
    made = {place.rpartition("/")[2]: make for place, make in assets(diagrams=True)}
    return {
        name: make().decode()
        for name, make in made.items()
        if name.endswith(kind) and name != LIBRARY
    }


def test_our_scripts_are_light() -> None:
    weights = {name: len(gzip.compress(text.encode(), 9)) for name, text in served(".js").items()}

    assert len(weights) >= 5
    assert sum(weights.values()) < MOST_SCRIPT
    assert weights["later.js"] < MOST_FOR_EACH_NOTE


def test_a_style_is_served_without_what_is_for_its_writer() -> None:
    styles = served(".css")

    assert {place.rpartition("/")[2] for place in STYLES} <= styles.keys()
    for style in styles.values():
        assert "/*" not in style
        assert style.count("{") == style.count("}") > 0


def test_a_script_is_served_without_what_is_for_its_writer() -> None:
    for script in served(".js").values():
        for line in script.split("\n"):
            assert line == line.strip() != ""
            assert not line.startswith(("/*", "//", "*/"))


def test_no_text_in_a_script_goes_on_over_the_end_of_a_line() -> None:
    """Or it would be changed where lines lose their indents."""
    for script in served(".js").values():
        for line in script.split("\n"):
            assert line.count("`") % 2 == 0
