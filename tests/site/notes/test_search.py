"""What the search finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lierne.site.page import Page

    Rendered = Callable[..., Page]


def test_each_heading_holds_its_own_text_without_markup(render: Rendered) -> None:
    note = (
        "# Top\n\nIntro *with* `code` & [[Other|that]].\n\n## One\n\n- item #tag\n- [[A#b]]\n\n"
        "```python\nx < 1\n```\n\n## Two %%hidden%%\n\n> [!tip] Title\n> $x$ in ![[pic.png]]\n"
    )
    page = render({"Note.md": note, "Other.md": ""})

    assert [(s.anchor, s.title, s.text) for s in page.sections] == [
        ("", "Top", "<p>Intro with code &amp; that.</p>"),
        ("one", "One", "<p>item #tag</p><p>A &gt; b</p><pre>x &lt; 1\n</pre>"),
        ("two", "Two", "<p>Title</p><p>x in</p>"),
    ]


def test_embedded_content_is_found_only_where_it_belongs(render: Rendered) -> None:
    page = render({"Note.md": "a ![[Other]] b", "Other.md": "elsewhere"})

    assert "elsewhere" in page.html
    assert [s.text for s in page.sections] == ["<p>a  b</p>"]
