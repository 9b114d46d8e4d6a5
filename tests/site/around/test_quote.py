"""The sentences of backlinks, as HTML."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from lierne.read.vault.vault import Vault
from lierne.site.around.quote import Quotes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Grows

    from lierne.site.publish.publication import Publication

    Published = Callable[..., Publication]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("See [[A]] & <b>.\n", "See <b>A</b> &amp; ."),
        (
            "With `x < [[y]]` and [[A|that *a*]].",
            "With <code>x &lt; [[y]]</code> and <b>that *a*</b>.",
        ),
        (
            "Before. An `a` and\n[a `code` *one*](A.md) here. After.",
            "An <code>a</code> and <b>a <code>code</code> one</b> here.",
        ),
        (
            "The first `x` stands. Then x of [[A]] and `x`.",
            "Then x of <b>A</b> and <code>x</code>.",
        ),
        ("[[A]] twice. [[A]] twice.", "<b>A</b> twice."),
        ("[[A]] is [[A|it]].", "<b>A</b> is it."),
        ("With [![[x.png]] an *a*](A.md) in it.", "With <b>an a</b> in it."),
        ("| a | b |\n|---|---|\n| [[A\\|an a]] | `x` |", "<b>an a</b>"),
        ("It has by [[A]] that\n\n$$\nx\n$$\n", "It has by <b>A</b> that …"),
        ("By [[A]] it is:\n\n$$\nx\n$$\n", "By <b>A</b> it is:"),
        ("By [[A]] one is. It is\n\n$$\nx\n$$\n", "By <b>A</b> one is."),
        ("## About [[A]] in `b`", "About <b>A</b> in <code>b</code>"),
    ],
)
def test_a_sentence_is_quoted_with_its_marks(text: str, quoted: str, published: Published) -> None:
    site = published({"A.md": "\n", "B.md": text})

    assert re.findall(r"<p>(.*)</p>", site.notes["A.md"].html) == [quoted]


def test_a_formula_is_quoted_as_a_formula(published: Published) -> None:
    site = published({"A.md": "\n", "B.md": "As $\\sqrt 4 = 2$, [[A]] is $n$.\n"})

    (quoted,) = re.findall(r"<p>(.*)</p>", site.notes["A.md"].html)

    assert re.sub(r"<math>.*?</math>", "M", quoted) == (
        'As <span class="unbroken">M,</span> <b>A</b> is <span class="unbroken">M.</span>'
    )
    assert "<msqrt><mn>4</mn></msqrt>" in quoted


def test_a_formula_that_a_long_sentence_is_cut_in_is_left_out(published: Published) -> None:
    sums = " + ".join(f"x_{{{n}}}" for n in range(60))
    site = published({"A.md": "\n", "B.md": f"So ${sums}$ and then [[A]] it is.\n"})

    (quoted,) = re.findall(r"<p>(.*)</p>", site.notes["A.md"].html)

    assert quoted == "… and then <b>A</b> it is."


def test_many_links_in_one_paragraph_cost_little_more_than_their_share(
    tmp_path: Path, grows: Grows
) -> None:
    def seconds(size: int) -> float:
        folder = tmp_path / str(size)
        folder.mkdir(exist_ok=True)
        (folder / "A.md").write_text("\n")
        (folder / "B.md").write_text(" ".join(f"[[A|a {n}]]" for n in range(size)))
        notes = Vault.open(folder).notes
        quotes = Quotes(notes, lambda *given: given[-1]())
        begin = time.process_time()
        written = [quotes.of(backlink)[1] for backlink in notes["A.md"].backlinks]
        assert [f"<b>a {n}</b>" in html for n, html in enumerate(written)] == [True] * size
        return time.process_time() - begin

    grows(seconds, 1000, 2000, times=2.6)
