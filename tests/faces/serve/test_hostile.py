"""A served site of notes by somebody who wants to run code in the reader's browser.

Each payload stands in each place that a note has; whoever reads opens all that can be opened.
"""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from lierne.base.config import find
from lierne.code.run.shown.attention import compact
from lierne.code.run.shown.figures import finished
from lierne.faces.mkdocs.host.warm import Warm
from lierne.faces.serve.events import Events
from lierne.faces.serve.server import Handler, Served, Server
from lierne.faces.serve.wrong import Wrong
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

PAYLOADS = (
    "<img src=x onerror=pwned()>",
    "<script>pwned()</script>",
    '"><svg onload=pwned()>',
    "' onmouseover='pwned()' x='",
    "&lt;img src=x onerror=pwned()&gt;",
    "</title></script><img src=x onerror=pwned()>",
    "javascript:pwned()",
    "${pwned()} {{pwned()}}",
    "]]><img src=x onerror=pwned()>",
    "`<iframe srcdoc='<script>parent.pwned()</script>'>`",
)
NAMES = tuple(payload.replace("/", "∕").replace("|", "") for payload in PAYLOADS)
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'self'"
)
EXPECTED = "Failed to load resource: .* 404 |Parse error on line"
"""What a browser says of pictures that are not there, and Mermaid of what is no diagram."""
WATCH = "window.ran = 0; window.pwned = window.alert = () => { ran++ }"


def lines(shape: str) -> str:
    return "\n".join(shape.replace("PAYLOAD", payload) for payload in PAYLOADS)


def docstring(payload: str) -> str:
    return f"{payload}\n\n    {payload}\n\n    Args:\n        x: {payload}\n    "


def hostile() -> str:
    """A note that tries each payload in each place."""
    quoted = [json.dumps(payload) for payload in PAYLOADS]
    code = "\n\n\n".join(
        f"def zebra_{n}(x={payload!r}):\n    r'''{docstring(payload)}'''"
        for n, payload in enumerate(PAYLOADS)
    )
    return "\n".join(
        [
            "---",
            f"aliases: [{', '.join(quoted)}]",
            f"tags: [{', '.join(quoted)}]",
            f"description: {quoted[0]}",
            "tangle: src/hostile.py",
            *(f"{text}: {text}" for text in quoted),
            f"needs: [{', '.join(json.dumps(f'[[{name}]]') for name in NAMES)}]",
            "---",
            f"# Zebra {PAYLOADS[0]}",
            f"[[Friend]], [[Friend#Part|{PAYLOADS[0]}]], a zebra footnote[^1].",
            lines(
                "\n## PAYLOAD\n\nzebra PAYLOAD [[PAYLOAD]] [PAYLOAD](x) ![PAYLOAD](x) ==PAYLOAD=="
            ),
            lines("\n> [!PAYLOAD] PAYLOAD\n> PAYLOAD\n"),
            "\n| a |\n|---|\n" + lines("| PAYLOAD |"),
            lines("\n$PAYLOAD$ and \\(x\\)\n\n$$\n\\text{PAYLOAD}\n$$\n"),
            *(
                f'\n```mermaid\ngraph LR\na["{text}"] --> b\nclick a "javascript:pwned()"\n```\n'
                for text in (payload.replace('"', "#quot;") for payload in PAYLOADS)
            ),
            *(f"\n~~~js title={text} #{n}\n{PAYLOADS[n]}\n~~~\n" for n, text in enumerate(quoted)),
            f"\n```python\n{code}\n```\n",
            "\n```python run\nfrom hostile import zebra_0\nzebra_0()\n```\n",
            "\n```output\n" + lines("PAYLOAD") + "\n```\n",
            "![[picture.svg|PAYLOAD]] ![[map.svg]]",
            f"\n[^1]: {' '.join(PAYLOADS)}",
        ]
    )


def vault() -> dict[str, str]:
    weights = [[[[0.5] * len(PAYLOADS)] * len(PAYLOADS)]]
    numbers = {"version": 1, "rows": PAYLOADS, "columns": PAYLOADS, "weights": weights}
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99" onload="pwned()">'
    drawn = f"{picture}<script>parent.pwned()</script></svg>"
    return {
        "index.md": "# Home\n\n[[Hostile]], [[Hostile#zebra]] and [[Friend]].\n",
        "Friend.md": f"# Friend\n\nSee [[Hostile|{PAYLOADS[0]}]]. Zebra.\n\n## Part\n\n"
        + lines("Here PAYLOAD is mentioned, [[Hostile]] too.\n"),
        "Hostile.md": hostile(),
        "Chunks.md": "\n".join(
            f"~~~python #{payload}\n<<{payload}>>\n# {payload}\n~~~\n" for payload in PAYLOADS
        ),
        "picture.svg": drawn,
        "map.svg": finished(drawn, "0" * 16, PAYLOADS[0], compact(json.dumps(numbers))).decode(),
        **{f"{name}/{name}.md": f"[[Hostile]] {name} [[missing {name}]]\n" for name in NAMES},
    }


