"""The walk over inline text gives what markdown-it's own gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lierne.read.parser import markdown
from lierne.read.tokens.inline import STARTS, Inline

PIECES = (
    *("a", " ", "  ", "\n", "*", "**", "_", "`", "``", "[", "]", "(", ")", "![", "<a>", "<", ">"),
    *(
        "https://x.y",
        "<b:c>",
        "&amp;",
        "&",
        "\\",
        "\\\\",
        "~~",
        "~",
        "!",
        '"t"',
        "é",
        ".",
        "-",
        "](",
    ),
)


def plain() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": 20}).enable("strikethrough")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_the_tokens_are_the_same(source: str) -> None:
    own, theirs = plain(), plain()
    own.inline = Inline(own.inline)

    assert own.parseInline(source) == theirs.parseInline(source)


def test_every_rule_is_asked_somewhere() -> None:
    names = set(markdown().inline.ruler.get_active_rules())

    # Plain text needs no rule: the walk steps over it.
    assert names - set(STARTS) == {"text"}
    assert set(STARTS) <= names
