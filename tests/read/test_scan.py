"""The scan sees what the parser sees, or says that it cannot tell."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lierne.base.text import Text
from lierne.read.parser import parse
from lierne.read.scan import outline, scan

if TYPE_CHECKING:
    from tests.conftest import Grows

ROOT = Path(__file__).parents[2]
VAULT = sorted((ROOT / "vault").rglob("*.md"))

# Lines that open, close, hold or resemble fences, and what may stand around them.
LINES = [
    *("```python", "```", "````", "~~~", "~~~~ x", "``` a`b", "```py file=src/a.py #name", "`````"),
    *("  ```", "   ~~~", "    ```", "\t```", "- ```", "1. ```", "> ```", "> - ~~~", "[^1]: ```"),
    *("text ```", "`code` ```", "| a | b |", "| - | - |", "| ```x | y |", "- [ ] ```", "* item"),
    *("- item", "  more", "    deep", "> quote", "> [!note] title", "[^1]: foot", "[r]: /u"),
    *("%%", "%% a %%", "%% open", "a %% b", "%%%%", "> %%", "- %%", "%%```", "%% %%"),
    *("$$", "$$x$$", "$$ x", "x $$", "$$ a $$ b", "> $$", "- $$", "  $$", "x$$", "$$```"),
    *("<div>", "<!-- c", "-->", "</div>", "<script>", "</script>", "> <!--", "<https://a.b>", "<b"),
    *(
        "",
        "",
        "",
        " ",
        "text",
        "text",
        "# Heading",
        "===",
        "---",
        "***",
        "^id",
        "  ^id",
        "text ^id",
    ),
    *(
        "```py#name",
        "~~~c##n run",
        "<<ref>>",
        "x = 1  ",
        "\u00a0",
        "şiir 🎈",
        "```js {run file=a.js",
        "```{.py #n file=b.py}",
    ),
]
FRONTS = [
    "tangle: src/a.py",
    "tangle: 'src/a b.py'",
    'tangle: "src/ş.py"  ',
    "tangle:",
    "tangle: 1.5",
    "tangle: [a, b]",
    "tangle: src/a.py # why",
    "tangle: - x",
    "title: A title, of sorts (1)",
    "title: a: b",
    "up: [[A]], [[B]]",
    'up: ["[[A]]", "[[B]]"]',
    "tags: [one, two]",
    "tags: [ one ]",
    "tags:",
    "- three",
    "  - four",
    "    - five",
    '  - "[[X]]"',
    "url: https://a.b/c",
    "odd: 'it''s'",
    "when: 12:30:45",
    "key: |",
    "  block",
    "x: *alias",
    "tab:\tvalue",
    "# comment",
    "",
    "é: x",
    "a: don't [say] {this}",
    "b: x  ",
    "```",
    "$$",
]
NEWLINES = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])
BODIES = st.lists(st.sampled_from(LINES), max_size=12)
HEADS = st.lists(st.sampled_from(FRONTS), max_size=6).map(lambda lines: ["---", *lines, "---"])
STARTS = st.one_of(st.just([]), HEADS, st.sampled_from([["---"], ["----"], ["--- "], [" ---"]]))


def both(data: bytes) -> bool:
    """Compares scan and parser; tells whether the scan was sure."""
    text = Text.decode("vault/n.md", data)
    seen = scan("n.md", text)
    if seen is not None:
        assert seen == outline(parse("n.md", Text.decode("vault/n.md", data)))
    return seen is not None


@settings(max_examples=600, deadline=None)
@given(STARTS, BODIES, NEWLINES, st.booleans(), st.booleans())
@example(["---", "tangle: src/a.py", "---"], ["```", "```"], "\r\n", True, True)
@example([], ["- x", "  $$", "", "$$", "```python", "```", "$$"], "\n", False, False)
@example([], ["$$", "```", "```", "$$"], "\n", False, False)
@example([], ["$$ a", "", "```", "```"], "\n", False, False)
@example([], ["x", "%%", "", "%% y", "```", "```", "%%"], "\n", False, False)
def test_scan_and_parser_agree(
    head: list[str], body: list[str], newline: str, bom: bool, last: bool
) -> None:
    text = newline.join([*head, *body]) + newline * last

    both(b"\xef\xbb\xbf" * bom + text.encode())


@settings(max_examples=200, deadline=None)
@given(st.text("`~%$<>-+*^#| \t\n\r\0ab[]!:.1ş", max_size=60))
def test_they_agree_on_any_text(text: str) -> None:
    both(text.encode())


@pytest.mark.parametrize("path", VAULT, ids=lambda path: path.stem)
def test_they_agree_on_our_notes_and_on_what_a_slip_makes_of_them(path: Path) -> None:
    data = path.read_bytes()
    both(data)
    chance = random.Random(path.name)  # noqa: S311 - the same slips every time
    lines = data.decode().split("\n")
    for _ in range(4):
        slipped = list(lines)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(slipped))
            slipped[at : at + chance.randint(0, 2)] = [chance.choice(LINES)]
        both("\n".join(slipped).encode())


def test_the_scan_is_sure_of_our_own_notes() -> None:
    sure = [both(path.read_bytes()) for path in VAULT]

    # Answers of exercises are code in a callout, which only the parser reads.
    assert sum(sure) >= 0.7 * len(sure)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "prose\n",
        "- a list\n- of things\n\n```python\nx\n```\n",
        "> a quote\n```python file=src/x.py\nx\n```\nmore\n",
        "$$\nE = mc^2\n$$\n\n```python\nx\n```\n",
        "a %%hidden%% word\n\n~~~\nx\n~~~\n",
        "---\ntags:\n  - a\ntangle: src/a.py\n---\r\n".replace("\r", ""),
        "````\n```\ninner\n```\n````\n",
        "```py\nif a < b:\n    <div>\n```\n",
        "\ufefftext\r\n\r\n```py\r\nx\r\n```\r\n",
    ],
)
def test_what_is_common_needs_no_parser(note: str) -> None:
    assert both(note.encode())


@pytest.mark.parametrize(
    "note",
    [
        "- item\n\n  ```python\n  x\n  ```\n",
        "> ```python\n> x\n> ```\n",
        "1. ```\n   x\n   ```\n",
        "[^1]: ```\n    x\n",
        "<!--\n```python\nx\n```\n-->\n",
        "%%\n```python\nx\n```\n%%\n",
        "$$\n```python\nx\n```\n$$\n",
        "```python\nnever closed\n",
        "```python\nx\n```\n\n^id\n",
        "---\ntangle: |\n  src/a.py\n---\n",
        "---\n```\n---\n```\nx\n```\n",
    ],
)
def test_what_is_not_sure_is_left_to_the_parser(note: str) -> None:
    assert not both(note.encode())


def test_a_scan_needs_neither_the_parser_nor_yaml() -> None:
    script = (
        "import sys; from lierne.base.text import Text; from lierne.read.scan import scan\n"
        "text = Text('n.md', b'---\\ntangle: src/a.py\\n---\\n```py\\nx = 1\\n```\\n')\n"
        "assert scan('n.md', text).tangle.value == 'src/a.py'\n"
        "assert not {'markdown_it', 'yaml'} & set(sys.modules), sorted(sys.modules)\n"
    )

    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    "piece",
    [
        *("```\n", "~~~ \n", "~~~ \n```\n", "text ```", "x `` ```\n", "``` `", "> ```", "%% ```"),
        *("$$ x\n", "%% a\n", "- a\n", "  - b\n", "a: b\n", " \n", "^", "`", "[", '"'),
    ],
)
@pytest.mark.parametrize("start", ["", "---\ntangle: src/a.py\n", "---\ntangle: "])
def test_the_time_grows_no_faster_than_the_note(grows: Grows, start: str, piece: str) -> None:
    def seconds(size: int) -> float:
        text = Text.decode("n.md", (start + piece * (size // len(piece)) + "\n---\n").encode())
        before = time.process_time()
        scan("n.md", text)
        return time.process_time() - before

    # Four times the note takes some four times as long, and sixteen times if it is quadratic.
    grows(seconds, 100_000, 400_000, times=10, more=0.01)
