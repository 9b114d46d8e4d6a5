"""Attention that is explored in a real browser: with the pointer, with keys, on a phone, on paper.

The numbers are those of the garden's picture `dikkat.svg`, whose tokens are hostile.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page
    from tests.site.conftest import Arrive, Tapped

    Open = Callable[..., Page]

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

NOTE = quote("Kavramlar/Dikkat Mekanizması/")
SHARE = "e => getComputedStyle(e).getPropertyValue('--share')"
HINT = re.compile(r"^Rows attend to columns\.")
COLOUR = "e => getComputedStyle(e).backgroundColor"


@pytest.fixture
def opened(browser: Browser, base: str, arrive: Arrive) -> Iterator[Open]:
    """Opens pages of the garden; nothing may go wrong in them, and no other host be asked."""
    contexts = []
    wrong: list[str] = []

    def opener(path: str = NOTE, width: int = 1280, **options: object) -> Page:
        viewport = {"width": width, "height": 800}
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: said.type == "error" and wrong.append(str(said.location)))
        page.on("request", lambda asked: wrong.append(asked.url) if base not in asked.url else None)
        if options.get("java_script_enabled", True):
            arrive(page, base + path)
        else:
            page.goto(base + path)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert wrong == []


def parts(page: Page) -> tuple[Locator, Callable[[int, int], Locator], Callable[..., None]]:
    """The buttons of the heads, a cell by row and column, and what waits until a text is said."""
    heat = page.locator(".heat")
    heat.wait_for()
    lines = heat.locator("tr")

    def cell(row: int, column: int) -> Locator:
        return lines.nth(row).locator("td, th").nth(column)

    return heat.get_by_role("radio"), cell, expect(heat.get_by_role("status")).to_have_text


def test_the_pointer_chooses_a_head_and_a_token(opened: Open) -> None:
    page = opened("Softmax/")
    page.evaluate("window.same = true")
    page.locator("article a[href*=Dikkat]:visible").first.click()
    heads, cell, says = parts(page)

    assert page.evaluate("window.same")
    expect(page.locator("article img[src*=dikkat]")).to_be_hidden()
    expect(heads).to_have_text(["1", "2", "mean", "1", "2", "mean"])
    expect(cell(3, 0)).to_have_text('</script><img src=x onerror="pwned=1">')
    expect(cell(0, 3)).to_have_text("&amp;")
    says(HINT)

    cell(1, 1).hover()
    says("‘merhaba’ attends 70 % to ‘hi’")
    assert [cell(0, n).evaluate(SHARE) for n in range(1, 5)] == ["0.7", "0.1", "0.1", "0.1"]

    heads.nth(4).click()
    cell(2, 0).hover()
    says("‘dünya’ attends most to ‘hi’: 62 %")
    cell(0, 2).hover()
    says("‘<b>world</b>’ gets most from ‘merhaba’: 100 %")
    assert [cell(n, 0).evaluate(SHARE) for n in range(1, 4)] == ["0.996", "0.38", "0.1"]
    for n, share in enumerate(["0", "1.00", "0", "0"], 1):
        expect(cell(1, n)).to_have_text(share)

    heads.nth(5).click()
    expect(cell(2, 1)).to_have_text("0.81")
    page.mouse.move(0, 0)
    says(HINT)
    assert page.evaluate("typeof pwned") == "undefined"


def test_the_keyboard_alone_is_enough(opened: Open) -> None:
    page = opened()
    heads, cell, says = parts(page)
    keys = page.keyboard

    heads.first.focus()
    for key, checked in (("ArrowRight", 1), ("ArrowDown", 4), ("ArrowLeft", 3), ("ArrowUp", 0)):
        keys.press(key)
        expect(heads.nth(checked)).to_have_attribute("aria-checked", "true")
        expect(heads.nth(checked)).to_be_focused()
    keys.press("ArrowLeft")
    names = [heads.nth(n).get_attribute("aria-label") for n in range(6)]
    assert (names[0], names[5]) == ("Layer 1, Head 1", "Layer 2, Mean of heads")
    expect(page.get_by_role("radio", checked=True)).to_have_attribute("aria-label", names[5])
    expect(page.get_by_role("grid")).to_have_attribute("aria-label", names[5])

    keys.press("Tab")
    says("‘merhaba’ attends most to ‘hi’: 50 %")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        keys.press(key)
    says("‘dünya’ attends 19 % to ‘<b>world</b>’")
    expect(cell(2, 2)).to_be_focused()
    keys.press("End")
    says("‘dünya’ attends 0 % to ‘!’")
    for _ in range(4):
        keys.press("ArrowUp")
    says(re.compile("^‘!’ gets most from"))
    expect(page.locator(".heat [tabindex='0']")).to_have_count(2)  # one head and one token

    keys.press("Shift+Tab")
    expect(heads.nth(5)).to_be_focused()
    says(HINT)


def test_it_is_shown_in_the_dark_on_a_phone_and_on_paper(opened: Open, tapped: Tapped) -> None:
    page = opened(width=390, color_scheme="dark", has_touch=True)
    heads, cell, says = parts(page)

    said = "document.querySelector('.heat').textContent.includes('‘dünya’ attends')"
    tapped(page, cell(2, 2).tap, said)
    says("‘dünya’ attends 100 % to ‘<b>world</b>’")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert heads.first.bounding_box()["height"] >= 44
    dark = cell(2, 2).evaluate(COLOUR)
    page.evaluate("document.body.dataset.mdColorScheme = 'default'")
    expect(cell(2, 2)).not_to_have_css("background-color", dark)

    picture = page.locator("article img[src*=dikkat]")
    page.emulate_media(media="print")
    expect(picture).to_be_visible()
    assert picture.evaluate("i => i.decode().then(() => i.naturalWidth)") == 120
    expect(page.locator(".heat")).to_be_hidden()


def test_without_scripts_there_is_the_picture(opened: Open) -> None:
    page = opened(java_script_enabled=False)

    expect(page.locator("article img[src*=dikkat]")).to_be_visible()
    assert page.locator(".heat").count() == 0
