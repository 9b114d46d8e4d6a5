"""Attention that is explored in a real browser: with the pointer, with keys, on a phone, on paper.

The numbers are those of the garden's picture `dikkat.svg`, whose tokens are hostile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page

    Open = Callable[..., Page]

NOTE = quote("Kavramlar/Dikkat Mekanizması/")
SHARE = "e => getComputedStyle(e).getPropertyValue('--share')"
COLOUR = "e => getComputedStyle(e).backgroundColor"


@pytest.fixture
def opened(browser: Browser, base: str) -> Iterator[Open]:
    """Opens pages of the garden; nothing may go wrong in them, and no other host be asked."""
    contexts = []
    wrong: list[str] = []

    def opener(path: str = NOTE, width: int = 1280, **options: object) -> Page:
        viewport = {"width": width, "height": 800}
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: said.type == "error" and wrong.append(str(said.location)))
        page.on("request", lambda asked: wrong.append(asked.url) if base not in asked.url else None)
        page.goto(base + path)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert wrong == []


def parts(page: Page) -> tuple[Locator, Callable[[int, int], Locator], Callable[[], str]]:
    """The buttons of the heads, a cell by row and column, and what is said of it."""
    heat = page.locator(".heat")
    heat.wait_for()
    lines = heat.locator("tr")

    def cell(row: int, column: int) -> Locator:
        return lines.nth(row).locator("td, th").nth(column)

    return heat.get_by_role("radio"), cell, lambda: heat.get_by_role("status").inner_text()


def test_the_pointer_chooses_a_head_and_a_token(opened: Open) -> None:
    page = opened("Softmax/")
    page.wait_for_load_state("networkidle")  # Material asks for the site's pages before it leads on
    page.evaluate("window.same = true")
    page.locator("article a[href*=Dikkat]:visible").first.click()
    heads, cell, said = parts(page)

    assert page.evaluate("window.same")
    assert page.locator("article img[src*=dikkat]").is_hidden()
    assert [heads.nth(n).inner_text() for n in range(6)] == ["1", "2", "mean", "1", "2", "mean"]
    assert cell(3, 0).inner_text() == '</script><img src=x onerror="pwned=1">'
    assert cell(0, 3).inner_text() == "&amp;"
    assert said().startswith("Rows attend to columns.")

    cell(1, 1).hover()
    assert said() == "‘merhaba’ attends 70 % to ‘hi’"
    assert [cell(0, n).evaluate(SHARE) for n in range(1, 5)] == ["0.7", "0.1", "0.1", "0.1"]

    heads.nth(4).click()
    cell(2, 0).hover()
    assert said() == "‘dünya’ attends most to ‘hi’: 62 %"
    cell(0, 2).hover()
    assert said() == "‘<b>world</b>’ gets most from ‘merhaba’: 100 %"
    assert [cell(n, 0).evaluate(SHARE) for n in range(1, 4)] == ["0.996", "0.38", "0.1"]
    assert [cell(1, n).inner_text() for n in range(1, 5)] == ["0", "1.00", "0", "0"]

    heads.nth(5).click()
    assert cell(2, 1).inner_text() == "0.81"
    page.mouse.move(0, 0)
    assert said().startswith("Rows attend to columns.")
    assert page.evaluate("typeof pwned") == "undefined"


def test_the_keyboard_alone_is_enough(opened: Open) -> None:
    page = opened()
    heads, cell, said = parts(page)
    keys = page.keyboard

    heads.first.focus()
    for key, checked in (("ArrowRight", 1), ("ArrowDown", 4), ("ArrowLeft", 3), ("ArrowUp", 0)):
        keys.press(key)
        assert heads.nth(checked).get_attribute("aria-checked") == "true"
        assert heads.nth(checked).evaluate("e => e == document.activeElement")
    keys.press("ArrowLeft")
    names = [heads.nth(n).get_attribute("aria-label") for n in range(6)]
    assert page.get_by_role("radio", checked=True).get_attribute("aria-label") == names[5]
    assert (names[0], names[5]) == ("Layer 1, Head 1", "Layer 2, Mean of heads")
    assert page.get_by_role("grid").get_attribute("aria-label") == names[5]

    keys.press("Tab")
    assert said() == "‘merhaba’ attends most to ‘hi’: 50 %"
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        keys.press(key)
    assert said() == "‘dünya’ attends 19 % to ‘<b>world</b>’"
    assert cell(2, 2).evaluate("e => e == document.activeElement")
    keys.press("End")
    assert said() == "‘dünya’ attends 0 % to ‘!’"
    for _ in range(4):
        keys.press("ArrowUp")
    assert said().startswith("‘!’ gets most from")
    assert page.locator(".heat [tabindex='0']").count() == 2  # one head and one token

    keys.press("Shift+Tab")
    assert heads.nth(5).evaluate("e => e == document.activeElement")
    assert said().startswith("Rows attend to columns.")


def test_it_is_shown_in_the_dark_on_a_phone_and_on_paper(opened: Open) -> None:
    page = opened(width=390, color_scheme="dark", has_touch=True)
    heads, cell, said = parts(page)

    cell(2, 2).tap()
    assert said() == "‘dünya’ attends 100 % to ‘<b>world</b>’"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert heads.first.bounding_box()["height"] >= 44
    dark = cell(2, 2).evaluate(COLOUR)
    page.evaluate("document.body.dataset.mdColorScheme = 'default'")
    assert cell(2, 2).evaluate(COLOUR) != dark

    picture = page.locator("article img[src*=dikkat]")
    page.emulate_media(media="print")
    assert picture.is_visible()
    assert picture.evaluate("i => i.decode().then(() => i.naturalWidth)") == 120
    assert page.locator(".heat").is_hidden()


def test_without_scripts_there_is_the_picture(opened: Open) -> None:
    page = opened(java_script_enabled=False)

    assert page.locator("article img[src*=dikkat]").is_visible()
    assert page.locator(".heat").count() == 0
