"""What the parser finds in notes: the cases are in `fixtures/parser/`, one file a rule.

A case is a title, a note, and what is found in it, each followed by a line with a dot. What is
found is one line a thing, by place: `line:column what is written -> what it means`; then, after
`tokens`, the tokens of the note, indented by their level.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lierne.base.text import Text
from lierne.read.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from lierne.base.problem import Place
    from lierne.read.note import Block, Link, Note

FIXTURES = Path(__file__).parent / "fixtures" / "parser"
CASE = re.compile(
    r"(?P<title>[^\n]+)\n\.\n(?P<note>.*?)^\.\n(?P<found>.*?)^\.\n\n?", re.DOTALL | re.MULTILINE
)
SILENT = frozenset(("inline", "thead_open", "thead_close", "tbody_open", "tbody_close"))


def read(note: str | bytes) -> Note:
    data = note if isinstance(note, bytes) else note.encode()
    return parse("N.md", Text.decode("vault/N.md", data))


def written(note: Note, place: Place) -> str:
    return note.text.data[place.offset : place.end_offset].decode().splitlines()[0]


def found(note: Note) -> list[str]:
    things: list[tuple[Place, str]] = [(link.place, _link(link)) for link in note.links]
    things += [(tag.place, f"tag {tag.name}") for tag in note.tags]
    things += [(p.place, f"property {p.key} = {p.value!r}") for p in note.properties.values()]
    things += [
        (h.place, f"heading {h.level} `{h.title}` id `{h.anchor}` before line {h.end_line}")
        for h in note.headings
    ]
    things += [
        (
            i.place,
            f"id `{i.anchor}` of lines {i.lines[0]} to {i.lines[1] - 1}, a {_name(note, i.tokens)}",
        )
        for i in note.block_ids
    ]
    things += [(block.place, _block(block)) for block in note.blocks]
    lines = [
        f"{place.line}:{place.column} {written(note, place)} -> {what}"
        for place, what in sorted(things, key=lambda thing: thing[0].offset)
    ]
    return lines + [f"{p.place.line}:{p.place.column} {p.code} {p.message}" for p in note.problems]


def _link(link: Link) -> str:
    parts = ["embed" if link.embed else "link"]
    parts.append("out" if link.external else link.target or "(this note)")
    parts += [f"# {link.subpath}"] if link.subpath else []
    parts += [f"| {link.text}"] if link.text is not None else []
    parts += [f"in {link.key}"] if link.key else []
    return " ".join(parts)


def _name(note: Note, tokens: tuple[int, int]) -> str:
    first = note.tokens[tokens[0]]
    assert first.attrGet("id"), "what an id names carries it"
    assert tokens[1] == len(note.tokens) or note.tokens[tokens[1]].level <= first.level
    return first.type.removesuffix("_open")


def _block(block: Block) -> str:
    attributes = " ".join(f"{a.key}={a.value}" for a in block.attributes)
    ids = " ".join(f"^{i}" for i in block.ids)
    parts = [f"block `{block.language}`", attributes, ids, f"prefix {block.prefix!r}"]
    return " ".join(part for part in [*parts, f"code {block.code!r}"] if part)


def tokens(note: Note) -> list[str]:
    return [line for token in note.tokens for line in _token(token)]


def _token(token: Token) -> Iterator[str]:
    if token.type in SILENT:
        for child in token.children or ():
            content = f" {child.content!r}" if child.content else ""
            yield "  " * token.level + child.type + content
        return
    shown = {k: v for k, v in token.meta.items() if k not in ("link", "block", "cell")}
    meta = " ".join(f"{key}={value!r}" for key, value in shown.items())
    mark = "hidden " if token.hidden else ""
    content = repr(token.content) if token.content else ""
    yield "  " * token.level + f"{mark}{token.type} {content} {meta}".strip().replace("  ", " ")


def cases() -> Iterator[tuple[str, str, list[str]]]:
    for path in sorted(FIXTURES.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for match in CASE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path.stem}:{line} {match['title']}", match["note"], match["found"].splitlines()


CASES = list(cases())
NAMES = [name for name, _, _ in CASES]


@pytest.mark.parametrize(("source", "expected"), [case[1:] for case in CASES], ids=NAMES)
def test_a_note_is_read_as_its_case_says(source: str, expected: list[str]) -> None:
    note = read(source)
    lines = found(note)
    if "tokens" in expected:
        lines += ["tokens", *tokens(note)]

    assert expected == lines


@pytest.mark.parametrize("source", [source for _, source, _ in CASES], ids=NAMES)
def test_line_ends_and_a_byte_order_mark_change_no_meaning(source: str) -> None:
    note = read(source)
    other = read(b"\xef\xbb\xbf" + source.replace("\n", "\r\n").encode())

    assert found(note) == found(other)
    assert tokens(note) == tokens(other)
