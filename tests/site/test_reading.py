"""Reading in a real browser: what a link shows of where it leads, and who can read the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

NOTE = quote("Kavramlar/Dikkat Mekanizması/")
PEEK = ".lierne-peek"
SOFTMAX = "article p a:has-text('Softmax')"


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A small window, in which nothing may go wrong."""
    context = browser.new_context(viewport={"width": 800, "height": 500})
    context.set_default_timeout(10_000)
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield context
    context.close()
    assert wrong == []


def shown(page: Page) -> str:
    """What the pop-over says, once there is one."""
    page.wait_for_selector(PEEK)
    return " ".join(page.inner_text(PEEK).split())


def gone(page: Page) -> None:
    page.wait_for_selector(PEEK, state="detached")


def test_a_link_shows_the_note_under_the_pointer(window: BrowserContext, base: str) -> None:
    asked: list[str] = []
    page = window.new_page()
    page.on("request", lambda request: asked.append(request.url.removeprefix(base)))
    page.goto(base)
    assert not [url for url in asked if url.endswith("note.json")]

    page.hover(SOFTMAX)
    said = shown(page)
    assert said.startswith("Softmax Scores become shares; see also #garden.")
    link = page.locator(SOFTMAX)
    described = link.get_attribute("aria-describedby") or ""
    assert page.get_attribute(f"#{described}", "role") == "tooltip"
    tag = page.locator(f"{PEEK} a.md-tag").evaluate("a => a.href")
    assert tag == f"{base}tags/#tag:garden"

    page.hover(f"{PEEK} p")
    page.wait_for_timeout(400)
    assert shown(page) == said
    page.keyboard.press("Escape")
    gone(page)
    assert link.get_attribute("aria-describedby") is None

    page.hover(SOFTMAX)
    shown(page)
    page.mouse.move(5, 490)
    gone(page)
    assert asked.count("Softmax/note.json") == 1

    # Also on a page that was loaded without a new one.
    page.click(SOFTMAX)
    page.wait_for_selector("h1:has-text('Softmax')")
    assert page.locator(PEEK).count() == 0
    page.hover(".lierne-backlinks a:has-text('Dikkat Mekanizması')")
    assert 'Sorgu, anahtar, değer & "ötesi". Dikkat, Softmax ile başlar.' in shown(page)


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
        assert said in shown(page)
        page.keyboard.press("Escape")
        gone(page)

    page.goto(f"{base}Softmax/")
    page.hover("a.reference")
    assert "largest = max(scores)" in shown(page)


def test_a_link_shows_the_note_on_focus_and_stays_inside_the_window(
    window: BrowserContext, base: str
) -> None:
    page = window.new_page()
    page.goto(f"{base}{NOTE}")
    page.set_viewport_size({"width": 390, "height": 500})
    page.locator("td a:has-text('shares')").scroll_into_view_if_needed()
    page.locator("td a:has-text('shares')").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")

    assert "Scores become shares" in shown(page)
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


def test_a_finger_follows_a_link_at_once(browser: Browser, base: str) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(base)
    page.tap(SOFTMAX)
    page.wait_for_selector("h1:has-text('Softmax')")
    page.wait_for_timeout(400)
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


def faults(page: Page) -> list[str]:
    """What axe finds that keeps somebody from reading the page."""
    from importlib.resources import files

    import axe_playwright_python

    if not page.evaluate("'axe' in window"):
        page.evaluate((files(axe_playwright_python) / "axe.min.js").read_text("utf-8"))
    # Without motion: a colour on its way to another is no colour.
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; }")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@pytest.mark.timeout(120)
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
        found[path, "dark"] = faults(page)
        if path == "":
            page.hover(SOFTMAX)
            shown(page)
            found["pop-over", "dark"] = faults(page)
            page.click(".md-search__input")
            page.keyboard.type("zebrafish")
            page.wait_for_selector(".md-search-result__link")
            found["search", "dark"] = faults(page)
            page.emulate_media(color_scheme="light")
            page.wait_for_selector("body[data-md-color-scheme=default]")
            found["search", "light"] = faults(page)
    context.close()

    wrong = [f"{where}: {fault}" for where, all_ in found.items() for fault in all_]
    assert wrong == []
