"""What becomes of a note when its run blocks have printed something.

The cases stand in `fixtures/put.txt`: a title, a note, what its block printed, and the note
after it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lierne.base.text import Text
from lierne.code.rewrite import rewrite
from lierne.code.run.blocks import run_blocks
from lierne.code.run.shown.plain import plain
from lierne.code.run.shown.put import output_edits
from lierne.read.parser import parse
from lierne.read.scan import outline

if TYPE_CHECKING:
    from lierne.read.note import Block, Note

KEY = "0123456789abcdef"
CASES = re.findall(
    r"^(.+)\n\.\n((?:[^.].*\n|\n)*)\.\n((?:[^.].*\n|\n)*)\.\n((?:[^.].*\n|\n)*)\.\n",
    (Path(__file__).parent / "fixtures" / "put.txt").read_text("utf-8"),
    re.MULTILINE,
)


def read(data: bytes) -> Note:
    return parse("A.md", Text.decode("A.md", data))


def pair(note: Note) -> tuple[Block, Block | None]:
    """The run block of a note, and its output."""
    (run,) = run_blocks(outline(note), note.text)
    return run.block, None if run.output is None else note.blocks[run.output]


def after(data: bytes, printed: str, key: str = KEY) -> bytes:
    note = read(data)
    return rewrite(note.text, output_edits(note.text, *pair(note), plain(printed), key))


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["", "as on Windows"])
@pytest.mark.parametrize(
    ("note", "printed", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_note_after_its_block_has_run(note: str, printed: str, expected: str, ends: str) -> None:
    made = after(note.replace("\n", ends).encode(), printed)

    assert made == expected.replace("\n", ends).encode()
    assert after(made, printed) == made


def test_all_cases_are_read() -> None:
    text = (Path(__file__).parent / "fixtures" / "put.txt").read_text("utf-8")

    assert len(CASES) * 4 == len(re.findall(r"^\.$", text, re.MULTILINE)) > 60


CONTAINERS = [
    "",
    "> ",
    "- ",
    "12. ",
    "> - ",
    "- > ",
    "> [!note]\n> ",
    "  ",
    "-\t",
    "- a\n  - ",
    "[^longer]: a\n    ",
]
LINES = st.text(st.sampled_from("ab `~>-#\t<[1.|$%^é\r"), max_size=12)


def within(container: str, lines: list[str]) -> str:
    """Lines in a list item, quote or callout."""
    first, newline, rest = container.rpartition("\n")
    start = f"{first}{newline}" if newline else ""
    below = re.sub(r"[^\s>]", " ", rest)
    return start + "".join(
        (rest if n == 0 else below) + line + "\n" for n, line in enumerate(lines)
    )


@given(
    st.sampled_from(CONTAINERS),
    st.lists(st.lists(LINES, max_size=5).map("\n".join), min_size=1, max_size=3),
    st.sampled_from(["", "Text.\n", "\nText.\n", "\n", "# More\n", "- item\n", "```\ncode\n```\n"]),
    st.booleans(),
)
def test_whatever_is_printed_is_shown_and_nothing_else_changes(
    container: str, prints: list[str], rest: str, id_: bool
) -> None:
    assume(not (id_ and rest.startswith("Text")))  # which would make the id a part of the text
    block = ["```python run", "x = 1", "```", *(["^id"] if id_ else [])]
    begin = "---\na: 1\n---\n" + within(container, block)
    data = begin.encode() + rest.encode()
    for printed in prints:
        data = after(data, printed)
        run, output = pair(read(data))

        assert (output.code if output else "") == plain(printed)
        assert run.ids == (("id",) if id_ else ())
        assert data.startswith(begin.encode())
        assert data.endswith(rest.encode())
    assert after(data, "") == begin.encode() + rest.encode()
