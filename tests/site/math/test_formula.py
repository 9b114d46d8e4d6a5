r"""Formulas: TeX as people write it, and the MathML that browsers can show."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from lierne.site.math.formula import MOST, formula

FIXTURES = Path(__file__).parent / "fixtures"
CASES = read_fixture_file(FIXTURES / "formulas.md")
WRONG = re.findall(
    r"^\| `(.+?)` \| (.+?) \|$", (FIXTURES / "wrong.md").read_text("utf-8"), re.MULTILINE
)


def read(xml: str) -> ET.Element:
    """Reads what we made, strictly."""
    return ET.fromstring(xml)  # noqa: S314


@pytest.mark.parametrize(
    ("tex", "expected"), [case[2:] for case in CASES], ids=[f"{c[0]}-{c[1]}" for c in CASES]
)
def test_tex_becomes_this_mathml(tex: str, expected: str) -> None:
    made = formula(tex.strip(), display=True)

    assert made.wrong == ""
    assert made.html == f'<math display="block"><mrow>{expected.strip()}</mrow></math>'


@pytest.mark.parametrize(("tex", "why"), WRONG)
def test_what_cannot_be_shown_is_shown_as_it_is_written(tex: str, why: str) -> None:
    made = formula(tex, display=True)

    assert made.wrong == why
    assert made.html.startswith('<code class="formula" title="This formula cannot be shown: ')
    assert read(made.html).text == tex


@pytest.mark.parametrize(
    ("tex", "why"),
    [
        ("", "it is empty"),
        ("x" * (MOST + 1), "it is too long"),
        ("{" * 5000 + "x" + "}" * 5000, "it is nested too deeply"),
        (r"\newcommand{\a}{\a}\a", "it is nested too deeply"),
    ],
)
def test_too_little_and_too_much_are_refused(tex: str, why: str) -> None:
    assert formula(tex, display=False).wrong == why


def test_a_long_formula_in_a_line_may_end_after_a_sign() -> None:
    made = formula(r"(a, b) + (c, d) = (e, f)", display=False)

    pieces = made.html.split("<wbr>")
    assert len(pieces) == 3
    assert [re.sub("<.*?>", "", piece) for piece in pieces] == ["(a,b)+", "(c,d)=", "(e,f)"]
    for piece in pieces:
        read(piece)


def test_it_may_end_after_a_comma_outside_of_brackets_and_never_after_a_sign() -> None:
    made = formula(r"f(a, b), g(c, d), h(x) = -y", display=False)

    pieces = [re.sub("<.*?>", "", piece) for piece in made.html.split("<wbr>")]
    assert pieces == ["f(a,b),", "g(c,d),", "h(x)=", "−y"]


def test_fractions_make_indices_tight_in_a_line_and_not_on_lines_of_their_own() -> None:
    tight = '<mo lspace="0" rspace="0">+</mo>'

    assert tight in formula(r"\frac{a + b}{c}", display=False).html
    assert tight not in formula(r"\frac{a + b}{c}", display=True).html
    assert tight in formula(r"\frac{\frac{a + b}{c}}{d}", display=True).html
    assert tight not in formula(r"\dfrac{a + b}{c}", display=False).html


def test_a_short_one_and_a_displayed_one_stay_whole() -> None:
    assert "<wbr>" not in formula("a + b = c", display=False).html
    assert "<wbr>" not in formula("(a, b) + (c, d) = (e, f)", display=True).html


ELEMENTS = {
    *("code", "math", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow"),
    *("mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr"),
    *("munder", "munderover"),
}
PIECES = (
    r"\frac \sqrt \text \mathbf \left( \right) \begin{aligned} \end{aligned} \begin{cases} "
    r"\end{cases} \begin{array}{c|c} \end{array} \\ \\[4pt] \tag \label \mathop \operatorname "
    r"\sum \int \hat \overline \xrightarrow \color \href \newcommand \limits \middle| \substack "
    r"\hline \not \binom & { } [ ] ^ _ $ ' < > | a b 1 + = , # % ~ \, \! \# \{ &#x3c; <b> é"
)
TEX = st.lists(st.one_of(st.sampled_from(PIECES.split()), st.text(max_size=3)), max_size=25)


@settings(max_examples=300, deadline=None)
@given(tex=TEX.map(" ".join), display=st.booleans())
def test_any_text_becomes_whole_xml(tex: str, display: bool) -> None:
    made = formula(tex, display=display)

    plain = re.sub(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]", "", made.html.replace("<wbr>", ""))
    root = read(f"<p>{plain}</p>")
    for element in root.iter():
        assert element is root or element.tag in ELEMENTS
        assert not {"href", "style", "id", "onclick"} & set(element.attrib)
