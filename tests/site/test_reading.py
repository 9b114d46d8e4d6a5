"""Reading in a real browser: what a link shows of where it leads, and who can read the pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page
    from tests.site.conftest import Tapped

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

NOTE = quote("Kavramlar/Dikkat Mekanizması/")
PEEK = ".lierne-peek"
LATER = "() => new Promise(done => setTimeout(done, 400))"
"""By the page's own clock: what is to come within less has come, on the slowest of machines."""
SOFTMAX = "article p a:has-text('Softmax')"


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A small window, in which nothing may go wrong."""
    context = browser.new_context(viewport={"width": 800, "height": 500})
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield context
    context.close()
    assert wrong == []


def shows(page: Page, text: str) -> None:
    """Waits until there is a pop-over that says something."""
    expect(page.locator(PEEK)).to_contain_text(text, use_inner_text=True)


def gone(page: Page) -> None:
    expect(page.locator(PEEK)).to_have_count(0)


def test_a_link_shows_the_note_under_the_pointer(window: BrowserContext, base: str) -> None:
    asked: list[str] = []
    page = window.new_page()
    page.on("request", lambda request: asked.append(request.url.removeprefix(base)))
    page.goto(base)
    assert not [url for url in asked if url.endswith("note.json")]

    page.hover(SOFTMAX)
    peek, link = page.locator(PEEK), page.locator(SOFTMAX)
    beginning = re.compile(r"^Softmax\s+Scores become shares; see also #garden\.")
    expect(peek).to_have_text(beginning, use_inner_text=True)
    expect(link).to_have_attribute("aria-describedby", re.compile("."))
    described = link.get_attribute("aria-describedby") or ""
    assert page.get_attribute(f"#{described}", "role") == "tooltip"
    tag = page.locator(f"{PEEK} a.md-tag").evaluate("a => a.href")
    assert tag == f"{base}tags/#tag:garden"

    page.hover(f"{PEEK} p")
    page.evaluate(LATER)
    expect(peek).to_have_text(beginning, use_inner_text=True)
    page.keyboard.press("Escape")
    gone(page)
    assert link.get_attribute("aria-describedby") is None

    page.hover(SOFTMAX)
    expect(peek).to_be_visible()
    page.mouse.move(5, 490)
    gone(page)
    assert asked.count("Softmax/note.json") == 1

    # Also on a page that was loaded without a new one.
    page.click(SOFTMAX)
    expect(page.locator("h1")).to_contain_text("Softmax")
    assert peek.count() == 0
    page.hover(".lierne-backlinks a:has-text('Dikkat Mekanizması')")
    shows(page, 'Sorgu, anahtar, değer & "ötesi". Dikkat, Softmax ile başlar.')


def test_a_link_shows_a_section_a_block_a_footnote_and_code(
    window: BrowserContext, base: str
) -> None:
    page = window.new_page()
    page.goto(f"{base}Embeds/")

    for link, said in (
        (
            "a:has-text('Softmax > The shares')",
            "Softmax The shares The largest score is subtracted",
        ),
        ("p > a[href*='para']", "Dikkat Mekanizması A section to be shown elsewhere"),
        (".footnote-ref", "The note at the foot."),
    ):
        page.hover(f"article {link}")
        shows(page, said)
        page.keyboard.press("Escape")
        gone(page)

    page.goto(f"{base}Softmax/")
    page.hover("a.reference")
    shows(page, "largest = max(scores)")


def test_a_link_shows_the_note_on_focus_and_stays_inside_the_window(
    window: BrowserContext, base: str
) -> None:
    page = window.new_page()
    page.goto(f"{base}{NOTE}")
    page.set_viewport_size({"width": 390, "height": 500})
    page.wait_for_function("() => innerWidth == 390")
    page.locator("td a:has-text('shares')").scroll_into_view_if_needed()
    page.locator("td a:has-text('shares')").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")

    shows(page, "Scores become shares")
    box = page.locator(PEEK).bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["y"] >= 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.keyboard.press("Tab")
    gone(page)
    # What is in it is read, but the keyboard goes on along the page.
    assert page.evaluate("document.activeElement.closest('.lierne-peek')") is None


def test_a_finger_follows_a_link_at_once(browser: Browser, base: str, tapped: Tapped) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(base)
    tapped(page, lambda: page.tap(SOFTMAX), "location.pathname.endsWith('/Softmax/')")
    expect(page.locator("h1")).to_contain_text("Softmax")
    page.evaluate(LATER)
    peeks = page.locator(PEEK).count()
    context.close()

    assert peeks == 0


COLOURS = """() => {
  const code = document.querySelector("article pre code")
  const names = "comment constant function generic keyword name number operator punctuation"
  for (const name of (names + " special string variable").split(" ")) {
    const word = code.appendChild(document.createElement("span"))
    word.style.color = `var(--md-code-hl-${name}-color)`
    word.textContent = ` ${name}`
  }
}"""
"""Puts a word of each colour that code may have into the first block of a page."""


COLOURED = ("color-contrast", "link-in-text-block")
"""All that a scheme makes another page of is its colours."""


def faults(page: Page, *, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe finds that keeps somebody from reading the page, by all its rules or by some."""
    from importlib.resources import files

    import axe_playwright_python

    if not page.evaluate("'axe' in window"):
        page.evaluate((files(axe_playwright_python) / "axe.min.js").read_text("utf-8"))
    # Without motion: a colour on its way to another is no colour.
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; }")
    how = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    found = page.evaluate("how => axe.run(document, how)", how)
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def test_nothing_keeps_anybody_from_reading_a_page(browser: Browser, base: str) -> None:
    pytest.importorskip("axe_playwright_python", reason="axe is not installed")
    pages = ("", "Softmax/", "Embeds/", NOTE, "code/src/softmax.py/")
    pages += ("graph/", "notes/", "code/", "tags/", "api/softmax/", "404.html")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    found = {}
    for path in pages:
        page.emulate_media(color_scheme="light")
        page.goto(base + path)
        if path == "Softmax/":
            page.evaluate(COLOURS)
        found[path, "light"] = faults(page)
        page.emulate_media(color_scheme="dark")
        page.wait_for_selector("body[data-md-color-scheme=slate]")
        found[path, "dark"] = faults(page, rules=COLOURED)
        if path == "":
            page.hover(SOFTMAX)
            expect(page.locator(PEEK)).to_be_visible()
            found["pop-over", "dark"] = faults(page)
            page.click(".md-search__input")
            page.keyboard.type("zebrafish")
            page.wait_for_selector(".md-search-result__link")
            found["search", "dark"] = faults(page)
            page.emulate_media(color_scheme="light")
            page.wait_for_selector("body[data-md-color-scheme=default]")
            found["search", "light"] = faults(page, rules=COLOURED)
    context.close()

    wrong = [f"{where}: {fault}" for where, all_ in found.items() for fault in all_]
    assert wrong == []
