"""Notes that name another and do not link it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from lierne.read.vault.vault import Vault
from lierne.site.around.mentions import Mentions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.conftest import Grows

    from lierne.site.publish.publication import Publication

    Write = Callable[[dict[str, str]], Path]
    Published = Callable[..., Publication]


def anew(_: str, __: str, ___: tuple[object, ...], make: Callable[[], str]) -> str:
    """Keeps nothing."""
    return make()


def named(folder: Path, note: str) -> Mapping[str, str]:
    """The notes that name a note, each with its sentence."""
    found = Mentions(Vault.open(folder).notes, anew).of(note)
    return {mention.source: mention.sentence for mention in found}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (
            "Hidden State",
            "Before. The hidden  state stays. After.",
            "The <b>hidden state</b> stays.",
        ),
        ("Hidden State", "The hidden\nstate stays.", "The <b>hidden state</b> stays."),
        ("Warm-Up", "A warm up helps.", "A <b>warm up</b> helps."),
        ("Warm Up", "A warm-up helps.", "A <b>warm-up</b> helps."),
        ("Copy, Reverse, Sort", "See copy, reverse, sort.", "See <b>copy, reverse, sort</b>."),
        ("Softmax", "Dikkat Softmax'ın işidir.", "Dikkat <b>Softmax</b>'ın işidir."),
        ("Işık İzi", "Bir ışık izi kaldı.", "Bir <b>ışık izi</b> kaldı."),
        ("ışık izi", "IŞIK İZİ kaldı.", "<b>IŞIK İZİ</b> kaldı."),
        ("Νόμος", "Ο ΝΌΜΟΣ ισχύει.", "Ο <b>ΝΌΜΟΣ</b> ισχύει."),
        ("注意", "これは注意です", "これは<b>注意</b>です"),
        ("Ağ", "Bir Ağ gördüm.", "Bir <b>Ağ</b> gördüm."),
        ("RNN", "An RNN reads.", "An <b>RNN</b> reads."),
        (
            "Softmax",
            "The *softmax* of `x` & <b>y</b>",
            "The <b>softmax</b> of <code>x</code> &amp; y",
        ),
        ("Softmax", "## On softmax", "On <b>softmax</b>"),
        ("Softmax", "| a | b |\n|---|---|\n| softmax | x |", "<b>softmax</b>"),
    ],
)
def test_a_name_is_found(name: str, text: str, sentence: str, write: Write) -> None:
    folder = write({f"{name}.md": "x\n", "other.md": text})

    assert named(folder, f"{name}.md") == {"other.md": sentence}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Softmax", "Softmaxes are many; logsoftmax is one."),
        ("Softmax", "In code: `softmax`.\n\n```\nsoftmax\n```"),
        ("Softmax", "It is [[Other|softmax]], or [softmax](Other.md), or $softmax$, or #softmax."),
        ("Softmax", "![softmax](https://example.org/x.png) <!-- softmax --> %% softmax %%"),
        ("Softmax", "Softmax here, and [[Softmax]] there."),
        ("Softmax", "---\naliases: softmax\nx: softmax\n---\nNothing."),
        ("Hidden State", "Hidden. State it."),
        ("Hidden State", "hidden **and** state"),
        ("Set", "A set of words."),
        ("Q", "Q is for query."),
        ("2026-03-01", "It was on 2026-03-01."),
    ],
)
def test_what_is_no_mention_is_not_found(name: str, text: str, write: Write) -> None:
    folder = write({f"{name}.md": f"{name} itself\n", "other.md": text, "Other.md".lower(): text})

    assert named(folder, f"{name}.md") == {}


def test_the_longer_of_two_names_is_meant(write: Write) -> None:
    folder = write(
        {
            "Attention.md": "x\n",
            "Attention Mechanism.md": "---\naliases: Dikkat\n---\n# The Mechanism\n",
            "other.md": "An attention mechanism.\n",
            "more.md": "What counts is attention\n",
            "alias.md": "It is dikkat.\n",
            "title.md": "It is the mechanism.\n",
        }
    )

    assert list(named(folder, "Attention.md")) == ["more.md"]
    assert sorted(named(folder, "Attention Mechanism.md")) == ["alias.md", "other.md", "title.md"]


def test_a_word_that_everybody_uses_is_no_mention(write: Write) -> None:
    many = {f"n{number:02}.md": "A value.\n" for number in range(11)}

    assert named(write({"Value.md": "x\n", **many}), "Value.md") == {}


def test_mentions_are_folded_on_the_page_and_tell_nothing_of_unpublished_notes(
    published: Published,
) -> None:
    site = published(
        {
            "Softmax.md": "x\n",
            "open.md": "Say softmax & more.\n",
            "shut.md": "---\npublish: false\n---\nThe secret softmax of shut.\n",
            "hush.md": "---\npublish: false\n---\n",
            "names.md": "A hush fell.\n",
        }
    )

    html = site.notes["Softmax.md"].html

    _, _, folded = html.partition("<details><summary>One note names this without a link</summary>")
    assert re.findall(r'<a class="internal" href="(.*?)">open</a>', folded) == ["../open/"]
    assert "Say <b>softmax</b> &amp; more." in folded
    assert "secret" not in html
    assert all("lierne-mentions" not in site.notes[path].html for path in ("open.md", "names.md"))


def test_what_has_not_changed_is_not_looked_through_again(write: Write) -> None:
    folder = write({"A note.md": "x\n", "b.md": "It is a note.\n", "c.md": "None.\n"})
    looked: list[str] = []
    kept: dict[str, tuple[object, str]] = {}

    def keep(_: str, name: str, given: tuple[object, ...], make: Callable[[], str]) -> str:
        if name not in kept or kept[name][0] != given:
            looked.append(name)
            kept[name] = given, make()
        return kept[name][1]

    vault = Vault.open(folder)
    before = Mentions(vault.notes, keep)
    looked.clear()
    (folder / "c.md").write_text("Here is a note, too.\n")
    (folder / "b.md").write_text("It is [[A note]].\n")
    vault = vault.again()
    after = Mentions(vault.notes, keep)

    assert looked == ["b.md", "c.md"]
    assert [mention.source for mention in before.of("A note.md")] == ["b.md"]
    assert [mention.source for mention in after.of("A note.md")] == ["c.md"]

    (folder / "New name.md").write_text("x\n")
    (folder / "c.md").write_text("A new name.\n")
    later = Mentions(vault.again().notes, keep)

    assert [mention.source for mention in later.of("New name.md")] == ["c.md"]


def test_more_notes_cost_no_more_each(write: Write, grows: Grows) -> None:
    def seconds(size: int) -> float:
        text = "Some words about the thing number {} and more of the same. " * 10
        files = {f"Thing number {n}.md": text.format(*range(n, n + 10)) for n in range(size)}
        notes = Vault.open(write(files)).notes
        begin = time.process_time()
        assert len(Mentions(notes, anew).of("Thing number 7.md")) == 7
        return time.process_time() - begin

    grows(seconds, 100, 400, times=8)
