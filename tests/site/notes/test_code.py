"""Blocks of code on a page: what their titles say, and what they are called."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from lierne.code.map import Map, Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Grows

    from lierne.site.page import Page

    Rendered = Callable[..., Page]

NOTE = """```python
a = 1
```

```python title="Then"
b = 2
<<part>>
c = 3
```

```python #part
d = 4
```
"""
# The target is: a, two empty lines, b, d, c; and d once more.
SOURCE = Map(
    "src/x.py",
    (
        Run(1, 1, "Note.md", 2),
        Run(4, 1, "Note.md", 6, block=1),
        Run(5, 1, "Note.md", 12, block=2),
        Run(6, 1, "Note.md", 8, block=1),
        Run(7, 1, "Note.md", 12, block=2),
    ),
)


def titles(page: Page) -> list[str]:
    return re.findall('<span class="filename">(.*?)</span><pre', page.html)


class TestTitle:
    def test_it_says_which_lines_of_which_target_the_block_stands_for(
        self, render: Rendered
    ) -> None:
        page = render({"Note.md": NOTE}, maps=[SOURCE])

        assert [re.sub("<.*?>", "", title) for title in titles(page)] == [
            "src/x.py · line 1",
            "Then src/x.py · lines 4-6",
            "&lt;&lt;part&gt;&gt; src/x.py · line 5 src/x.py · line 7",
        ]

    def test_and_leads_there(self, render: Rendered) -> None:
        page = render({"Note.md": NOTE}, maps=[SOURCE])

        assert '<a href="/src/x.py#L4">src/<wbr>x.py ' in titles(page)[1]

    def test_but_not_where_the_target_has_no_page(self, render: Rendered) -> None:
        page = render({"Note.md": NOTE}, maps=[SOURCE], hidden=["src/x.py"])

        assert re.sub("<.*?>", "", titles(page)[0]) == "src/x.py · line 1"
        assert "<a" not in titles(page)[0]

    def test_its_line_ends_between_words_on_a_phone(self, render: Rendered) -> None:
        often = Map("src/a/__init__a_b.py", (Run(1, 1, "Note.md", 12, block=2),))
        page = render({"Note.md": NOTE}, maps=[often], hidden=["src/a/__init__a_b.py"])

        assert titles(page)[-1].endswith(
            '<span class="target">src/<wbr>a/<wbr>__init__a_<wbr>b.py'
            ' <span class="unbroken">· line 1</span></span>'
        )

    def test_without_a_target_it_is_the_title_or_the_chunk_s_name_or_nothing(
        self, render: Rendered
    ) -> None:
        assert titles(render({"Note.md": NOTE})) == [
            "Then",
            '<code class="chunk">&lt;&lt;part&gt;&gt;</code>',
        ]

    def test_a_chunk_used_often_does_not_fill_the_line(self, render: Rendered) -> None:
        often = Map("src/y.py", tuple(Run(n, 1, "Note.md", 12, block=2) for n in range(1, 9)))
        page = render({"Note.md": NOTE}, maps=[often])

        assert titles(page)[-1].endswith(">and 5 more</span>")


class TestIds:
    def test_blocks_are_called_by_their_names_or_numbers(self, render: Rendered) -> None:
        page = render({"Note.md": NOTE + "\n```python #part\ne = 5\n```\n"})

        assert {i for i in page.ids if i.startswith("code:")} == {
            "code:1",
            "code:2",
            "code:part",
            "code:part-2",
        }

    def test_or_by_the_id_that_the_note_gives_them(self, render: Rendered) -> None:
        page = render({"Note.md": "```python\nx\n```\n^here\n\n[[#^here]]\n"})

        link: Any = re.search('href="/Note.md#(.*?)"', page.html)
        assert f'<div class="language-python highlight" id="{link[1]}">' in page.html


class TestReference:
    def test_it_leads_to_the_block_that_tangling_takes(self, render: Rendered) -> None:
        shown = "```python #a skip\nold = 1\n```\n\n```python #a\nnew = 2\n```\n"
        page = render({"Note.md": f"{shown}\n```python file=src/n.py\n<<a>>\n```\n"})

        (anchor,) = re.findall('<a class="reference" href="/Note.md#(.*?)"', page.html)
        assert "new" in page.html.partition(f'id="{anchor}"')[2].partition("</pre>")[0]

    def test_what_tangling_leaves_as_it_is_leads_nowhere(self, render: Rendered) -> None:
        page = render({"Note.md": f"{NOTE}\n```python skip\n<<part>>\n```\n"})

        assert 'class="reference"' not in page.html

    def test_many_of_them_cost_little_more_than_their_share(
        self, render: Rendered, grows: Grows
    ) -> None:
        def seconds(size: int) -> float:
            chunks = "".join(f"```text #c{n}\n{n}\n```\n\n" for n in range(size))
            code = "".join(f"<<c{n}>>\n" for n in range(size))
            begin = time.process_time()
            page = render({"Note.md": f"{chunks}```text file=src/n.txt\n{code}```\n"})
            assert page.html.count('class="reference"') == size
            return time.process_time() - begin

        grows(seconds, 250, 500, times=2.6)


def test_what_is_highlighted_may_be_written_as_numbers_and_ranges(render: Rendered) -> None:
    code = "".join(f"{n}\n" for n in range(1, 10))
    page = render({"Note.md": f'```text hl_lines="2 4-5,7 99 x"\n{code}```\n'})

    assert re.findall('<span class="hll">(.)', page.html) == ["2", "4", "5", "7"]
