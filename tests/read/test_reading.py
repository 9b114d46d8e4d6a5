"""What holds for every note: files that are no notes, NUL characters, snippets, anchors."""

from __future__ import annotations

import pytest

from lierne.base.text import Text
from lierne.read.parser import markdown, parse, unreadable
from lierne.read.rules.heading import slug
from lierne.read.rules.tag import is_tag


@pytest.mark.parametrize(
    ("data", "line", "column", "offset"),
    [
        (b"\xff", 1, 1, 0),
        (b"ok\r\n\xc3\xa7 \xe7a", 2, 3, 7),
        (b"\xef\xbb\xbfa\n\nb\x80", 3, 2, 7),
        (b"a\xe2\x82", 1, 2, 1),
    ],
)
def test_a_file_that_is_not_utf_8_has_its_first_wrong_byte_named(
    data: bytes, line: int, column: int, offset: int
) -> None:
    with pytest.raises(UnicodeDecodeError) as raised:
        Text.decode("vault/N.md", data)
    note = unreadable("N.md", "vault/N.md", data, raised.value)
    (problem,) = note.problems

    assert problem.code == "N101"
    assert (problem.place.path, problem.place.line) == ("vault/N.md", line)
    assert (problem.place.column, problem.place.offset) == (column, offset)
    assert (note.path, note.tokens, note.links) == ("N.md", (), ())


def test_code_keeps_its_nul_characters() -> None:
    source = "- ```\n  a\0b \ufffd\n\n  \0\n  ```\n"
    note = parse("N.md", Text.decode("N.md", source.encode()))

    assert [block.code for block in note.blocks] == ["a\0b \ufffd\n\n\0\n"]


@pytest.mark.parametrize("source", ["", "\n", "\ufeff", "\0", "---", "---\n---", "\r", "```"])
def test_next_to_nothing_is_a_note(source: str) -> None:
    note = parse("N.md", Text.decode("N.md", source.encode()))

    assert note.text.string == source.removeprefix("\ufeff")


def test_a_note_does_not_depend_on_the_one_before() -> None:
    text = Text.decode("N.md", b"# A\n\nb[^1] ^id\n\n[^1]: c\n[r]: u\n[r]\n")
    first = parse("N.md", text)
    parse("M.md", Text.decode("M.md", b"# A\n\n[^1] [r] ^id\n"))

    assert parse("N.md", text) == first


def test_a_snippet_needs_no_note() -> None:
    assert markdown().render("## A [b](c)\n") == '<h2 id="a-b">A <a href="c">b</a></h2>\n'


def test_a_picture_s_text_is_plain() -> None:
    html = markdown().render("![see [[a|b]] #t *c*](p)\n")

    assert html == '<p><img src="p" alt="see b #t c" /></p>\n'


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        *(("İstanbul ve Çağ", "istanbul-ve-cag"), ("Isı ışık", "isi-isik"), ("Straße", "straße")),
        *(
            ("Why? C#!", "why-c"),
            ("日本語 の", "日本語-の"),
            ("Ünï_cödé", "uni-code"),
            ("…", "section"),
        ),
        *(("Привет, й", "привет-й"), ("ﬁne ①", "fine-1")),
    ],
)
def test_anchors_are_words(title: str, anchor: str) -> None:
    assert slug(title) == anchor


@pytest.mark.parametrize(
    ("name", "right"),
    [("y1984", True), ("1984", False), ("a/b", True), ("a b", False), ("", False), ("ç😀", True)],
)
def test_a_tag_is_more_than_a_number(name: str, right: bool) -> None:
    assert is_tag(name) is right
