"""What links to a note show of it: cut from its page, whole and small."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from lierne.site.publish.publication import Publication

    Published = Callable[..., Publication]

LONG = "Word after word. " * 20


@pytest.fixture
def previewed(published: Published) -> Callable[..., Any]:
    """Gives the preview of a note of this text."""

    def preview(text: str, **others: str) -> Any:
        site = published({"Note.md": text, **{f"{k}.md": v for k, v in others.items()}})
        return read(site, "Note/note.json")

    return preview


def read(site: Publication, place: str) -> Any:
    made = site.files[place]
    assert callable(made)
    return json.loads(made())


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def test_a_note_begins_with_its_description_and_first_words(previewed: Callable[..., Any]) -> None:
    found = previewed(
        "---\ndescription: Says <what> it is.\n---\n# The *Title*\n\nFirst.\n\n## A\n\nSecond.\n"
    )

    assert found["title"] == "The Title"
    assert found["html"] == "<p><em>Says &lt;what&gt; it is.</em></p><p>First.</p>"


def test_a_note_that_opens_with_a_section_begins_with_that(previewed: Callable[..., Any]) -> None:
    assert previewed("## A\n\nFirst.\n\n## B\n\nSecond.\n")["html"] == "<p>First.</p>"


def test_each_section_is_shown_up_to_the_next(previewed: Callable[..., Any]) -> None:
    parts = previewed("## A `b`\n\nOne.\n\n### Under\n\nTwo.\n\n## C\n\nThree.\n")["parts"]

    assert parts == {
        "a-b": "<h2>A <code>b</code></h2><p>One.</p><h3>Under</h3><p>Two.</p>",
        "under": "<h3>Under</h3><p>Two.</p>",
        "c": "<h2>C</h2><p>Three.</p>",
    }


def test_a_long_section_is_cut_between_elements(previewed: Callable[..., Any]) -> None:
    text = f"## A\n\n{LONG}\n\n- {LONG}\n\nNever shown.\n"

    assert words(previewed(text)["parts"]["a"]) == f"A {LONG.strip()}"


def test_a_heading_that_no_link_leads_to_is_no_section(previewed: Callable[..., Any]) -> None:
    found = previewed("First.\n\n<h2>Raw</h2>\n\nSecond. ^b\n")

    assert found["parts"] == {"^b": "<p>Second.</p>"}
    assert found["html"] == "<p>First.</p>"


def test_blocks_with_ids_are_shown(previewed: Callable[..., Any]) -> None:
    found = previewed(
        "## A\n\nOne. ^one\n\n- two ^two\n- not\n\n| x |\n|---|\n| y |\n\n^table\n\n"
        "```python #part file=src/x.py\na = 1\n```\n\n```python\nb = 2\n```\n"
    )
    parts = found["parts"]

    assert parts["^one"] == "<p>One.</p>"
    assert words(parts["^two"]) == "two"
    assert parts["^two"].startswith("<ul><li>")
    assert words(parts["^table"]) == "x y"
    assert "a = 1" in words(parts["code:part"])
    assert set(found["in"].values()) == {"a"}
    assert "code:2" in found["in"]
    assert "code:2" not in parts


def test_long_code_is_cut_between_lines(previewed: Callable[..., Any]) -> None:
    code = "".join(f"line_{n} = '{n}'\n" for n in range(40))

    shown = words(previewed(f"## A\n\n```python\n{code}```\n")["parts"]["a"])

    assert "line_11" in shown
    assert "line_12" not in shown
    assert shown.endswith("…")


class Balance(HTMLParser):
    """Sees whether all that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        if tag not in ("br", "hr", "img", "input", "wbr"):
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


MIXED = (
    """\
Text[^1] with $x^2$, ![[Other]] and <b title="a > b">bold</b>. ^para

> [!tip]- A [[Other|fold]]
> - [ ] a task ^task
>   1. deep ^deep

<details><summary>x</summary>

## Inside

</details>

$$\\frac{a}{b}$$

## Code

```python linenums="1" hl_lines="2"
def f(x):
    '''A
    text.'''
"""
    + "    y = 1\n" * 30
    + "```\n\n[^1]: Said `so`.\n"
)


def test_each_piece_is_whole_and_has_no_ids(previewed: Callable[..., Any]) -> None:
    found = previewed(MIXED, Other="# Other\n\n## Part\n\nOther's words. ^own\n")

    pieces = [found["html"], *found["parts"].values()]
    for piece in pieces:
        balance = Balance()
        balance.feed(piece)
        assert balance.opened == []
        assert not re.search(r'<[^>]* id="', piece)
    assert {"code", "^para", "^task", "^deep"} <= set(found["parts"])
    assert not {"part", "^own", "e1:part", "fn:1"} & set(found["parts"])


def test_a_preview_stands_beside_its_page(published: Published) -> None:
    files = {
        "index.md": "a\n",
        "b c.md": "b\n",
        "d/index.md": "d\n",
        "e.md": "---\npermalink: x/y\n---\n",
    }

    def places(**how: bool) -> set[str]:
        made = published(files, **how).files
        return {place for place in made if place.endswith(".json") and "drawing" not in place}

    assert places() == {
        *("note.json", "b c/note.json", "d/note.json", "x/y/note.json", "graph.json")
    }
    assert places(folders=False) == {
        *("note.json", "b c.json", "d/note.json", "x/y.json", "graph.json")
    }


def test_a_preview_takes_nobody_s_place(published: Published) -> None:
    site = published(
        {
            "a.md": "![[a/note.json]] and [[b/note.json/c]]\n",
            "a/note.json": "{}",
            "b.md": "b\n",
            "b/note.json/c.md": "c\n",
            "shut.md": "---\npublish: false\n---\n",
        },
        taken=["b/note.json/index.html"],
    )

    assert callable(site.files["a/note.json"])
    assert "a/note-2.json" in site.files
    assert "b/note.json" not in site.files
    assert "shut/note.json" not in site.files


def test_nothing_of_an_unpublished_note_is_shown(published: Published) -> None:
    site = published(
        {
            "a.md": "See [[Shut]], [[Shut#Part]] and ![[Shut]].\n",
            "Shut.md": "---\npublish: false\n---\n# Hush\n\n## Part\n\nSecret.\n",
        }
    )

    assert [place for place in site.files if place.endswith("note.json")] == ["a/note.json"]
    said = json.dumps(read(site, "a/note.json"))
    assert "Secret" not in said
    assert "Hush" not in said
