"""The built sites in a real browser: at the root of a host, and under a path."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

BOTH = pytest.mark.parametrize("base", ["/", "/some/path/"], indirect=True)
"""At the root of a host, and under a path; all others are made under a path only."""
PATIENCE = 10_000
"""Milliseconds; what the browser waits for comes in a tenth of one."""


@dataclass
class Visit:
    """One person's window on a site, and all that went wrong in it."""

    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    @property
    def path(self) -> str:
        """Where the window is, from the site's home page."""
        return unquote(self.page.url.removeprefix(self.base))

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
def test_a_wiki_link_leads_on_without_loading_a_page_anew(visit: Visit) -> None:
    page = visit.open("")
    page.wait_for_load_state("networkidle")  # Material asks for the site's pages before it leads on
    page.evaluate("window.same = true")

    page.click("article >> text=Softmax")
    page.wait_for_selector("h1:has-text('Softmax')")

    assert visit.path == "Softmax/"
    assert page.evaluate("window.same")
    assert page.title() == "Softmax - garden"


def test_a_link_to_a_section_shows_that_section(visit: Visit) -> None:
    page = visit.open("Embeds/")

    page.click("article a:has-text('Softmax > The shares')")
    page.wait_for_selector("h2:has-text('The shares')")

    assert visit.path == "Softmax/#the-shares"


def test_a_note_with_spaces_and_other_letters_opens(visit: Visit) -> None:
    page = visit.open(quote("Kavramlar/Dikkat Mekanizması/") + "#istanbul-ve-cag")

    assert page.inner_text("h1") == "Dikkat Mekanizması"
    assert page.locator("#istanbul-ve-cag").is_visible()


@BOTH
def test_the_search_finds_a_section(visit: Visit) -> None:
    page = visit.open("")
    page.click(".md-search__input")
    page.keyboard.type("zebrafish", delay=10)

    found = page.locator(".md-search-result__link:has-text('The shares')")
    found.first.wait_for()

    href = found.first.get_attribute("href") or ""
    assert re.search(r"Softmax/(\?h=\w+)?#the-shares$", href)


def test_the_search_finds_nothing_of_an_unpublished_note(visit: Visit) -> None:
    page = visit.open("")
    page.click(".md-search__input")
    page.keyboard.type("unspeakable", delay=10)

    page.wait_for_selector(".md-search-result__meta:has-text('No matching documents')")


def test_dark_and_light_can_be_chosen(visit: Visit) -> None:
    page = visit.open("")
    colours = []
    for _ in range(3):
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.click("label.md-header__button:visible[for^=__palette]")

    schemes = "document.body.getAttribute('data-md-color-scheme')"
    assert page.evaluate(schemes) == "default"
    assert len(set(colours)) == 2


def test_the_system_s_dark_mode_is_followed(browser: Browser, base: str) -> None:
    context = browser.new_context(color_scheme="dark")
    visit = Visit(context.new_page(), base)
    page = visit.open("Softmax/")
    scheme = page.evaluate("document.body.getAttribute('data-md-color-scheme')")
    context.close()

    assert scheme == "slate"
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
    page.evaluate("document.fonts.ready")

    fonts = page.evaluate(
        "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
    )
    heights = page.evaluate(
        "[...document.querySelectorAll('math mo')].filter(o => '()'.includes(o.textContent))"
        ".map(o => o.getBoundingClientRect().height)"
    )

    assert fonts
    assert len(heights) == 4
    assert min(heights) > 30  # a line of text is half as high


@BOTH
def test_a_section_of_another_note_is_embedded(visit: Visit) -> None:
    page = visit.open("Embeds/")

    embed = page.locator("article .embed").first

    assert "A section to be shown elsewhere, with [[no link]]." in embed.inner_text()
    assert "Dikkat, Softmax ile" not in embed.inner_text()
    assert embed.locator("td a").inner_text() == "shares"


@BOTH
def test_pictures_are_shown_in_the_size_that_is_asked_for(visit: Visit) -> None:
    page = visit.open("Embeds/")
    page.wait_for_selector("article img >> nth=1")

    widths = page.evaluate(
        "[...document.querySelectorAll('article img')].map(i => [i.width, i.naturalWidth > 0])"
    )

    assert widths == [[40, True], [120, True]]


def test_backlinks_show_the_sentence(visit: Visit) -> None:
    page = visit.open("Softmax/")

    linked = page.locator(".lierne-backlinks")

    assert "Dikkat, Softmax ile başlar." in linked.inner_text()
    assert "İkinci cümle" not in linked.inner_text()
    assert "Hidden" not in linked.inner_text()


def test_a_folded_callout_opens(visit: Visit) -> None:
    page = visit.open("Softmax/")
    inside = page.locator("text=Subtract the largest score first.")
    assert not inside.is_visible()

    page.click("summary:has-text('A folded tip')")

    assert inside.is_visible()


@BOTH
def test_code_leads_to_its_target_and_back(visit: Visit) -> None:
    page = visit.open("Softmax/")

    page.click(".filename a:has-text('lines 8-10')")
    page.wait_for_selector("h1:has-text('softmax.py')")
    assert visit.path == "code/src/softmax.py/#L8"
    assert "largest = max(scores)" in page.inner_text("#L8")

    page.click(".lierne-told a:has-text('The shares')")
    page.wait_for_selector("h1:has-text('Softmax')")
    assert visit.path == "Softmax/#code:shares"
    assert "largest = max(scores)" in page.inner_text("[id='code:shares']")


def test_the_copy_button_copies_a_target_as_it_is(browser: Browser, base: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = Visit(context.new_page(), base).open("code/src/softmax.py/")
    page.hover(".lierne-file code")

    page.click("[data-clipboard-target], .md-code__button")
    page.wait_for_selector(".md-dialog--active")
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


@pytest.mark.timeout(240)  # a page takes a quarter of a second, and there are more each month
def test_nothing_goes_wrong_on_our_own_pages(
    browser: Browser, own_base: str, own_site: Path
) -> None:
    context = browser.new_context()
    visit = Visit(context.new_page(), own_base)
    targets = [path for path in pages_of(own_site) if path.startswith(("api/", "code/"))]
    others = [path for path in pages_of(own_site) if path not in targets]

    for path in [*others[::2], *targets[::12]]:  # which differ in nothing but their text
        visit.open(path)
    context.close()

    assert len(others) > 40
    assert len(targets) > 40
    assert visit.wrong == []
