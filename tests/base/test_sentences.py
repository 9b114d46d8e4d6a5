"""The sentence around a link is the one that a reader would name."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lierne.base.sentences import Sentences


def around(text: str) -> str:
    """The sentence around the stretch between `<` and `>`."""
    start, end = text.index("<"), text.index(">") - 1
    return Sentences(text.replace("<", "").replace(">", "")).around(start, end)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One <two> three", "One two three"),
        ("First. The <second> one. Third.", "The second one."),
        ("<First>. Second.", "First."),
        ("First. <Last>", "Last"),
        ("Is it <so>? Yes! No.", "Is it so?"),
        ("He said “see <this>.” Then he left.", "He said “see this.”"),
        ("See e.g. <Softmax> in Fig. 3. Done.", "See e.g. Softmax in Fig. 3."),
        ("As Vaswani et al. <show>, it works. Next.", "As Vaswani et al. show, it works."),
        ("By A. M. <Turing> himself. Next.", "By A. M. Turing himself."),
        ("About 3.5 <points>. Next.", "About 3.5 points."),
        ("We use node.js <here>. Next.", "We use node.js here."),
        ("It is <so>, i.e. true. Next.", "It is so, i.e. true."),
        ("Bkz. <Dikkat> ve vb. Başka.", "Bkz. Dikkat ve vb. Başka."),
        ("Önce bu. Örn. <Yumuşak Maksimum> böyledir. Sonra.", "Örn. Yumuşak Maksimum böyledir."),
        ("3. bölümde <anahtar> var. Sonra.", "3. bölümde anahtar var."),
        ("İlk. <Şu> olur. İkinci.", "Şu olur."),
        ("Wait… <what>? Yes.", "Wait… what?"),
        ("Wait… <What>? Yes.", "What?"),
        ("and so on... then <this> too. Next.", "and so on... then this too."),
        ("これは<注意>です。次。", "これは注意です。"),
        ("Author: <A>\nYear: 2020", "Author: A"),
        ("Author: A\nYear: <2020>", "Year: 2020"),
        ("a line that goes\non to <this> one. Next.", "a line that goes on to this one."),
        (
            "A line so long that somebody broke it for its length, before the\nName <X> came. Y.",
            "A line so long that somebody broke it for its length, before the Name X came.",
        ),
        ("One <two. Three> four. Five.", "One two. Three four."),
        ("  blanks \t <everywhere>  ", "blanks everywhere"),
        ("<>", ""),
    ],
)
def test_sentences(text: str, sentence: str) -> None:
    assert around(text) == sentence


def test_a_long_sentence_is_cut_around_the_stretch() -> None:
    found = around("word " * 200 + "<here> " + "more " * 200)

    assert "here" in found
    assert found.startswith("…")
    assert found.endswith("…")
    assert 250 < len(found) <= 303


def test_what_ends_the_sentence_is_not_marked_as_cut() -> None:
    assert around("First. <Here> " + "more " * 100 + "end.").startswith("Here")


@given(st.text("ab.?! \n<>éX。", max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_the_stretch_is_always_in_its_sentence(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    found = Sentences(text).around(start, end)

    assert " ".join(text[start:end].split()) in found
    assert "\n" not in found


def test_many_links_in_a_long_paragraph_take_no_longer_each() -> None:
    sentences = Sentences("A sentence with a link. " * 20_000)
    before = time.process_time()
    for start in range(0, 24 * 20_000, 24):
        sentences.around(start + 18, start + 22)

    assert time.process_time() - before < 5
