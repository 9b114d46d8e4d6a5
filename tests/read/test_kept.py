"""A note that was kept says what the parser says, and is used for that very text alone."""

from __future__ import annotations

import json
import zlib
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lierne.base.config import find
from lierne.base.rows import _written
from lierne.base.store import Store
from lierne.base.text import Text
from lierne.read import parser
from lierne.read.note import Note
from lierne.read.vault.kept import SECTION, KeptNotes, Tokens
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
OWN = sorted((ROOT / "vault").rglob("*.md"))
FOREIGN = sorted((ROOT / "tests/vaults").rglob("*.md"))
VALUES = """\
---
day: 2024-01-31
time: 2024-01-31 10:20:30
zoned: 2024-01-31T10:20:30+02:00
numbers: [1, -2.5, 1e400, 0x10]
nothing: null
yes: [true, false]
deep: {1: {a: [b, {c: d}]}, true: x, "": y}
text: "é\\0\\u2028"
needs: ["[[other]]", "[[third#part|it]]"]
tags: [a, b/c]
---
# Titled ^top

[[other#a|b]] ![[p.png|100]] [m](x.md) #tag

```python file=src/a.py #name run
x = "é"
```
^block
"""


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The notes that are parsed, as they are."""
    paths: list[str] = []

    def counting(path: str, text: Text, whole: Callable[..., Note] = parser.parse) -> Note:
        paths.append(path)
        return whole(path, text)

    monkeypatch.setattr(parser, "parse", counting)
    return paths


def text_of(path: Path) -> Text | None:
    try:
        return Text.decode(f"vault/{path.name}", path.read_bytes())
    except UnicodeDecodeError:
        return None


def again(root: Path, notes: list[Note]) -> list[Note | None]:
    """Keeps notes, and takes them out as another command does."""
    first = KeptNotes(root)
    for note in notes:
        first.put(note)
    first.write([note.path for note in notes])
    then = KeptNotes(root)
    return [then.note(note.path, Text(note.text.path, note.text.data)) for note in notes]


def same(one: Any, other: Any) -> bool:
    """Whether two are equal and of one kind, all through: `True` is not 1 here."""
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(map(repr, one)) == list(map(repr, other)) and all(
            map(same, one.values(), other.values())
        )
    if hasattr(one, "__slots__"):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return bool(one == other or one != one)  # noqa: PLR0124 - NaN, if somebody writes it


def agrees(note: Note, kept: Note | None) -> bool:
    if note.problems:
        return kept is None
    shown = [f.name for f in fields(Note) if f.name not in ("text", "tokens")]
    return (
        kept is not None
        and kept.text.data == note.text.data
        and all(same(getattr(kept, name), getattr(note, name)) for name in shown)
        and list(map(repr, kept.tokens)) == list(map(repr, note.tokens))
    )


def test_every_note_that_we_have_comes_back_as_it_was(tmp_path: Path) -> None:
    texts = [(path.name, text) for path in (*OWN, *FOREIGN) if (text := text_of(path))]
    notes = {name: parser.parse(name, text) for name, text in texts}

    kept = again(tmp_path, list(notes.values()))

    assert [note.path for note, one in zip(notes.values(), kept, strict=True) if one] != []
    assert all(agrees(note, one) for note, one in zip(notes.values(), kept, strict=True))


def test_every_kind_of_value_comes_back(tmp_path: Path) -> None:
    note = parser.parse("a.md", Text("vault/a.md", VALUES.encode()))
    assert note.problems == ()

    (kept,) = again(tmp_path, [note])

    assert agrees(note, kept)


@settings(max_examples=60, deadline=None)
@given(st.text("#[]|^!`~-: \n\r\tabé%$<>\0", max_size=80))
def test_any_text_comes_back(text: str) -> None:
    note = parser.parse("a.md", Text("a.md", text.encode()))
    kept = KeptNotes(ROOT / "there is no such folder")
    kept.put(note)

    rows = kept._rows
    rows._there = {key: _written(*row) for key, row in rows._new.items()}

    assert agrees(note, kept.note("a.md", note.text))


def test_what_cannot_be_kept_is_read_anew(tmp_path: Path) -> None:
    note = parser.parse("a.md", Text("a.md", b"---\nraw: x\n---\n"))
    odd = replace(note.properties["raw"], value={"a", "set"})

    assert again(tmp_path, [replace(note, properties={"raw": odd})]) == [None]


def test_another_text_or_place_is_read_anew(tmp_path: Path) -> None:
    note = parser.parse("a.md", Text("vault/a.md", b"# A\n"))
    again(tmp_path, [note])

    kept = KeptNotes(tmp_path)

    assert kept.note("a.md", Text("vault/a.md", b"# A \n")) is None
    assert kept.note("a.md", Text("notes/a.md", b"# A\n")) is None
    assert kept.note("b.md", Text("vault/a.md", b"# A\n")) is None
    assert kept.note("a.md", Text("vault/a.md", b"# A\n")) is not None


def test_tokens_are_made_for_who_asks(tmp_path: Path, parsed: list[str]) -> None:
    note = parser.parse("a.md", Text("a.md", b"# A\n\nb [[c]]\n"))
    (kept,) = again(tmp_path, [note])
    parsed.clear()

    assert kept is not None
    assert isinstance(kept.tokens, Tokens)
    assert (kept.titled, kept.links) == (True, note.links)
    assert parsed == []
    assert kept.tokens[0].type == "heading_open"
    assert [token.type for token in kept.tokens[:3]][-1] == "heading_close"
    assert len(kept.tokens) == len(list(kept.tokens)) == len(note.tokens)
    assert parsed == ["a.md"]


def test_a_vault_parses_what_is_new(tmp_path: Path, parsed: list[str]) -> None:
    (tmp_path / "lierne.toml").write_text('vault = "."\n')
    for name in "abc":
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\n[[a]] [[b]]\n")

    def read() -> dict[str, list[str]]:
        kept = KeptNotes(tmp_path)
        vault = Vault(find(tmp_path), kept=kept)
        found = {note.path: [link.source for link in note.backlinks] for note in vault}
        kept.write(vault.paths)
        return found

    first = read()
    assert parsed == ["a.md", "b.md", "c.md"]
    parsed.clear()
    assert read() == first
    assert parsed == []
    (tmp_path / "b.md").write_text("# b\n\n[[c]]\n")
    (tmp_path / "a.md").unlink()
    assert read() == {"b.md": ["c.md"], "c.md": ["b.md"]}
    assert parsed == ["b.md"]
    with Store(tmp_path) as store:
        assert sorted(store.all(SECTION)) == ["b.md", "c.md"]


def test_nothing_that_is_kept_can_be_run(tmp_path: Path) -> None:
    again(tmp_path, [parser.parse("a.md", Text("a.md", VALUES.encode()))])

    with Store(tmp_path) as store:
        (row,) = store.all(SECTION).values()

    json.loads(zlib.decompress(row.partition(b"\n")[2]))
