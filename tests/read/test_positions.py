"""What a place says is exactly what is written there, in any note."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lierne.base.text import Text
from lierne.read.parser import parse
from lierne.read.rules.wikilink import split

if TYPE_CHECKING:
    from lierne.read.note import Note

PIECES = (
    *(
        "[[N]]",
        "[[N|t]]",
        "![[p.png\\|9]]",
        "[[N#H]]",
        "[[é|ü]]",
        "[[a [[b]]",
        "[[#^i]]",
        "]]",
        "[[",
    ),
    *(
        "[t](u.md)",
        "![a](p.png)",
        "[*b* c](<d e.md>)",
        "<http://a.b>",
        "[r]",
        "[^1]",
        "^[in [[x]]]",
    ),
    *("#tag", "#ç/ö", "^id", "%%", "$", "$$", "==", "**", "_", "`", "```", "~~~", "|", "\\|", "\\"),
    *("word", "ı", "😀", "\0", "\u00a0", "\u2028", "\x0b", "\x1c", "\ufeff", "<!--", "-->", "<b>"),
    *("[!note]", "[ ]", "[x] ", "---", "===", "file=a", "{#n}", " ", "  ", "\t", "&amp;", "a: b"),
)
STARTS = (
    "",
    "",
    "> ",
    ">",
    "- ",
    "  ",
    "    ",
    "\t",
    "1. ",
    "# ",
    "| ",
    "> - ",
    "[^1]: ",
    "-\t",
    ">\t",
)
ENDS = ("\n", "\n", "\n\n", "\r\n", "\r", " \n", "  \n", "\u00a0\n", " #\n", "|\n")

pieces = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
table = st.just("|a|b|\n|-|-|\n")
line = st.builds("{}{}{}{}".format, *[st.sampled_from(STARTS)] * 2, pieces, st.sampled_from(ENDS))
notes = st.lists(st.one_of(line, line, line, line, table), max_size=12).map("".join)
fronted = st.builds("---\n{}---\n{}".format, notes, notes)


def read(source: str) -> Note:
    return parse("N.md", Text.decode("vault/N.md", source.encode()))


def check(note: Note) -> None:
    for thing in (
        *(*note.links, *note.tags, *note.block_ids, *note.headings, *note.blocks),
        *(*note.properties.values(), *note.problems),
        *(attribute for block in note.blocks for attribute in block.attributes),
    ):
        place = thing.place
        assert place.path == "vault/N.md"
        assert 0 <= place.offset <= place.end_offset <= len(note.text.data)
        assert note.text.offset(place.line, place.column) == place.offset
        assert note.text.offset(place.end_line, place.end_column) == place.end_offset


def written(note: Note, thing: object) -> str:
    place = thing.place  # type: ignore[attr-defined]
    return note.text.data[place.offset : place.end_offset].decode().replace("\0", "\ufffd")


@settings(max_examples=100, deadline=None)
@given(notes | fronted)
@example("> |a|b|\n> |-|-|\n> |é \\| [[N\\|t]] | [[é]]|\n")
@example("|a|\n|-|\n[[N]]\\|\n")
@example("a [[N]]\u00a0 \nb\n")
@example("\x0b\n[[N]]\n")
@example("-\t\t[[N]]\n>\t- #tag\n")
@example("\0\0[[N]] `x` [t](u.md)\0\n")
def test_places_are_exactly_what_is_written(source: str) -> None:
    note = read(source)

    check(note)
    for link in note.links:
        text = written(note, link)
        if link.wiki and link.key is None:
            assert text.startswith("![[" if link.embed else "[[")
            assert text.endswith("]]")
            assert split(text.lstrip("![")[:-2].replace("\\|", "|")) == (
                *(link.target, link.subpath, link.text),
            )
        elif not link.wiki:
            assert re.match(r"!\[|\[|<", text)
            assert re.search(r"[)\]>]\Z", text)
    for tag in note.tags:
        assert written(note, tag).strip("'\"").removeprefix("#") == tag.name
    for block_id in note.block_ids:
        assert written(note, block_id) == "^" + block_id.name


@settings(max_examples=80, deadline=None)
@given(notes)
def test_blocks_and_headings_are_where_they_say(source: str) -> None:
    note = read(source)

    for block in note.blocks:
        text = written(note, block)
        assert text.startswith(block.fence)
        assert not block.closed or text.endswith(block.fence[0] * 3)
        for number, code in enumerate(block.code.split("\n")[:-1]):
            whole = note.text.line(block.code_line + number)
            assert whole.endswith(code.lstrip(" \t"))
        for attribute in block.attributes:
            assert attribute.value.replace("\0", "\ufffd") in written(note, attribute)
    for heading in note.headings:
        text = written(note, heading)
        assert re.match(r"#{1,6}(?:\s|\Z)", text) or re.search(r"[-=]\Z", text)
        assert heading.place.line < heading.end_line <= len(note.text.lines) + 1
        first, end = heading.tokens
        assert note.tokens[first].attrs["id"] == heading.anchor
        assert sum(token.nesting for token in note.tokens[first:end]) == 0


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_no_text_makes_the_parser_raise(source: str) -> None:
    check(read(source))


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="abz:-#[]{}'\"|>&*!%@`,? \t\n\\", max_size=60))
def test_no_front_matter_makes_the_parser_raise(source: str) -> None:
    check(read(f"---\n{source}\n---\ntext\n"))
