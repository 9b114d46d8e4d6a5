"""The page of a target: the whole file, and beside each run of lines where it is told."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lierne.site.publish.publication import Publication

    Published = Callable[..., Publication]

NOTE = r"""---
tangle: src/m.py
---
# The note

*First* [[N|the shares]], with `code` & $a < b$.[^1]

```python
def f():
    <<part>>
    return 2
```

## The part

![](x.png)

```python #part
a = "<b>"
```

### And on

> In a quote.
>
> ```python
> def g():
>     return f()
> ```

[^1]: Foot.
"""


def told(html: str) -> list[str]:
    """What stands beside each run of lines, without tags."""
    found = re.findall('<span class="lierne-told"><span>(.*?)</span></span><span>', html, re.DOTALL)
    return [unescape(re.sub("<.*?>", "", one.replace("<small>", " | "))) for one in found]


def runs(html: str) -> list[list[int]]:
    """The lines of each run."""
    parts = html.split('<span class="lierne-run">')[1:]
    return [[int(n) for n in re.findall(r'<span id="L(\d+)">', part)] for part in parts]


def test_each_run_of_lines_stands_beside_the_words_that_explain_it(
    published: Published,
) -> None:
    site = published({"N.md": NOTE})

    html = site.targets["src/m.py"].html

    assert runs(html) == [[1], [2], [3, 4, 5], [6, 7]]
    assert told(html) == [
        "The note | First the shares, with code & a<b.",
        "The part",
        "The note",
        "And on | In a quote.",
    ]
    assert "<math>" in html
    assert re.findall('<a class="internal" href="(.*?)" title', html) == [
        "../../../N/#code:1",
        "../../../N/#code:part",
        "../../../N/#code:1",
        "../../../N/#code:3",
    ]
    for anchor in ("code:1", "code:part", "code:3"):
        assert f'id="{anchor}"' in site.notes["N.md"].html
    for line in (1, 2, 6):
        assert f'href="../code/src/m.py/#L{line}"' in site.notes["N.md"].html


def test_the_code_can_be_read_off_it(published: Published) -> None:
    html = published({"N.md": NOTE}).targets["src/m.py"].html

    rows = re.findall(r'<span id="L\d+"><a [^>]*></a>(.*?)\n</span>', html)

    assert [unescape(re.sub("<.*?>", "", row)) for row in rows] == [
        "def f():",
        '    a = "<b>"',
        "    return 2",
        "",
        "",
        "def g():",
        "    return f()",
    ]


def test_its_names_lead_to_its_own_lines_and_to_the_notes_of_others(published: Published) -> None:
    other = "```python file=src/o.py\nfrom m import f\n\n\ndef f2():\n    return f(f2)\n```\n"
    site = published({"N.md": NOTE, "O.md": other})

    def links(path: str) -> list[str]:
        return re.findall('<a class="name" href="(.*?)"', site.targets[path].html)

    assert links("src/m.py") == ["#L1"]
    assert links("src/o.py") == ["../../../N/", *2 * ["../../../N/#def:f"], "#L4"]


@pytest.mark.parametrize(
    ("paragraph", "words"),
    [
        ("One two.", "One two."),
        ("word " * 80, " ".join(["word"] * 52) + "…"),
        ("x" * 300, ""),
        ("`" + "x" * 300 + "`", ""),
        ("Some `" + "x" * 300 + "` more", "Some…"),
        ("![alt](x.png) ![[N]]", ""),
        ("A <b>bold</b> [link](https://x.org) #tag", "A bold link #tag"),
        ("Two\nlines \\<img>", "Two\nlines <img>"),
        ("It has the form\n\n$$\nx\n$$\n\n$$\ny\n$$", "It has the form"),
        ("- a list", None),
        ("## Only a heading", None),
    ],
)
def test_a_paragraph_is_quoted_from_its_beginning(
    paragraph: str, words: str | None, published: Published
) -> None:
    note = f"{paragraph}\n\n```python file=src/m.py\n1\n```\n"

    (found,) = told(published({"N.md": note}).targets["src/m.py"].html)

    assert found.partition(" | ")[2] == (words or "")


def test_a_file_that_differs_on_disk_is_shown_as_the_notes_say_it(
    published: Published, write: Callable[[dict[str, str]], Path]
) -> None:
    write({"src/m.py": "other = '<i>'\n"})
    html = published({"N.md": "```python file=src/m.py\nmine = 1\n```\n"}).targets["src/m.py"].html

    notice = html.partition('<details class="warning">')[2].partition("</details>")[0]

    assert "on disk differs" in notice
    shown = unescape(re.sub("<.*?>", "", notice))
    assert "-mine = 1\n+other = '<i>'" in shown
    assert runs(html) == [[1]]


def test_a_text_that_no_block_holds_is_a_page_too(published: Published) -> None:
    site = published({"N.md": "```text file=src/m.txt\n```\n"})

    assert runs(site.targets["src/m.txt"].html) == []
