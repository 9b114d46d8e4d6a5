"""No word of a note is lost on the way to its tokens, however it is wrapped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lierne.base.text import Text
from lierne.read.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

FIXTURES = Path(__file__).parent / "fixtures" / "parser"
WORD = re.compile(r"[^\W_]+")
# Reported as a problem: cells without a column, links torn by one, what is nested too deeply.
ALLOWED = frozenset(("N102", "N109", "N110"))
WRAPS = (
    *("{}", "{} ", "**{}**", "=={}==", "~~{}~~", "`{}`", "[[{}]]", "[[{0}|{0}]]", "![[{}]]"),
    *("[{}](u)", "![{}](u)", "%%{}%%", "${}$", "$${}$$", "^[{}]", "[^{}]", "#{}", " ^{}", "<{}>"),
    *("%%{}", "$${}", "`{}", "[[{}", "[{}", "=={}", "<!--{}", "{}-->", "|{}", "{}|", "\\{}"),
)
STARTS = ("", "", "> ", "- ", "  ", "    ", "# ", "| ", "1. ", "[^1]: ", "> [!note] ", "- [ ] ")
LINES = ("\n", "\n", "\n\n", "\n---\n", "\n===\n", "\n|-|\n", "\n```\n", "\n$$\n", "\n%%\n")


def words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        yield from WORD.findall(token.content)
        yield from WORD.findall(token.info)
        yield from WORD.findall(" ".join(str(value) for value in token.attrs.values()))
        yield from WORD.findall(str(token.meta.get("label")))
        yield from WORD.findall(str(token.meta.get("type")) + " " + str(token.meta.get("task")))
        link = token.meta.get("link")
        if link is not None:
            yield from WORD.findall(f"{link.target} {link.subpath} {link.text}")
        yield from words(token.children or ())


def lost(source: str) -> list[str]:
    note = parse("N.md", Text.decode("N.md", source.encode()))
    if any(problem.code in ALLOWED for problem in note.problems):
        return []
    found = {word.lower() for word in words(note.tokens)}
    return [word for word in WORD.findall(source) if word.lower() not in found]


@st.composite
def notes(draw: st.DrawFn) -> str:
    number, text = 0, []
    for _ in range(draw(st.integers(1, 8))):
        text.append(draw(st.sampled_from(STARTS)) + draw(st.sampled_from(STARTS)))
        for _ in range(draw(st.integers(0, 3))):
            number += 1
            text.append(draw(st.sampled_from(WRAPS)).format(f"w{number}x"))
        text.append(draw(st.sampled_from(LINES)))
    return "".join(text)


@settings(max_examples=150, deadline=None)
@given(notes())
def test_every_word_is_in_a_token(source: str) -> None:
    # A link's definition is no text: `[a]: b` says where `[a]` leads.
    if not re.search(r"\[[^\]\n]+\]:\s*\S*\s*$", re.sub(r"\[\^\w+\]:", "", source), re.MULTILINE):
        assert not lost(source)


def test_sixty_levels_of_lists_are_read() -> None:
    source = "".join(f"{'  ' * level}- level{level} [[Note {level}]]\n" for level in range(60))
    note = parse("N.md", Text.decode("N.md", source.encode()))

    assert not lost(source)
    assert len(note.links) == 60
    assert not note.problems


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.md")), ids=lambda path: path.stem)
def test_the_cases_lose_nothing_either(path: Path) -> None:
    # As a whole, with their dots and titles: whatever they make of each other.
    source = path.read_text(encoding="utf-8").replace("]:", "] :")

    assert not lost(source)
