"""Backlinks tell in which sentence they stand, as plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lierne.base.sentences import Sentences
from lierne.base.text import Text
from lierne.read.parser import parse
from lierne.read.vault import backlinks as module
from lierne.read.vault.backlinks import backlinks, link_text, outgoing

if TYPE_CHECKING:
    from lierne.read.note import Link, Note


def contexts(source: str) -> list[str]:
    """The contexts of a note's links to `Key`."""
    note = parse("n.md", Text("n.md", source.encode()))
    ends = [link.target if link.target == "Key" else None for link in note.links]
    found = backlinks([outgoing(note, ends)])
    return [backlink.context for backlink in found.get("Key", ())]


@pytest.mark.parametrize(
    ("source", "context"),
    [
        ("Before. It needs [[Key]] first. After.", "It needs Key first."),
        ("It needs [[Key|the **key**]] first.", "It needs the **key** first."),
        ("It needs [[Key#Use#In code]].", "It needs Key > Use > In code."),
        ("It needs [*the* `key`](Key).", "It needs the key."),
        (
            "A **bold [[Key]]**, ==marked==, ~~gone~~ and `code`.",
            "A bold Key, marked, gone and code.",
        ),
        ("Where $x. Y$ is [[Key]]'s.", "Where x. Y is Key's."),
        ("- one\n- two [[Key]]\n  - three", "two Key"),
        ("1. First thing.\n2. Then [[Key]]. And more.", "Then Key."),
        ("| a | b |\n|---|---|\n| one | see [[Key\\|it]] now |\n", "see it now"),
        ("> [!note] About [[Key]]\n> Text.", "About Key"),
        ("> quoted\n> [[Key]] here", "Key here"),
        ("# The [[Key]] of things\n\nText.", "The Key of things"),
        ("With #tag and [[Key]] %%not this%%.", "With #tag and Key ."),
        ("See ![[icon.svg#icon]] [[Key]] there.", "See Key there."),
        ("![[Key]]", "Key"),
        ("![[Key|100]]", "Key"),
        ("text[^1]\n\n[^1]: Found in [[Key]]. Or not.", "Found in Key."),
        ("text^[as in [[Key]]] more", "as in Key"),
        ("[[Key]] [[Y]]\nwith Z", "Key Y with Z"),
        ("Fish &amp; \\*chips\\* [[Key]]", "Fish & *chips* Key"),
        ('---\nneeds:\n  - "[[Key]]"\n---\n', "needs"),
        ("[[Key]]\n^id", "Key"),
    ],
)
def test_contexts(source: str, context: str) -> None:
    assert contexts(source) == [context]


def test_each_link_has_its_own_sentence() -> None:
    assert contexts("One [[Key]]. Two [[Key]]. Three.\n\nFour [[Key]]") == [
        "One Key.",
        "Two Key.",
        "Four Key",
    ]


def test_links_in_code_and_comments_are_none() -> None:
    assert (
        contexts("`[[Key]]` %%[[Key]]%% \\[[Key]]\n\n```\n[[Key]]\n```\n\n<!-- [[Key]] -->\n") == []
    )


def test_a_file_is_told_all_links_to_it_in_order() -> None:
    notes = [note(name, "[[X]] [[me]]") for name in ("b.md", "a.md")]
    ends = [[n.path if x.target == "me" else x.target for x in n.links] for n in notes]
    found = backlinks(outgoing(*pair) for pair in zip(notes, ends, strict=True))

    assert [(b.source, b.link.target) for b in found["X"]] == [("b.md", "X"), ("a.md", "X")]
    assert set(found) == {"X"}


def test_sentences_are_looked_for_once_a_note_and_only_when_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []
    monkeypatch.setattr(module, "Sentences", lambda text: made.append(text) or Sentences(text))

    source = note("n.md", "One [[Key]]. Two [[Value]].")
    found = backlinks([outgoing(source, ["Key", "Value"])])

    assert (list(found), made) == (["Key", "Value"], [])
    assert [b.context for links in found.values() for b in links] == ["One Key.", "Two Value."]
    assert made == ["One Key. Two Value."]


def note(path: str, source: str) -> Note:
    return parse(path, Text(path, source.encode()))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[[A]]", "A"),
        ("[[A|b]]", "b"),
        ("[[A#B#C]]", "A > B > C"),
        ("[[#B]]", "B"),
        ("[[A#^id]]", "A > ^id"),
        ("![[A#B|100]]", "A > B"),
        ("[](a/b.md#c)", "a/b.md"),
    ],
)
def test_what_a_link_shows(source: str, text: str) -> None:
    assert link_text(link(source)) == text


def link(source: str) -> Link:
    return note("n.md", source).links[0]
