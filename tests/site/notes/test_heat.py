"""Pictures that carry numbers: these stand beside them on the page, and can be nothing else."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from lierne.code.run.shown.attention import TYPE, compact
from lierne.code.run.shown.figures import finished

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from lierne.site.page import Page
    from lierne.site.publish.publication import Publication

    Rendered = Callable[..., Page]
    Published = Callable[..., Publication]
    Reading = Callable[[str], list[Any]]

NUMBERS = {
    "version": 1,
    "rows": ["</script><script>pwned()</script>", "' onload='pwned()"],
    "columns": ["&lt;", "]]>"],
    "weights": [[[[0.25, 0.75], [1, 0]]]],
}
FIGURE = finished("<svg><g/></svg>", "0" * 16, "alt", compact(json.dumps(NUMBERS)))
PLAIN = finished("<svg><g/></svg>", "0" * 16, "alt")


@pytest.mark.parametrize(
    "embed", ["![w](f.svg)", "![[f.svg|w]]", '<img src="f.svg" alt="w">', "a ![[f.svg|w]] b"]
)
def test_the_numbers_stand_beside_the_picture(
    embed: str, render: Rendered, well_formed: Reading
) -> None:
    page = render({"Note.md": embed, "f.svg": FIGURE})

    found = {element.tag: element for element in well_formed(page.html)}
    assert page.heat
    assert page.problems == ()
    assert found["img"].attributes["src"] == "/f.svg"
    assert found["img"].attributes["alt"] == "w"
    assert found["img"].inside[-1:] == ("span",)
    assert set(found["span"].attributes) == {"class", "data-heat"}
    assert json.loads(found["span"].attributes["data-heat"]) == NUMBERS
    assert "script" not in found


@pytest.mark.parametrize(
    ("note", "figure"),
    [
        ("![w](f.svg)", PLAIN),
        ("![w](f.svg)", b"\xff\x00"),
        ("![w](f.svg)", b""),
        ("[![w](f.svg)](https://example.org)", FIGURE),
        ("[[f.svg]]", FIGURE),
        ("![w](https://example.org/f.svg)", FIGURE),
    ],
)
def test_other_pictures_are_pictures(note: str, figure: bytes, render: Rendered) -> None:
    page = render({"Note.md": note, "f.svg": figure})

    assert not page.heat
    assert page.problems == ()
    assert "heat" not in page.html


@pytest.mark.parametrize(
    "data",
    [
        "",
        "</metadata>",
        "<script>pwned()</script>",
        '{"version":1,"rows":["<script>pwned()</script>"]}',
        json.dumps({**NUMBERS, "weights": [[[["<script>pwned()</script>", 1], [1, 1]]]]}),
        "[" * 100_000,
    ],
)
def test_bad_numbers_are_left_out_with_a_problem(data: str, render: Rendered) -> None:
    figure = f'<svg><metadata data-type="{TYPE}">{data}</metadata></svg>'
    page = render({"Note.md": "# T\n\nx ![w](f.svg)", "f.svg": figure})

    problem = str(page.problems[0])
    assert problem.startswith("Note.md:3:3: S104 the data in `f.svg` cannot be used: ")
    assert re.sub(r"data:[^\"]*", "/f.svg", page.html) == (
        '<p>x <img src="/f.svg" alt="w" loading="lazy"></p>\n'
    )


def test_what_an_svg_holds_is_not_run(render: Rendered, browser: Browser) -> None:
    hostile = FIGURE.replace(b"<g/>", b"<script>top.ran = 1; localStorage.ran = 1</script>")
    hostile = hostile.replace(
        b"<svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='ran = 1'", 1
    )
    page = render({"Note.md": "![[f.svg]]\n\n[[f.svg]] <a href='F.SVG'>x</a>", "f.svg": hostile})

    window = browser.new_page()
    window.route("**", lambda route: route.fulfill(body=page.html, content_type="text/html"))
    window.goto("http://localhost/")
    window.wait_for_function("() => document.images[0].complete")
    ran = window.evaluate("[typeof ran, localStorage.ran, document.links.length]")
    shown = window.evaluate("document.images[0].naturalWidth")
    window.close()
    assert ran == ["undefined", None, 0]
    assert shown > 0


def test_only_pages_with_such_pictures_load_what_shows_them(published: Published) -> None:
    figure = FIGURE.decode()
    files = {"A/N.md": "![[f.svg]]", "B.md": "![[A/N]]", "C.md": "[[B]]", "f.svg": figure}
    publication = published(files, folders=False)
    notes = publication.notes

    loaded = re.findall(r'(?:href|src)="([^"]*heat\.[a-z]+)"', notes["A/N.md"].html)
    assert loaded == ["../assets/lierne/heat.css", "../assets/lierne/heat.js"]
    assert [place.removeprefix("../") in publication.files for place in loaded] == [True, True]
    assert "heat.js" in notes["B.md"].html
    assert "heat" not in notes["C.md"].html


def test_a_picture_of_a_note_that_is_not_published_gives_nothing_away(
    published: Published,
) -> None:
    hidden = "---\npublish: false\n---\n![[f.svg]]"
    publication = published({"N.md": "![[H]]", "H.md": hidden, "f.svg": FIGURE.decode()})

    assert list(publication.notes) == ["N.md"]
    assert "0.25" not in publication.notes["N.md"].html
    assert "f.svg" not in publication.files


def test_a_page_is_made_again_when_its_picture_has_other_numbers(
    published: Published, write: Callable[..., Any]
) -> None:
    files = {"N.md": "![[f.svg]]", "M.md": "", "f.svg": FIGURE.decode()}
    before = published(files)
    page = before.notes["N.md"]
    again = partial(published, earlier=before)

    assert again(files).notes["N.md"] is page
    write({"f.svg": PLAIN.decode()})
    after = again({})
    assert "heat" not in after.notes["N.md"].html
    assert after.notes["N.md"] != page
