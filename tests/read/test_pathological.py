"""Input that is made to be slow takes time in proportion to its length.

Four times the input may take eight times as long (quadratic would be sixteen). What is measured
is CPU time without the garbage collector, again and with more of it where the first look is bad.
"""

from __future__ import annotations

import gc
import inspect
import sys
import time
from typing import TYPE_CHECKING

import pytest

from lierne.base.text import Text
from lierne.read.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lierne.read.note import Note

    Make = Callable[[int], str]

REPEATED = [
    *("[[a]]", "[[", "[[a", "![[", "]]", "[", "![", "[a](", "[^", "^[", "^[a] ", "[a][b]"),
    *("%%", "%", "%% a\n\n", "- %%\n", "a %% b\n\n", "> %%\n\n", "a %% b\n", "`a %% "),
    *("$", "$a ", "$$ a\n", "$$\na\n\n", "- $$\n", "$$a", "$$ a\n\n", "\\$"),
    *("==", "==a ", "==a==b", "*a **b", "*a_ ", "~~a", "&", "<", "<a ", "<!--", "\\", "`"),
    *("#a ", "#", " ^a", "^", "a ^b\n\n", "# a\n", "> # a\n", "> # a\n\n", "> [!a]\n\n"),
    *("- [ ] [[a]]\n", "- ```\n", "```py file=src/a.py\nx\n```\n", "\t", "ü [[a]] ", "\0[[a]]"),
    *(">", "- ", "> a\nb [[c]]\n", "<http://a>", "|", "\\|", "a\r", "\r\n", "ü [[a]] #t\n"),
]

MADE: dict[str, Make] = {
    "open links and one end": lambda n: "[[a" * n + "]]",
    "nested brackets": lambda n: "[" * n + "]" * n,
    "nested wiki brackets": lambda n: "[[" * n + "]]" * n,
    "nested links": lambda n: "[" * n + "a" + "](b)" * n,
    "nested footnotes": lambda n: "^[a" * n + "]" * n,
    "footnotes": lambda n: "".join(f"[^{i}]\n\n[^{i}]: x\n\n" for i in range(n)),
    "one footnote": lambda n: "[^a]" * n + "\n\n[^a]: x",
    "ids of one block": lambda n: "a\n\n" + "".join(f"^i{i}\n\n" for i in range(n)),
    "ids of fences": lambda n: "".join(f"```\n```\n^i{i}\n\n" for i in range(n)),
    "long tag": lambda n: "#" + "a\u200d" * n,
    "attributes": lambda n: "```py " + "a=b " * n + "\n```",
    "open quote": lambda n: '```py file="' + "a " * n + "\n```",
    "braces": lambda n: "```py " + "{" * n + "\n```",
    "open callout": lambda n: "> [!" + "a" * n,
    "rows": lambda n: "|a|b|\n|-|-|\n" + "|[[a\\|b]]|c|\n" * n,
    "long row": lambda n: "|a|b|\n|-|-|\n" + "|[[a\\|b]]" * n,
    "torn row": lambda n: "|a|\n|-|\n" + "|[[a" * n,
    "wide table": lambda n: "|a" * n + "|\n" + "|-" * n + "|\n" + "|[[x]]" * n + "|",
    "escaped dollars": lambda n: "$a" + "\\$" * n,
    "definitions": lambda n: "".join(f"[a{i}]: b\n" for i in range(n)),
    "keys": lambda n: "---\n" + "".join(f"k{i}: a\n" for i in range(n)) + "---\n",
    "bad keys": lambda n: "---\n" + "".join(f"k{i}: [[a]], b\n" for i in range(n)) + "---\n",
    "links in a property": lambda n: '---\na: "' + "[[x]]" * n + '"\n---\n',
    "brackets in a property": lambda n: "---\na: '" + "[[" * n + "'\n---\n",
    "tags in a property": lambda n: "---\ntags: " + "a " * n + "\n---\n",
}
FAMILIES = {**{repr(part): (lambda n, part=part: part * n) for part in REPEATED}, **MADE}


@pytest.fixture(autouse=True)
def _without_garbage_collection() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def seconds(source: str) -> float:
    text = Text.decode("N.md", source.encode())
    start = time.process_time()
    parse("N.md", text)
    return time.process_time() - start


def growth(make: Make, size: int) -> float:
    few = min(seconds(make(size)) for _ in range(2))
    many = seconds(make(4 * size))
    return many / max(few, 1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_time_grows_with_length(family: str) -> None:
    make = FAMILIES[family]
    found: list[float] = []
    for size in (200, 400, 800, 1600, 3200):
        found.append(growth(make, size))
        if found[-1] < 8:
            break

    assert found[-1] < 8, f"four times the input takes {found} times as long"


def test_deep_nesting_is_cut_and_reported() -> None:
    for mark in ("> ", "- ", "1. ", "> - "):
        note = parse("N.md", Text.decode("N.md", (mark * 3000 + "a").encode()))

        assert [p.code for p in note.problems] == ["N102"], mark
        assert note.problems[0].place.line == 1


def test_a_caller_deep_in_its_own_calls_gets_a_problem_at_most() -> None:
    def deeper(levels: int) -> Note:
        if levels:
            return deeper(levels - 1)
        return parse("N.md", Text.decode("N.md", (">" * 190 + "a").encode()))

    used = len(inspect.stack())
    notes = [deeper(sys.getrecursionlimit() - used - left) for left in (700, 300, 150)]

    assert [[p.code for p in note.problems] for note in notes] == [[], ["N102"], ["N102"]]
