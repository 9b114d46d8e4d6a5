"""What a note keeps of what a block printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lierne.code.run.shown.plain import plain


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("", ""),
        ("\n \n\t\n", ""),
        ("x", "x\n"),
        ("x\n\n\n", "x\n"),
        ("\n  x\n", "\n  x\n"),
        ("a \t\nb\n", "a\nb\n"),
        ("a\tb\n", "a\tb\n"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("\x1b[1;31mred\x1b[0m and \x1b]0;title\x07plain\n", "red and plain\n"),
        ("\x1b]8;;https://x.org\x1b\\link\x1b]8;;\x1b\\\n", "link\n"),
        ("\x1b(Bx\x1b=y\x1bMz\x1b[2K\x1b[?25h\n", "xyz\n"),
        ("  0%\r 50%\r100% done\n", "100% done\n"),
        ("abcdef\rxy\n", "xycdef\n"),
        ("|####|\r\n", "|####|\n"),
        ("a\0b\x7f\x08\n", "a\\x00b\\x7f\\x08\n"),
        ("half \ud800 pair\n", "half \\ud800 pair\n"),
        ("\x1b\n", "\\x1b\n"),
        ("Türkçe, 日本語 \u00a0\n", "Türkçe, 日本語 \u00a0\n"),
    ],
)
def test_what_is_kept(printed: str, kept: str) -> None:
    assert plain(printed) == kept


@given(st.text(st.characters(), max_size=60))
def test_what_is_kept_is_kept_as_it_is(printed: str) -> None:
    kept = plain(printed)

    assert plain(kept) == kept
    assert kept.encode().decode() == kept
