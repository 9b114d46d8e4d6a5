"""Pages that stand open in a browser while notes are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from tests.faces.serve.conftest import Served

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

SAID = (
    "document.querySelector('lierne-serve')?.shadowRoot.querySelector('section')?.innerText || ''"
)

MIDDLE = "document.getElementById('the-middle').getBoundingClientRect().top"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window in which no script may fail."""
    window = browser.new_page(viewport={"width": 1280, "height": 800})
    wrong: list[str] = []
    window.on("pageerror", lambda error: wrong.append(str(error)))
    yield window
    window.close()
    assert wrong == []


def opened(page: Page, site: Served, place: str) -> None:
    """Opens a page that hears of saves, and marks it, so that it is seen if it is loaded anew."""
    address = site.url + place
    # As soon as it is told of the last save it asks whether it is still fresh.
    with page.expect_response(lambda it: (it.url, it.request.resource_type) == (address, "fetch")):
        page.goto(address)
    page.evaluate("window.same = document.querySelector('article')")


def stayed(page: Page) -> bool:
    return bool(page.evaluate("'same' in window"))


def says(page: Page, text: str) -> str:
    """Waits until the overlay holds a text; gives all of it."""
    page.wait_for_function(f"() => ({SAID}).includes({text!r})")
    return str(page.evaluate(SAID))


def test_the_page_that_was_edited_changes_where_the_reader_is(
    page: Page, browser: Browser, site: Served
) -> None:
    opened(page, site, "Long/")
    other = browser.new_page()
    opened(other, site, "Other/")
    page.click("summary:has-text('Folded')")
    page.evaluate("document.getElementById('the-middle').scrollIntoView({behavior: 'instant'})")
    before = page.evaluate(MIDDLE)

    site.change("Long.md", "Above.", "Above.\n\nOne more.\n\nAnd one.")
    page.wait_for_selector("text=And one.")

    page.wait_for_function(f"before => Math.abs({MIDDLE} - before) < 2", arg=before)
    assert page.evaluate("scrollY") > 1000
    assert page.locator("article details").evaluate("it => it.open")
    assert stayed(page)
    assert other.evaluate("window.same === document.querySelector('article')")
    other.close()


def test_what_others_say_of_a_page_is_fresh_and_so_is_the_search(page: Page, site: Served) -> None:
    opened(page, site, "Other/")
    assert page.locator("article a:has-text('Home')").count() == 0

    site.change("Home.md", "[[Long]].", "[[Long]]. A quagga is told of in [[Other]].")
    page.wait_for_selector("article a:has-text('Home')")
    page.click(".md-search__input")
    page.keyboard.type("quagga", delay=10)

    page.wait_for_selector(".md-search-result__link:has-text('quagga')")
    assert stayed(page)


def test_a_problem_is_shown_with_place_and_help_until_it_is_mended(
    page: Page, site: Served
) -> None:
    opened(page, site, "Long/")

    site.change("Long.md", "Middle word.", "Middle word, [[Other#no such]].")
    said = says(page, "Long.md:")
    assert "L102" in said
    page.goto(site.url + "Other/")
    says(page, "1 problem elsewhere")
    page.keyboard.press("Tab")
    page.locator("lierne-serve button").click()
    page.wait_for_function(f"() => ({SAID}) === ''")
    page.goto(site.url + "Long/")
    says(page, "L102")
    page.locator("lierne-serve button").focus()
    page.keyboard.press("Escape")
    page.wait_for_function(f"() => ({SAID}) === ''")
    site.change("Long.md", "Middle word, [[Other#no such]].", "Middle word, [[Other#nor such]].")
    says(page, "nor such")
    site.change("Long.md", "Middle word, [[Other#nor such]].", "Middle word.")
    page.wait_for_function(f"() => ({SAID}) === ''")


def test_a_note_that_is_renamed_leaves_its_page_and_says_so(page: Page, site: Served) -> None:
    site.write("Short.md", "# Short\n")
    site.wait("Short/", lambda text: "<h1" in text and "404" not in text)
    opened(page, site, "Short/")

    (site.folder / "Short.md").rename(site.folder / "Shorter.md")

    says(page, "This page is gone")
    expect(page.locator("h1")).to_have_text("Short")
    page.goto(site.url + "Shorter/")
    expect(page.locator("h1")).to_have_text("Short")
    (site.folder / "Shorter.md").unlink()


def test_a_picture_that_was_changed_is_loaded_anew(page: Page, site: Served) -> None:
    opened(page, site, "Long/")
    page.locator("article img").scroll_into_view_if_needed()  # it is not loaded before
    before = page.locator("article img").get_attribute("src") or ""

    with page.expect_response(lambda answer: "leaf.svg?" in answer.url) as answer:
        site.change("leaf.svg", 'width="10"', 'width="20"')

    assert 'width="20"' in answer.value.text()
    expect(page.locator("article img")).not_to_have_attribute("src", before)
    assert stayed(page)


def test_a_configuration_that_is_broken_is_told_and_one_that_is_new_loads_the_page_anew(
    page: Page, site: Served
) -> None:
    opened(page, site, "Other/")

    site.write("mkdocs.yml", "site_name: [\n")
    assert "mkdocs.yml" in says(page, "stays as it was")
    assert stayed(page)
    made = (site.folder / ".lierne/mkdocs.yml").read_text("utf-8")
    places = {"docs_dir: docs": "docs_dir: .lierne/docs", "../site": "site", "root: ..": "root: ."}
    for old, new in {**places, "site_name: ": "site_name: Renamed "}.items():
        made = made.replace(old, new)
    site.write("mkdocs.yml", made.replace('Renamed "', '"Renamed '))

    page.wait_for_function("() => document.title.startsWith('Other - Renamed')")
    assert not stayed(page)
    page.wait_for_function(f"() => ({SAID}) === ''")
    (site.folder / "mkdocs.yml").unlink()
