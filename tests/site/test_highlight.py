"""Code in colour."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lierne.site.highlight import MOST, frame, lines

LANGUAGES = "python bash html json yaml rust c sql diff latex ini make nobody-knows".split()  # noqa: SIM905


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=40, deadline=None)
@given(code=st.text(st.sampled_from("ab1 \t\n\"'`<>&#/*\\{}()[]=-:;$\x0cİé")))
def test_each_line_is_whole_and_none_is_lost(language: str, code: str) -> None:
    coloured = lines(code, language)

    assert [unescape(re.sub("<.*?>", "", line)) for line in coloured] == (
        code.removesuffix("\n").split("\n") if code else []
    )
    for line in coloured:
        assert line.count("<span") == line.count("</span>")


def test_a_text_over_several_lines_is_coloured_in_each() -> None:
    assert lines('x = """a\nb"""\n', "python") == (
        '<span class="n">x</span> <span class="o">=</span> <span class="s2">"""a</span>',
        '<span class="s2">b"""</span>',
    )


def test_names_of_languages_are_known_in_any_case() -> None:
    assert lines("import x", "Python") == lines("import x", "python")


def test_a_language_that_nobody_knows_is_only_escaped() -> None:
    assert lines("<a> & b", "nobody-knows") == ("&lt;a&gt; &amp; b",)


def test_what_is_too_long_to_read_is_not_coloured() -> None:
    assert lines("import x\n" * (MOST // 9 + 1), "python")[0] == "import x"


def test_an_output_is_said_to_be_one_and_offers_no_copy() -> None:
    shown, code = frame(("1",), "output"), frame(("1",), "python")

    assert shown.startswith('<div class="language-output highlight no-copy" role="group" aria-lab')
    assert "no-copy" not in code
    assert "role=" not in code


def test_of_a_terminal_only_what_was_typed_is_copied() -> None:
    said = '$ lierne where "a b" \\\n> --json\n[]\n$ cat <x\n'

    shown = frame(lines(said, "console"), "console")

    assert ' data-copy="lierne where &quot;a b&quot; \\\n--json\ncat &lt;x"' in shown
    assert "data-copy" not in frame(lines("[]\n", "console"), "console")
    assert "data-copy" not in frame(lines("x = 1\n", "python"), "python")
