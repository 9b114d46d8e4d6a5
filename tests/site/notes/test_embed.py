"""Notes, sections and blocks shown in another note."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lierne.site.page import Page

    Rendered = Callable[..., Page]
    Reading = Callable[[str], list[Any]]

OTHER = """# Other

Intro with [[#Part]] and [a](Sub/Deep.md).

## Part

Said.[^1] ^said

- one
- two ^two
  - below two

1. first
2. second ^second

### Under

Under it. ^under

## Last

```python
x = 1
```

^code

| a |
|---|
| b |

^table

[^1]: By somebody.
"""
FILES = {
    "Other.md": OTHER,
    "Sub/Deep.md": "[[pic.png]] ![[pic.png]] [up](Deep.md)",
    "Sub/pic.png": b"",
}


def embed(render: Rendered, link: str, **others: str) -> str:
    """The content of an embed, without its frame and its source."""
    page = render({**FILES, "Note.md": f"before\n![[{link}]]\nafter", **others})
    found = re.fullmatch(
        r'<p>before</p>\n<div class="embed" data-search-exclude>\n'
        r'<div class="embed-source">.*?</div>\n(.*)</div>\n<p>after</p>\n',
        page.html,
        re.DOTALL,
    )
    assert found, page.html
    return found[1]


def words(html: str) -> str:
    return " ".join(re.sub("<.*?>", " ", html).split())


class TestWhatIsShown:
    def test_a_whole_note_without_its_title(self, render: Rendered) -> None:
        shown = words(embed(render, "Other"))

        assert shown.startswith("Intro with Part and a . Part Said.")
        assert "x = 1 a b By somebody." in shown

    def test_a_section_up_to_the_next_heading_of_its_level(self, render: Rendered) -> None:
        shown = words(embed(render, "Other#Part"))

        assert shown.startswith("Part Said. 1 one two below two first second Under Under it. ")
        assert "Last" not in shown

    def test_with_the_footnotes_that_it_has(self, render: Rendered) -> None:
        assert "By somebody" in embed(render, "Other#Part")
        assert "By somebody" not in embed(render, "Other#Last")

    def test_a_paragraph(self, render: Rendered) -> None:
        assert words(embed(render, "Other#^under")) == "Under it."

    def test_an_item_with_what_is_below_it(self, render: Rendered) -> None:
        html = embed(render, "Other#^two")

        assert words(html) == "two below two"
        assert html.startswith("<ul>")

    def test_a_numbered_item_keeps_its_number(self, render: Rendered) -> None:
        assert embed(render, "Other#^second").startswith('<ol start="2">')

    def test_code(self, render: Rendered) -> None:
        assert words(embed(render, "Other#^code")) == "x = 1"

    def test_a_table(self, render: Rendered) -> None:
        assert words(embed(render, "Other#^table")) == "a b"

    def test_by_a_link_of_markdown_too(self, render: Rendered) -> None:
        page = render({**FILES, "Note.md": "![x](Other.md#^under)"})

        assert "Under it." in page.html


class TestItsFrame:
    def test_says_where_it_comes_from_and_leads_there(self, render: Rendered) -> None:
        page = render({**FILES, "Note.md": "![[Other#Under]]"})

        assert '<a class="internal" href="/Other.md#under">Other &gt; Under</a>' in page.html

    def test_the_same_content_twice_has_different_ids(
        self, render: Rendered, well_formed: Reading
    ) -> None:
        page = render({**FILES, "Note.md": "![[Other]]\n\n![[Other#Part]]\n\n## Part\n"})

        found = well_formed(page.html)
        parts = [e.attributes["id"] for e in found if str(e.attributes.get("id")).endswith("part")]
        assert parts == ["e1:part", "e2:part", "part"]

    def test_footnotes_lead_to_those_in_the_same_embed(
        self, render: Rendered, well_formed: Reading
    ) -> None:
        page = render({**FILES, "Note.md": "Own[^1]\n\n![[Other#Part]]\n\n[^1]: mine"})

        found = well_formed(page.html)
        ids = {e.attributes.get("id") for e in found}
        kinds = ("footnote-ref", "footnote-backref")
        links = [e.attributes["href"] for e in found if e.attributes.get("class") in kinds]
        assert len(set(links)) == 4
        assert all(link[1:] in ids for link in links)

    def test_in_a_table_or_heading_it_is_a_link(
        self, render: Rendered, well_formed: Reading
    ) -> None:
        page = render({**FILES, "Note.md": "## A ![[Other]]\n\n| a |\n|---|\n| ![[Other]] |"})

        assert "embed" not in page.html
        assert (
            len([e for e in well_formed(page.html) if e.attributes.get("href") == "/Other.md"]) == 2
        )


class TestLinks:
    def test_links_in_it_lead_where_they_lead_in_its_own_note(self, render: Rendered) -> None:
        html = embed(render, "Sub/Deep")

        assert 'href="/Sub/pic.png"' in html
        assert 'src="/Sub/pic.png"' in html
        assert 'href="/Sub/Deep.md"' in html
        assert 'href="/Other.md#part"' in embed(render, "Other")


class TestLimits:
    def test_a_note_that_embeds_itself_is_linked(self, render: Rendered) -> None:
        page = render({"Note.md": "a\n\n![[Note]]", "Other.md": ""})

        assert '<p><a class="internal" href="/Note.md">Note</a></p>' in page.html

    def test_so_are_two_that_embed_each_other(self, render: Rendered) -> None:
        page = render({"Note.md": "![[B]]", "B.md": "![[Note]]"})

        assert page.html.count('class="embed"') == 1
        assert '<a class="internal" href="/Note.md"' in page.html

    def test_a_note_may_show_a_part_of_itself(self, render: Rendered) -> None:
        page = render({"Note.md": "## A\n\nx\n\n## B\n\n![[#A]]"})

        assert page.html.count("<p>x</p>") == 2
        assert not page.problems

    def test_notes_that_double_at_each_step_end_in_links(self, render: Rendered) -> None:
        files = {f"N{n}.md": f"![[N{n + 1}]]\n\n![[N{n + 1}]]" for n in range(60)}
        page = render({**files, "Note.md": "![[N0]]"})

        assert page.html.count('class="embed"') <= 200
        assert len(page.html) < 2_000_000
        assert {p.code for p in page.problems} == {"S102"}

    def test_a_heading_that_is_not_there_is_a_link(self, render: Rendered) -> None:
        page = render({**FILES, "Note.md": "![[Other#Nowhere]]"})

        assert "embed" not in page.html
        assert 'class="internal broken"' in page.html
