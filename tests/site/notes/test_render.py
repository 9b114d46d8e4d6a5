"""What notes look like as HTML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from lierne.site.page import Page

    Rendered = Callable[..., Page]
    Reading = Callable[[str], list[Any]]

FIXTURES = Path(__file__).parent / "fixtures"
BESIDE = {
    "Other.md": "Intro.\n\n## Sub heading\n\nText.\n\n```python #part\ny = 2\n```\n",
    "files/cat.png": b"png",
    "files/data.csv": b"a,b\n",
    "files/film.mp4": b"film",
    "files/paper.pdf": b"pdf",
    "files/song.mp3": b"song",
}
CASES = read_fixture_file(FIXTURES / "notes.md")


@pytest.mark.parametrize(
    ("note", "expected"), [case[2:] for case in CASES], ids=[f"{c[0]}-{c[1]}" for c in CASES]
)
def test_a_note_becomes_this_html(
    note: str, expected: str, render: Rendered, well_formed: Reading
) -> None:
    page = render({"Note.md": note, **BESIDE})

    assert _lines(page.html) == _lines(expected)
    well_formed(page.html)


def _lines(html: str) -> list[str]:
    # Where the lines of HTML end between blocks is nobody's business.
    html = re.sub(r"(</?(?:ul|ol|li|blockquote|table|thead|tbody|tr|div)\b[^>]*>)", r"\n\1\n", html)
    return [line.strip() for line in html.split("\n") if line.strip()]


class TestPage:
    def test_the_heading_that_opens_a_note_is_its_title(self, render: Rendered) -> None:
        page = render({"Note.md": "---\na: 1\n---\n\n# The *one*\n\nText\n\n## Two\n"})

        assert page.title == "The one"
        assert page.heading == '<h1 id="the-one">The <em>one</em></h1>\n'
        assert "The" not in page.html
        assert [entry.anchor for entry in page.toc] == ["the-one"]
        assert [entry.title for entry in page.toc[0].children] == ["Two"]

    def test_without_one_the_note_s_name_is_the_title(self, render: Rendered) -> None:
        page = render({"Note.md": "Text\n\n# Later & more\n"})

        assert page.title == "Note"
        assert page.heading.startswith("<h1 id=")
        assert ">Note</h1>" in page.heading
        assert [entry.title for entry in page.toc[0].children] == ["Later & more"]

    def test_headings_are_nested_by_level_whatever_they_leave_out(self, render: Rendered) -> None:
        page = render({"Note.md": "### a\n## b\n#### c\n### d\n## e\n"})

        tree = [(e.title, [c.title for c in e.children]) for e in page.toc[0].children]
        assert tree == [("a", []), ("b", ["c", "d"]), ("e", [])]

    def test_contents_show_a_heading_with_its_marks_and_no_link(self, render: Rendered) -> None:
        page = render({"Note.md": "## A & *b* [[Other|c]] `d` #e\n## Plain & simple\n"})

        assert [entry.shown for entry in page.toc[0].children] == [
            "A &amp; <em>b</em> c <code>d</code> #e",
            "",
        ]

    def test_a_formula_that_is_wrong_in_a_heading_is_one_problem(self, render: Rendered) -> None:
        page = render({"Note.md": "## $\\frac{a$\n"})

        assert len(page.problems) == 1

    def test_a_page_says_what_it_uses(self, render: Rendered) -> None:
        note = (
            "---\ntags: [One]\n---\n#one #two ![[cat.png]] $x$\n\n```mermaid\n```\n\n![[Other]]\n"
        )
        page = render({"Note.md": note, **BESIDE})

        assert page.tags == ("One", "two")
        assert page.attachments == {"files/cat.png"}
        assert page.embedded == {"Other.md"}
        assert page.mermaid
        assert "x" in page.math
        assert {"code:1", "note:title"} <= page.ids

    def test_what_is_not_published_is_neither_linked_nor_shown(
        self, render: Rendered, well_formed: Reading
    ) -> None:
        files = {"Note.md": "[[Secret]] ![[Secret]] ![[cat.png]]", "Secret.md": "hush", **BESIDE}
        page = render(files, hidden=["Secret.md", "files/cat.png"])

        assert "hush" not in page.html
        assert not [e for e in well_formed(page.html) if {"href", "src"} & {*e.attributes}]
        assert not page.attachments
        assert not page.embedded

    def test_strict_line_breaks_are_honoured(self, render: Rendered) -> None:
        strict = {".obsidian/app.json": '{"strictLineBreaks": true}'}
        page = render({"Note.md": "One\ntwo  \nthree", **strict})

        assert page.html == "<p>One\ntwo<br>\nthree</p>\n"

    def test_pictures_of_other_hosts_are_loaded_only_where_the_owner_says_so(
        self, render: Rendered
    ) -> None:
        files = {"Note.md": "![x](https://example.org/a.png)", "lierne.toml": 'images = "load"'}
        page = render(files)

        assert '<img src="https://example.org/a.png" alt="x"' in page.html


class TestProblems:
    def test_a_formula_that_cannot_be_shown_is_shown_as_it_is_written(
        self, render: Rendered
    ) -> None:
        page = render({"Note.md": "Text\n\nThen $a$ and $\\nope{<b>}$.\n"})

        assert [str(p) for p in page.problems] == [
            "Note.md:3:15: S101 this formula cannot be shown: the command `\\nope` is not known"
        ]
        assert r"\nope{&lt;b&gt;}</code>" in page.html

    def test_a_formula_is_named_where_it_is_and_not_where_text_looks_alike(
        self, render: Rendered
    ) -> None:
        page = render({"Note.md": "Prose with \\badx{ in it,\nand the formula $\\badx{$.\n"})

        assert [str(p.place) for p in page.problems] == ["Note.md:2:18"]

    def test_html_that_is_not_shown_is_said(self, render: Rendered) -> None:
        page = render({"Note.md": "Text\n\n<style>\np {}\n</style>\n\na <FORM><b>c</b></form>"})

        assert [str(p) for p in page.problems] == [
            "Note.md:3:1: S103 HTML that is not shown on the site: `<style>`",
            "Note.md:7:3: S103 HTML that is not shown on the site: `<form>`",
        ]
        assert "style" not in page.html
        assert page.html.endswith("<p>a <b>c</b></p>\n")

    def test_what_a_comment_hides_is_meant_to_be_hidden(self, render: Rendered) -> None:
        page = render({"Note.md": "<!-- <https://> <form>\n<x-y> -->\n\na <!-- <x-y> --> b"})

        assert not page.problems

    def test_other_formulas_are_no_problem(self, render: Rendered) -> None:
        page = render({"Note.md": "$\\sum_i x_i$ and it costs $5 or $6"})

        assert not page.problems


PIECES = [
    piece.replace("\\n", "\n")
    for piece in (FIXTURES / "pieces.txt").read_text("utf-8").splitlines()
]
NOTES = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(note=NOTES, other=NOTES)
def test_any_text_becomes_whole_html(
    note: str, other: str, render: Rendered, well_formed: Reading
) -> None:
    data = note.encode("utf-8", "replace")
    other = BESIDE["Other.md"] + other
    page = render({**BESIDE, "Note.md": data, "Other.md": other.encode("utf-8", "replace")})

    found = well_formed(page.heading + page.html)
    assert page.ids == {e.attributes["id"] for e in found if "id" in e.attributes} - {
        name
        for e in found
        if (name := str(e.attributes.get("id"))).startswith(("__span-", "__copy-"))
    }
