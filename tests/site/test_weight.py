"""What a reader's browser has to load for our own site, and what it asks for unasked."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING

import pytest

from lierne.site.publish.files.diagrams import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL)
STYLE = re.compile(r"<style[^>]*>(.*?)</style>|<[^>]* style=\"([^\"]*)\"", re.DOTALL)
LINK = re.compile(r'<link rel="stylesheet" href="(?:\.\./)*(assets/lierne/[^"]+)"')
MATERIAL = re.compile(r'id="?__config|\b__md_')
OURS = "assets/lierne"


def inline(page: str) -> set[str]:
    """The scripts in a page that are not Material's."""
    found = SCRIPT.findall(page)
    return {code for head, code in found if code.strip() and not MATERIAL.search(head + code)}


def test_all_our_scripts_and_styles_are_light(own_site: Path, figures: Callable[..., None]) -> None:
    pages = {path: path.read_text("utf-8") for path in own_site.rglob("*.html")}
    scripts = [p.read_bytes() for p in (own_site / OURS).glob("*.js") if p.name != LIBRARY]
    written = set().union(*map(inline, pages.values()))
    script = sum(len(gzip.compress(text, 9)) for text in scripts)
    script += len(gzip.compress("".join(written).encode(), 9)) if written else 0

    note = pages[own_site / "Softmax/index.html"]
    styles = [(own_site / place).read_bytes() for place in LINK.findall(note)]
    style = sum(map(len, styles)) + sum(
        len(a + b) for a, b in STYLE.findall(note.partition("<article")[2])
    )

    data = {p: p.read_bytes() for p in own_site.rglob("note.json")}
    sizes = {path: len(gzip.compress(text, 9)) for path, text in data.items()}
    largest = max(sizes, key=lambda path: sizes[path])
    figures(
        "weight of our site",
        scripts_gzipped=script,
        styles_of_a_note=style,
        previews=len(sizes),
        preview_mean=sum(sizes.values()) // len(sizes),
        preview_largest=f"{sizes[largest]} ({largest.parent.name})",
        drawing_gzipped=len(gzip.compress((own_site / OURS / "drawing.json").read_bytes())),
    )

    assert len(scripts) >= 4
    assert len(styles) == 2
    assert script <= 15_000
    assert style < 10_240
    assert sum(sizes.values()) / len(sizes) < 3_000
    for path, text in data.items():
        assert sizes[path] < 1_000 + 500 * len(json.loads(text)["parts"]), path


def test_a_page_asks_for_no_more_than_it_shows(browser: Browser, own_base: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(own_base)))

    page.goto(f"{own_base}Softmax/")
    page.wait_for_load_state("networkidle")
    at_first = [url for url in asked if url.startswith(OURS)]
    data = [url for url in asked if url.endswith(".json")]
    with page.expect_request(f"{own_base}{OURS}/drawing.json"):
        page.locator(".lierne-local").scroll_into_view_if_needed()
    context.close()

    assert {url.rpartition("/")[2] for url in at_first if url.endswith((".js", ".css"))} == {
        *("notes.css", "pages.css", "reading.js", "later.js", "print.css"),
    }
    assert data in ([], ["search/search_index.json"])


def test_what_draws_diagrams_is_loaded_only_where_there_is_one(browser: Browser, base: str) -> None:
    pytest.importorskip("mmdc", reason="mmdc, which brings Mermaid, is not installed")
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{base}Softmax/")
    page.wait_for_load_state("networkidle")
    without = [url for url in asked if url.endswith(LIBRARY)]
    page.goto(f"{base}Embeds/")
    page.wait_for_selector("div.mermaid")
    context.close()

    assert without == []
    assert [url for url in asked if url.endswith(LIBRARY)]
