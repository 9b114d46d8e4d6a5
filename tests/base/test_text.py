"""Text keeps every byte and knows where each character stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lierne.base.text import BOM, Text


def test_lines_end_as_in_commonmark_and_nowhere_else():
    text = Text("n.md", "a\r\nb\rc\n\u2028d\x0be\x85f".encode())

    assert text.lines == ("a\r\n", "b\r", "c\n", "\u2028d\x0be\x85f")


@pytest.mark.parametrize(
    ("data", "lines"), [(b"", ()), (b"\n", ("\n",)), (b"a", ("a",)), (BOM, ())]
)
def test_small_files(data: bytes, lines: tuple[str, ...]):
    assert Text("n.md", data).lines == lines


def test_a_place_counts_characters_and_its_offset_counts_bytes():
    text = Text("n.md", BOM + "şu\nçok güzel\n".encode())

    place = text.place(2, 5, 2, 10)

    assert (place.line, place.column, place.end_column) == (2, 5, 10)
    assert text.data[place.offset : place.end_offset] == "güzel".encode()


def test_a_place_without_an_end_runs_to_the_end_of_its_line():
    text = Text("n.md", b"one\r\ntwo\r\n")

    place = text.place(1, 2)

    assert text.data[place.offset : place.end_offset] == b"ne"


def test_bytes_that_are_not_utf8_are_refused_at_the_first_wrong_one():
    with pytest.raises(UnicodeDecodeError) as caught:
        Text.decode("n.md", b"abc\xff")

    assert caught.value.start == 3


def test_past_the_end_is_the_end():
    text = Text("n.md", b"one\n")

    assert text.line(9) == ""
    assert text.offset(9) == 4


CHARACTERS = st.text(st.sampled_from("aş€😀 \t\r\n\x00\u2028\ufeff"), max_size=40)


@given(CHARACTERS, st.booleans())
def test_the_lines_are_the_file(string: str, bom: bool):
    data = (BOM if bom else b"") + string.encode()
    text = Text("n.md", data)

    assert (BOM if data.startswith(BOM) else b"") + "".join(text.lines).encode() == data


@given(CHARACTERS, st.data())
def test_a_place_and_its_offset_are_two_names_of_one_spot(string: str, draw: st.DataObject):
    text = Text("n.md", string.encode())
    if not text.lines:
        return
    line = draw.draw(st.integers(1, len(text.lines)))
    column = draw.draw(st.integers(1, max(1, len(text.line(line)))))

    place = text.place(line, column)

    before = "".join(text.lines[: line - 1]) + text.line(line)[: column - 1]
    assert (place.line, place.column) == (line, column)
    assert text.data[: place.offset].decode("utf-8-sig") == before
