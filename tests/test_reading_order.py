"""The book of the vault can be read in the order that it names: nothing is used before its note."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lierne import EdgeKind, Graph, NodeKind, Vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROOT = Path(__file__).parent.parent
HOME = "Home.md"
ROW = re.compile(r"^\| .*\[\[.*\|$", re.MULTILINE)
LINK = re.compile(r"\[\[([^]|#]+)")
COMPUTED = re.compile(
    r"^> \[!success\]- Answer\n> .*^> ```python run.*^> ```output key=", re.MULTILINE | re.DOTALL
)
EXERCISE = re.compile(r"^(?=\*\*\d+\. )", re.MULTILINE)


@cache
def the_graph() -> Graph:
    """The concept graph of this repository's vault."""
    return Vault.open(ROOT / "vault").graph()


def the_book() -> set[str]:
    """Its notes: all that have one of its tags, but for the page that lists them."""
    return {
        node.id
        for node in the_graph()
        if node.kind is NodeKind.NOTE and any(tag.startswith("#transformer/") for tag in node.tags)
    } - {HOME}


@cache
def the_table() -> list[str]:
    """The notes that the table of the home page names, in its order."""
    text = (ROOT / "vault" / HOME).read_text(encoding="utf-8")
    return [f"{name}.md" for row in ROW.findall(text) for name in LINK.findall(row)]


def imported() -> dict[str, set[str]]:
    """By note, those whose modules its own module imports; what tests import does not count."""
    graph = the_graph()
    owners = {edge.target: edge.source for edge in graph.edges_of(EdgeKind.TANGLES)}
    found: dict[str, set[str]] = {}
    for edge in graph.edges_of(EdgeKind.IMPORTS):
        note, other = owners.get(edge.source), owners.get(edge.target)
        if note and other and note != other and not edge.source.startswith("tests/"):
            found.setdefault(note, set()).add(other)
    return found


def too_early(order: Sequence[str], needs: Mapping[str, Iterable[str]]) -> list[str]:
    """What comes before something that it needs."""
    place = {note: number for number, note in enumerate(order)}
    return [
        f"{note} needs {need}"
        for note in order
        for need in needs.get(note, ())
        if place.get(need, len(order)) >= place[note]
    ]


def test_what_a_note_imports_comes_before_it() -> None:
    order = [node.id for node in the_graph().order()]

    assert len(imported()) > 30
    assert too_early(order, imported()) == []


def test_what_a_note_says_it_needs_comes_before_it() -> None:
    graph = the_graph()

    assert too_early([node.id for node in graph.order()], graph.needs) == []


def test_home_lists_every_note_of_the_book_once() -> None:
    assert sorted(the_table()) == sorted(the_book())


def test_home_lists_each_note_after_what_it_needs_and_imports() -> None:
    needs = the_graph().needs

    assert too_early(the_table(), needs) == []
    assert too_early(the_table(), imported()) == []


@pytest.mark.parametrize(
    ("order", "needs", "complaints"),
    [
        ("abc", {"c": "ab", "b": "a"}, []),
        ("acb", {"c": "ab"}, ["c needs b"]),
        ("ab", {"b": "x"}, ["b needs x"]),
        ("ab", {"a": "a"}, ["a needs a"]),
    ],
)
def test_what_comes_too_early_is_seen(
    order: str, needs: Mapping[str, str], complaints: list[str]
) -> None:
    assert too_early(order, needs) == complaints


def test_what_an_exercise_answers_is_computed() -> None:
    """In the answer stands a block that computes it; that it still does, its output's key says."""
    exercises = [
        (note.path, part)
        for note in Vault.open(ROOT / "vault")
        for part in EXERCISE.split(note.text.string.partition("\n## To try\n")[2])[1:]
    ]

    assert len(exercises) > 30
    assert [(path, part) for path, part in exercises if not COMPUTED.search(part)] == []
