"""Names in blocks of code: where they lead, what is said of them, and who uses what."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lierne.site.publish.publication import Publication

    Published = Callable[..., Publication]
    Reading = Callable[[str], list[object]]

SOFTMAX = """---
tangle: src/m/softmax.py
---
# Soft max

```python
\"\"\"Scores become shares.\"\"\"
LIMIT = 709
```

```python
def softmax(scores, axis=-1):
    \"\"\"Turn scores into shares.

    All of them.
    \"\"\"
    <<back>>
    return scores, LIMIT
```

```python #back
def undo(gradient):
    return softmax(gradient)
```

```python #back
undo.done = True
```
"""
ATTENTION = """---
tangle: src/m/attention.py
---
```python linenums="7" hl_lines="3"
from m.softmax import softmax

def attend(q, softmax2=softmax):
    return softmax(q < 1 and "softmax")
```

```python file=tests/test_attention.py
from m.attention import attend

def test_attend():
    assert attend(1)
```

```python run
from m import softmax as module
from m.attention import attend

def twice(x):
    return attend(attend(x))
```

```python run fold
twice(module.softmax(1))
```

```python skip
from m.softmax import softmax
```
"""
LINK = re.compile(r'<a class="name" href="([^"]*)" title="([^"]*)"[^>]*>(.*?)</a>')


def links(html: str) -> list[tuple[str, str]]:
    """The names that lead somewhere, and where they lead."""
    return [(re.sub("<.*?>", "", word), href) for href, _, word in LINK.findall(html)]


def blocks(html: str) -> list[str]:
    """The code of a page, without any tag."""
    return [
        unescape(re.sub("<.*?>", "", code))
        for code in re.findall("<pre[^>]*><span></span><code>(.*?)</code></pre>", html, re.DOTALL)
    ]


class TestName:
    def test_it_leads_to_its_definition_on_its_note_s_page(self, published: Published) -> None:
        site = published({"Softmax.md": SOFTMAX, "Attention.md": ATTENTION})

        found = links(site.notes["Attention.md"].html)

        assert found == [
            ("m.softmax", "../Softmax/"),
            ("softmax", "../Softmax/#def:softmax"),
            ("softmax", "../Softmax/#def:softmax"),
            ("softmax", "../Softmax/#def:softmax"),
            ("m.attention", "./"),
            ("attend", "#def:attend"),
            ("attend", "#def:attend"),
            ("softmax", "../Softmax/"),
            ("m.attention", "./"),
            ("attend", "#def:attend"),
            ("attend", "#def:attend"),
            ("attend", "#def:attend"),
            ("twice", "#def:twice"),
            ("module", "../Softmax/"),
            ("softmax", "../Softmax/#def:softmax"),
        ]
        for word, href in found:
            page = site.notes["Softmax.md" if "Softmax" in href else "Attention.md"].html
            name = href.partition("#")[2]
            shown = f'<dfn id="{name}"><span class="nf">{word}</span></dfn>'
            assert not name or shown in page

    def test_it_says_its_signature_and_the_first_line_of_its_docstring(
        self, published: Published
    ) -> None:
        html = published({"Softmax.md": SOFTMAX, "A.md": ATTENTION}).notes["A.md"].html

        titles = {title for _, title, word in LINK.findall(html) if "softmax" in word}

        assert titles == {
            "m.softmax&#10;Scores become shares.",
            "softmax(scores, axis=-1)&#10;Turn scores into shares.",
        }

    def test_the_code_stays_what_it_was_with_its_colours_numbers_and_marks(
        self, published: Published
    ) -> None:
        site = published({"Softmax.md": SOFTMAX, "A.md": ATTENTION})

        html = site.notes["A.md"].html

        assert blocks(html) == re.findall(r"```python.*?\n(.*?)```", ATTENTION, re.DOTALL)
        assert '<span class="hll"><span class="linenos" data-linenos=" 9 "></span>' in html
        assert '<a class="name" href="../Softmax/#def:softmax"' in html
        assert '<span class="n">softmax</span></a>' in html

    def test_the_keyboard_meets_it_once_in_a_block(self, published: Published) -> None:
        site = published({"Softmax.md": SOFTMAX, "A.md": ATTENTION})

        first = site.notes["A.md"].html.partition("</pre>")[0]

        assert len(re.findall('<a class="name"[^>]*>', first)) == 4
        assert len(re.findall('<a class="name"[^>]*tabindex="-1">', first)) == 2

    def test_in_a_chunk_it_means_what_it_means_in_the_target(self, published: Published) -> None:
        html = published({"Softmax.md": SOFTMAX}).notes["Softmax.md"].html

        assert links(html) == [("LIMIT", "#def:LIMIT"), ("softmax", "#def:softmax")]

    def test_what_a_note_defines_twice_has_one_id(
        self, published: Published, well_formed: Reading
    ) -> None:
        twice = "```python file=src/{0}.py\ndef f(): ...\n\ndef g():\n    return f()\n```\n\n"
        site = published({"N.md": twice.format("a") + twice.format("b"), "E.md": "![[N]] ![[N]]\n"})

        assert links(site.notes["N.md"].html) == [("f", "#def:f"), ("f", "#code:2")]
        for path in ("N.md", "E.md"):
            well_formed(site.notes[path].html)
        assert [href for _, href in links(site.notes["E.md"].html)] == (
            2 * ["../N/#def:f", "../N/#code:2"]
        )

    def test_a_note_can_harm_nobody_by_what_it_writes(
        self, published: Published, well_formed: Reading
    ) -> None:
        evil = "\"><img src=x onerror=alert(1)>'</a></span>&quot;"
        code = (
            f"def f(a='''{evil}'''):\n    '''{evil}'''\n\n\nclass A:\n    '''{evil}'''\n\n"
            f"    x: '''{evil}''' = f()\n\n\nA.x\n"
        )
        words = "# <b>\n\n</small> <script>1</script> `</code>` $</math><img>$ &lt;img\n\n"
        site = published({"N.md": f"{words}```python file=src/m.py\n{code}```\n"})

        for html in (site.notes["N.md"].html, site.targets["src/m.py"].html):
            well_formed(html)
            assert len(links(html)) == 3
            assert "<img" not in html
            assert code in blocks(html)[0]

    def test_what_is_not_python_is_left_alone(self, published: Published) -> None:
        site = published(
            {"N.md": "```python file=src/m.py\ndef f(:\n```\n\n```python run\nf(\n```\n"}
        )

        assert blocks(site.notes["N.md"].html) == ["def f(:\n", "f(\n"]


class TestUnpublished:
    SHUT = "---\npublish: false\ntangle: src/m/shut.py\n---\n# Shut title\n\n"

    def test_what_it_defines_is_neither_linked_nor_quoted(self, published: Published) -> None:
        code = 'from m.softmax import softmax\n\n\ndef hush(x):\n    """Hushed."""\n'
        shut = f"{self.SHUT}```python\n{code}```\n"
        use = (
            "```python file=src/use.py\nfrom m.shut import hush, softmax\n\nhush(softmax(1))\n```\n"
        )
        site = published({"Softmax.md": SOFTMAX, "Shut.md": shut, "Use.md": use})

        pages = "".join(p.html for kind in (site.notes, site.targets) for p in kind.values())

        assert links(site.notes["Use.md"].html) == []
        assert links(site.targets["src/use.py"].html) == []
        for word in ("Hushed", "Shut", "hush(x)", "m/shut"):
            assert word not in pages

    def test_it_is_not_said_to_use_anything(self, published: Published) -> None:
        shut = (
            f"{self.SHUT}```python\nfrom m.softmax import softmax\n<<Softmax#back>>\n```\n\n"
            "```python run\nfrom m.softmax import LIMIT\n```\n"
        )
        site = published({"Softmax.md": SOFTMAX, "Shut.md": shut})

        html = site.notes["Softmax.md"].html

        assert "Shut" not in html
        used = re.findall('<div class="used".*?</div>', html)
        assert [re.sub("<.*?>", "", one) for one in used] == ["Used in the block above"]


class TestBlock:
    def test_it_says_who_uses_what_it_defines(self, published: Published) -> None:
        site = published({"Softmax.md": SOFTMAX, "Attention.md": ATTENTION})

        used = re.findall('<div class="used".*?</div>', site.notes["Softmax.md"].html)

        assert [re.sub("<.*?>", "", one) for one in used] == (
            ["Used in Attention", "Used in the block above"]
        )
        assert 'href="../Attention/#code:1"' in used[0]
        assert 'class="used"' not in site.notes["Attention.md"].html

    def test_many_users_are_folded(self, published: Published) -> None:
        use = "```python file=src/u{}.py\nfrom m.softmax import softmax\n```\n"
        site = published({"S.md": SOFTMAX, **{f"U{n}.md": use.format(n) for n in range(9)}})

        (used,) = re.findall('<details class="used".*?</details>', site.notes["S.md"].html)

        assert "<summary>Used in 9 notes</summary>" in used
        assert used.count("<a ") == 9

    def test_a_chunk_of_another_note_names_that_note(self, published: Published) -> None:
        other = "```python file=src/o.py\n<<Softmax#back>>\n```\n"
        html = published({"Softmax.md": SOFTMAX, "O.md": other}).notes["Softmax.md"].html

        (used,) = re.findall('<div class="used".*?</div>', html)

        assert re.sub("<.*?>", "", used) == "Used in the block above, O"

    def test_it_leads_to_those_that_continue_it(self, published: Published) -> None:
        html = published({"Softmax.md": SOFTMAX}).notes["Softmax.md"].html

        ways = re.findall('id="(code:[^"]*)">.*?<pre', html, re.DOTALL)
        threads = re.findall('<span class="thread">(.*?)</span>', html)

        assert ways == ["code:1", "code:2", "code:back", "code:back-2"]
        assert [re.findall('href="#(.*?)".*?aria-label="(.*?)"', one) for one in threads] == [
            [("code:2", "Continued in a block below")],
            [("code:1", "Continues a block above")],
            [("code:back-2", "Continued in a block below")],
            [("code:back", "Continues a block above")],
        ]

    def test_embedded_it_leads_to_those_on_its_own_note_s_page(
        self, published: Published, well_formed: Reading
    ) -> None:
        part = SOFTMAX.replace("```python #back", "## Part\n\n```python #back", 1)
        site = published({"Softmax.md": part, "E.md": "![[Softmax#Part]]\n\n![[Softmax#Part]]\n"})

        html = site.notes["E.md"].html

        well_formed(html)
        ways = re.findall('<a href="([^"]*)" title="Continue', html)
        assert ways == 2 * ["../Softmax/#code:back-2", "../Softmax/#code:back"]

    def test_folded_it_says_what_it_is(self, published: Published) -> None:
        note = (
            "```python file=src/a_b.py fold\n1\n2\n```\n\n```sh fold\nls\n```\n\n"
            '```python title="A < B" #x fold skip\n```\n'
        )
        html = published({"N.md": note}).notes["N.md"].html

        summaries = re.findall("<summary>(.*?)</summary>", html)

        assert [unescape(re.sub("<.*?>", "", one)) for one in summaries] == [
            "src/a_b.py · 2 lines",
            "sh · 1 line",
            "A < B <<x>> · 0 lines",
        ]


def test_a_page_is_the_same_object_until_what_it_says_of_names_changes(
    published: Published,
) -> None:
    files = {"Softmax.md": SOFTMAX, "Attention.md": ATTENTION}
    first = published(files)
    before = first.notes["Attention.md"]

    longer = SOFTMAX.replace("# Soft max", "# Soft max\n\nMore prose.\n\nAnd more.")
    second = published({**files, "Softmax.md": longer}, earlier=first)
    assert second.notes["Attention.md"] is before

    other = SOFTMAX.replace("scores, axis=-1", "scores")
    third = published({**files, "Softmax.md": other}, earlier=second)
    assert third.notes["Attention.md"] is not before
    assert 'title="softmax(scores)&#10;' in third.notes["Attention.md"].html