class Strict(Handler):
    """Answers with a policy that lets scripts in the page run, and nothing come from elsewhere."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site."""
    root = tmp_path_factory.mktemp("hostile")
    for path, text in vault().items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, "utf-8")
    project, events, wrong = find(root), Events(), Wrong()
    with Warm(project, -1) as warm:
        warm.load(Vault(project))
        with Server("127.0.0.1", 0, Served("/", warm.get, events, wrong)) as server:
            server.RequestHandlerClass = Strict
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            warm.url = server.url
            problems, pages = warm.problems()
            wrong.found(problems, pages)
            wrong.trouble(PAYLOADS[0])
            events.tell("wrong")
            yield server.url
            events.end()
            server.shutdown()


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    """A window in which nothing may run that a note says, and nothing be asked from elsewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    window = context.new_page()
    wrong: list[str] = []
    window.on("pageerror", lambda error: wrong.append(str(error)))
    window.on(
        "console",
        lambda said: (
            wrong.append(said.text)
            if said.type == "error" and not re.match(EXPECTED, said.text)
            else None
        ),
    )
    window.on(
        "request",
        lambda request: (
            wrong.append(request.url)
            if not request.url.startswith((base, "data:", "blob:"))
            else None
        ),
    )
    yield window
    assert window.evaluate("ran") == 0
    window.evaluate("pwned()")
    assert window.evaluate("ran") == 1
    context.close()
    assert not wrong


def opened(page: Page, address: str) -> None:
    """Opens a page, and does to everything on it what a hand or a keyboard might do."""
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.evaluate(
        "for (const e of document.querySelectorAll('article :not(canvas, :has(td), tr)')) {"
        " for (const kind of ['pointerover', 'mouseover', 'mouseenter', 'focus', 'focusin'])"
        "  e.dispatchEvent(new Event(kind, {bubbles: true})) }"
    )
    assert page.evaluate("ran") == 0, address


def peeks(page: Page, link: str, text: str) -> None:
    """Waits until something is shown of what a link leads to; before, it may be another link."""
    page.locator(link).first.focus()
    peek = page.locator(".lierne-peek")
    expect(peek).to_contain_text(text, use_inner_text=True)
    page.keyboard.press("Escape")
    expect(peek).to_have_count(0)


def test_a_note_and_all_that_it_opens(page: Page, base: str) -> None:
    opened(page, f"{base}Hostile/")

    peeks(page, "a.footnote-ref", "onmouseover")
    peeks(page, "article p a.internal[href$='Friend/']", "Friend")
    assert page.locator("h2").count() >= len(PAYLOADS)
    assert page.locator(".lierne-heat td").count() >= len(PAYLOADS) ** 2
    page.locator(".lierne-local").scroll_into_view_if_needed()
    page.wait_for_selector(".lierne-local canvas")
    said = "document.querySelector('lierne-serve')?.shadowRoot.textContent || ''"
    page.wait_for_function(f"() => ({said}).includes('onerror')")

    opened(page, f"{base}Friend/")
    peeks(page, "article p a.internal[href$='Hostile/']", "Zebra")


def test_code_and_its_reference(page: Page, base: str) -> None:
    opened(page, f"{base}code/src/hostile.py/")
    assert page.locator(".lierne-told").count()

    opened(page, f"{base}api/hostile/")
    assert page.locator(".lierne-api h2").count() == len(PAYLOADS)
    assert "onerror" in page.inner_text(".lierne-api")
    assert "javascript" not in page.evaluate("[...document.links].map(a => a.protocol).join()")


def test_the_graph(page: Page, base: str) -> None:
    opened(page, f"{base}graph/")
    page.wait_for_function("() => document.querySelector('canvas')?.view?.boxes.length > 0")
    spots = "c => c.view.nodes.map(node => c.view.at(node))"
    box = page.locator("canvas").bounding_box()
    assert box
    for x, y in page.locator("canvas").evaluate(spots)[::2]:
        page.mouse.move(box["x"] + x, box["y"] + y)
    page.locator("canvas").focus()
    for _ in PAYLOADS:
        page.keyboard.press("ArrowRight")
    for payload in PAYLOADS:
        page.fill("input[name=find]", payload[:12])
        page.press("input[name=find]", "Enter")


def test_lists_and_names(page: Page, base: str) -> None:
    for address in ("", "notes/", "code/", "Chunks/", *(f"{quote(n)}/{quote(n)}/" for n in NAMES)):
        opened(page, f"{base}{address}")
        assert page.locator("article h1").count() == 1


def test_the_search(page: Page, base: str) -> None:
    page.goto(base)
    for words in ("zebra", "onerror", "zebra <img src=x onerror=pwned()>"):
        page.click(".md-search__input", click_count=3)
        page.keyboard.type(words, delay=5)
        page.wait_for_selector(f".md-search-result__item:has-text('{words[:5]}')")
        page.evaluate(
            "document.querySelectorAll('.md-search-result details').forEach(e => { e.open = true })"
        )
    while "?h=" not in page.url:  # as long as something is still looked for, Enter does nothing
        page.keyboard.press("Enter")
        page.wait_for_timeout(200)
