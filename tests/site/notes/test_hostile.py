"""Notes by somebody who wants to run code in the reader's browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Route

    from lierne.site.page import Page

    Rendered = Callable[..., Page]
    Reading = Callable[[str], list[Any]]

FIXTURES = Path(__file__).parent / "fixtures"
LINES = (FIXTURES / "hostile.md").read_text("utf-8").splitlines()
ESCAPES = {r"\n": "\n", r"\t": "\t", "\\\\": "\\", r"\u0001": "\x01"}
NOTES = [re.sub(r"\\(?:n|t|\\|u0001)", lambda match: ESCAPES[match[0]], line) for line in LINES]
PAGE = "http://localhost/"
COUNTER = "var ran = 0; function pwned() { ran++ }"
BESIDE = {"Other.md": "x", "cat.png": b"png"}

# What may stand in a page. All that is not here would have to be thought about first.
TAGS, ATTRIBUTES = map(str.split, (FIXTURES / "allowed.txt").read_text("utf-8").splitlines())
SCHEMES = re.compile(r"https?:|mailto:|data:image/(png|gif|jpeg|webp);base64,|[^:]*$|[^:]*[/?#]")


@pytest.mark.parametrize("note", NOTES, ids=[f"line {n}" for n in range(1, len(NOTES) + 1)])
def test_nothing_in_a_page_can_run(note: str, render: Rendered, well_formed: Reading) -> None:
    page = render({"Note.md": note, **BESIDE})

    for element in well_formed(page.heading + page.html):
        assert element.tag in TAGS
        assert set(element.attributes) <= set(ATTRIBUTES)
        for name in ("href", "src"):
            url = re.sub(r"[\x00-\x20]", "", element.attributes.get(name) or "")
            assert SCHEMES.match(url), url


def test_no_class_of_the_frame_can_be_borrowed(render: Rendered, well_formed: Reading) -> None:
    page = render({"Note.md": "\n\n".join(note for note in NOTES if "class=" in note)})

    names = " ".join(e.attributes.get("class") or "" for e in well_formed(page.html)).split()
    assert not [name for name in names if name.startswith("md-") and name != "md-tag"]


def test_nothing_runs_in_a_browser(render: Rendered, browser: Browser) -> None:
    html = "".join(render({"Note.md": note, **BESIDE}).html for note in NOTES)
    document = f"<!doctype html><script>{COUNTER}</script><body>{html}<p id=end>end</p></body>"
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if route.request.url == PAGE:
            route.fulfill(body=document, content_type="text/html; charset=utf-8")
        else:
            route.abort()

    context = browser.new_context()
    context.route("**/*", answer)
    page = context.new_page()
    page.goto(PAGE)
    page.evaluate(
        "document.querySelectorAll('*').forEach(e => e.dispatchEvent(new Event('focus')))"
    )
    page.wait_for_function("[...document.images].every(image => image.complete)")
    page.evaluate("new Promise(done => setTimeout(done, 100))")  # by the page's own clock

    assert page.evaluate("ran") == 0
    assert page.locator("body > #end").count() == 1, "the notes have swallowed the page's end"
    assert {url for url in asked if not url.startswith(PAGE)} == set()
    assert page.evaluate("pwned(), ran") == 1
    context.close()
