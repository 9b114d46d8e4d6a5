"""The built sites in a real browser: at the root of a host, and under a path."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response
    from tests.site.conftest import Arrive

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

BOTH = pytest.mark.parametrize("base", ["/", "/some/path/"], indirect=True)
"""At the root of a host, and under a path; all others are made under a path only."""


@dataclass
class Visit:
    """One person's window on a site, and all that went wrong in it."""

    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def arrives(self, path: str) -> None:
        """Waits until the window is there; the address may change before the page does."""
        expect(self.page).to_have_url(self.base + path)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.wrong.append(f"request to elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="module")
def person(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody who reads on, and has seen the site's scripts before."""
    context = browser.new_context(color_scheme="light", viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def visit(person: BrowserContext, base: str) -> Iterator[Visit]:
    """A window on the garden; nothing may go wrong in it."""
    visit = Visit(person.new_page(), base)
    yield visit
    visit.page.close()
    assert visit.wrong == []


@BOTH
def test_a_wiki_link_leads_on_without_loading_a_page_anew(visit: Visit, arrive: Arrive) -> None:
    page = visit.page
    arrive(page, visit.base)
    page.evaluate("window.same = true")

    page.click("article >> text=Softmax")

    expect(page.locator("h1")).to_contain_text("Softmax")
    visit.arrives("Softmax/")
    assert page.evaluate("window.same")
    expect(page).to_have_title("Softmax - garden")


def test_a_link_to_a_section_shows_that_section(visit: Visit) -> None:
    page = visit.open("Embeds/")

    page.click("article a:has-text('Softmax > The shares')")

    visit.arrives("Softmax/#the-shares")
    expect(page.locator("h2:has-text('The shares')")).to_be_in_viewport()


def test_a_note_with_spaces_and_other_letters_opens(visit: Visit) -> None:
    page = visit.open(quote("Kavramlar/Dikkat Mekanizması/") + "#istanbul-ve-cag")

    expect(page.locator("h1")).to_have_text("Dikkat Mekanizması")
    expect(page.locator("#istanbul-ve-cag")).to_be_visible()


@BOTH
def test_the_search_finds_a_section(visit: Visit) -> None:
    page = visit.open("")
    page.click(".md-search__input")
    page.keyboard.type("zebrafish", delay=10)

    found = page.locator(".md-search-result__link:has-text('The shares')")

    where = re.compile(r"Softmax/(\?h=\w+)?#the-shares$")
    expect(found.first).to_have_attribute("href", where)


def test_the_search_finds_nothing_of_an_unpublished_note(visit: Visit) -> None:
    page = visit.open("")
    page.click(".md-search__input")
    page.keyboard.type("unspeakable", delay=10)

    page.wait_for_selector(".md-search-result__meta:has-text('No matching documents')")


def test_dark_and_light_can_be_chosen(visit: Visit) -> None:
    page = visit.open("")
    body = page.locator("body")
    colours = []
    for number, scheme in enumerate(("default", "default", "slate", "default")):
        to_the_next = page.locator(f"label.md-header__button[for=__palette_{(number + 1) % 3}]")
        expect(to_the_next).to_be_visible()
        expect(body).to_have_attribute("data-md-color-scheme", scheme)
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        to_the_next.click()

    light, same, dark, again = colours
    assert light == same == again != dark


def test_the_system_s_dark_mode_is_followed(browser: Browser, base: str) -> None:
    context = browser.new_context(color_scheme="dark")
    visit = Visit(context.new_page(), base)
    page = visit.open("Softmax/")

    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    context.close()
    assert visit.wrong == []


def test_a_page_is_printed_in_the_colours_of_paper_with_all_that_is_folded(
    browser: Browser, base: str
) -> None:
    context = browser.new_context(color_scheme="dark")
    visit = Visit(context.new_page(), base)
    page = visit.open("Softmax/")
    links = "getComputedStyle(document.body).getPropertyValue('--md-typeset-a-color')"
    on_screen = page.evaluate(links)

    page.emulate_media(media="print")

    on_paper = page.evaluate(links)
    folded = page.locator("text=Subtract the largest score first.").bounding_box()
    context.close()
    assert (on_screen, on_paper) == ("#8fbdec", "#1f5f9b")
    assert folded
    assert folded["height"] > 0
    assert visit.wrong == []


@BOTH
def test_a_formula_is_mathml_whose_brackets_grow(visit: Visit) -> None:
    page = visit.open("Softmax/")
    loaded = "[...document.fonts].some(font => font.status == 'loaded')"
    brackets = "[...document.querySelectorAll('math mo')].filter(o => '()'.includes(o.textContent))"
    heights = f"{brackets}.map(bracket => bracket.getBoundingClientRect().height)"

    page.wait_for_function(f"() => {loaded}")
    assert page.evaluate(f"{heights}.length") == 4
    page.wait_for_function(f"() => Math.min(...{heights}) > 30")  # a line of text is half as high


@BOTH
def test_a_section_of_another_note_is_embedded(visit: Visit) -> None:
    page = visit.open("Embeds/")

    embed = page.locator("article .embed").first

    expect(embed).to_contain_text(
        "A section to be shown elsewhere, with [[no link]].", use_inner_text=True
    )
    expect(embed).not_to_contain_text("Dikkat, Softmax ile")
    expect(embed.locator("td a")).to_have_text("shares")


@BOTH
def test_pictures_are_shown_in_the_size_that_is_asked_for(visit: Visit) -> None:
    page = visit.open("Embeds/")
    pictures = page.locator("article img")

    expect(pictures).to_have_count(2)
    for number, width in enumerate([40, 120]):
        picture = pictures.nth(number)
        picture.scroll_into_view_if_needed()  # it is not loaded before
        assert picture.evaluate("i => i.decode().then(() => [i.width, i.naturalWidth > 0])") == [
            *(width, True)
        ]


def test_backlinks_show_the_sentence(visit: Visit) -> None:
    page = visit.open("Softmax/")

    linked = page.locator(".lierne-backlinks")

    expect(linked).to_contain_text("Dikkat, Softmax ile başlar.", use_inner_text=True)
    expect(linked).not_to_contain_text("İkinci cümle")
    expect(linked).not_to_contain_text("Hidden")


def test_a_folded_callout_opens(visit: Visit) -> None:
    page = visit.open("Softmax/")
    inside = page.locator("text=Subtract the largest score first.")
    expect(inside).to_be_hidden()

    page.click("summary:has-text('A folded tip')")

    expect(inside).to_be_visible()


@BOTH
def test_code_leads_to_its_target_and_back(visit: Visit) -> None:
    page = visit.open("Softmax/")

    page.click(".filename a:has-text('lines 8-10')")
    expect(page.locator("h1")).to_contain_text("softmax.py")
    visit.arrives("code/src/softmax.py/#L8")
    expect(page.locator("#L8")).to_contain_text("largest = max(scores)", use_inner_text=True)

    page.click(".lierne-told a:has-text('The shares')")
    expect(page.locator("h1")).to_contain_text("Softmax")
    visit.arrives("Softmax/#code:shares")
    expect(page.locator("[id='code:shares']")).to_contain_text(
        "largest = max(scores)", use_inner_text=True
    )


def test_the_copy_button_copies_a_target_as_it_is(browser: Browser, base: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = Visit(context.new_page(), base).open("code/src/softmax.py/")
    page.hover(".lierne-file code")

    page.click("[data-clipboard-target], .md-code__button")
    page.wait_for_selector(".md-dialog--active")  # it says that it was copied
    text = page.evaluate("navigator.clipboard.readText()")
    context.close()

    assert text.startswith('"""Scores become shares."""\n\nimport math\n\n\ndef softmax(')
    assert text.rstrip().endswith("for power in powers]")


def test_a_diagram_is_drawn_without_any_other_host(visit: Visit) -> None:
    pytest.importorskip("mmdc", reason="mmdc, which brings Mermaid, is not installed")
    page = visit.open("Embeds/")

    page.wait_for_selector("div.mermaid")


def test_raw_html_runs_no_script(visit: Visit) -> None:
    page = visit.open("Embeds/")

    assert page.evaluate("typeof window.pwned") == "undefined"


def test_a_phone_has_no_sideways_scrolling(browser: Browser, base: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    visit = Visit(context.new_page(), base)
    wide = {}
    for path in ("", "Softmax/", "Embeds/", "code/src/softmax.py/", "api/softmax/", "tags/"):
        page = visit.open(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide[path] = width
    context.close()

    assert wide == {}


def pages_of(site: Path) -> list[str]:
    found = sorted(path.parent.relative_to(site).as_posix() for path in site.rglob("index.html"))
    return ["" if path == "." else quote(f"{path}/") for path in found]


@BOTH
def test_nothing_goes_wrong_on_any_page_of_the_garden(visit: Visit, garden_site: Path) -> None:
    pages = pages_of(garden_site)

    for path in pages:
        visit.open(path)

    assert len(pages) == 11


NO_SEARCH = "window.Worker = class extends EventTarget { postMessage() {} }"
"""What is looked for in is the same from each page, and made ready longer than the page itself."""


def test_nothing_goes_wrong_on_our_own_pages(
    browser: Browser, own_base: str, own_site: Path
) -> None:
    context = browser.new_context()
    context.add_init_script(NO_SEARCH)
    visit = Visit(context.new_page(), own_base)
    targets = [path for path in pages_of(own_site) if path.startswith(("api/", "code/"))]
    others = [path for path in pages_of(own_site) if path not in targets]

    for path in [*others[::2], *targets[::12]]:  # which differ in nothing but their text
        visit.open(path)
    context.close()

    assert len(others) > 40
    assert len(targets) > 40
    assert visit.wrong == []
