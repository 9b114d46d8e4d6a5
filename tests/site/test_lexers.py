"""The quick lexer of Python colours as that of Pygments does."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pygments.lexers.python import PythonLexer

import lierne
from lierne.site.lexers import Quick, lexer

PIECES = (
    *(
        "\n",
        "\n\n",
        " ",
        "  ",
        "\t",
        "\f",
        "\u00a0",
        "\\",
        "\\\n",
        "#",
        "#!",
        "é",
        "x",
        "_",
        "1",
        "1.",
    ),
    *("0x", "1e", "j", "if", "match", "case", "def", "class", "from", "import", "as", "in", "not"),
    *("None", "self", "__init__", "print", ".", "...", ":", ":=", "=", "==", "!", "!=", "->", "-"),
    *("<", "<<", ">>=", "<>", "@", "%", "*", "**", "|", "^", "&", "~", "/", "(", ")", "[", "]"),
    *("{", "}", ",", ";", "'", '"', '"""', "'''", "f'", 'rb"', "?", "$"),
)
CODE = st.lists(st.sampled_from(PIECES)).map("".join)


@settings(max_examples=400, deadline=None)
@example("    '''Says.'''\n  match x:\n    case _ : pass\n")
@example("f'{x!r:>{y}} {a := 1}' != b")
@given(CODE)
def test_any_text_is_cut_as_by_pygments(code: str) -> None:
    assert list(Quick().get_tokens(code)) == list(PythonLexer().get_tokens(code))


def test_our_own_code_is_cut_as_by_pygments() -> None:
    files = sorted(Path(lierne.__file__).parent.glob("s*/**/*.py"))
    assert len(files) > 50

    for file in files:
        code = file.read_text()
        assert list(Quick().get_tokens(code)) == list(PythonLexer().get_tokens(code)), file


def test_python_by_any_of_its_names_has_the_quick_lexer_and_its_kin_have_their_own() -> None:
    assert {type(lexer(name)) for name in ("python", "Python", "py", "python3")} == {Quick}
    assert not {type(lexer(name)) for name in ("pycon", "python2", "numpy", "c")} & {Quick, None}
    assert lexer("nobody-knows") is None
