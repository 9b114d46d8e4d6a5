"""Lines of a note are changed in place, whatever block they stand in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lierne.base.text import Text
from lierne.code.rewrite import Edit, code_edits, rewrite
from lierne.read.parser import parse

NOTE = b"one\r\ntwo\nthree"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (Edit(1, 2, ("1",)), b"1\r\ntwo\nthree"),
        (Edit(2, 2, ("new",)), b"one\r\nnew\ntwo\nthree"),
        (Edit(2, 3, ()), b"one\r\nthree"),
        (Edit(3, 4, ("3", "4")), b"one\r\ntwo\n3\n4"),
        (Edit(4, 4, ("end",)), b"one\r\ntwo\nthree\nend"),
        (Edit(1, 4, ("all",)), b"all"),
    ],
)
def test_new_lines_end_as_those_around_them(edit: Edit, expected: bytes) -> None:
    assert rewrite(Text.decode("N.md", NOTE), [edit]) == expected


def test_a_note_of_nothing_takes_lines_too() -> None:
    assert rewrite(Text.decode("N.md", b""), [Edit(1, 1, ("a", "b"))]) == b"a\nb\n"


CODE = st.lists(
    st.sampled_from(
        [
            *("x", "  x", "\tx", "", "  ", "```", "   ```", "\t```", "~~~~", "    ~~~", "> x"),
            *("````` x", "- x", "---", "%%", "<!--", "^id", "$$", "| a |", "\f", "şiir "),
        ]
    ),
    max_size=6,
)
FENCES = st.sampled_from(["```", "````", "~~~"])
PREFIXES = st.sampled_from(["", "> ", ">", "  ", "1. ", "- ", "> - ", "-\t", " > > ", "- - "])
ENDS = st.sampled_from(["\n", "\r\n"])


@given(CODE, CODE, FENCES, PREFIXES, ENDS)
@settings(max_examples=400, deadline=None)
def test_a_block_takes_any_code_and_nothing_around_it_changes(
    then: list[str], now: list[str], fence: str, prefix: str, end: str
) -> None:
    then = [line for line in then if "`" not in line and "~" not in line]
    rest = "".join(" " if mark in "-1." else mark for mark in prefix)
    lines = [f"{prefix}{fence}js a=1", *(rest + line for line in then), f"{rest}{fence}  "]
    source = end.join(["before", "", *lines, "", "after", ""])
    text = Text.decode("N.md", source.encode())
    block = parse("N.md", text).blocks[0]
    code = "".join(f"{line}\n" for line in now)

    data = rewrite(text, code_edits(text, block, code))

    note = parse("N.md", Text.decode("N.md", data))
    assert [b.code for b in note.blocks] == [code]
    assert data.startswith(f"before{end}{end}{prefix}{fence}".encode())
    assert data.endswith(f"{end}{end}after{end}".encode())
    assert b"\n" not in data.replace(end.encode(), b"")
