"""A file's text without loss: its bytes, its lines, and where each character stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from lierne.base.problem import Place

BOM = b"\xef\xbb\xbf"
# The line ends of CommonMark, and of nothing else: str.splitlines knows eleven.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True)
class Text:
    """The text of one file, and the way from its lines back to its bytes.

    Lines and columns count from 1, columns in characters; offsets count bytes from 0.
    """

    path: str
    """From the project's root, with `/`: what a place shows."""
    data: bytes
    """The file as it is, byte for byte."""

    @classmethod
    def decode(cls, path: str, data: bytes) -> Text:
        """Takes a file's bytes.

        Raises:
            UnicodeDecodeError: The bytes are not UTF-8; `start` is the first wrong one.
        """
        text = cls(path, data)
        _ = text.string
        return text

    @cached_property
    def string(self) -> str:
        """The characters, without the byte order mark, with the file's own line ends."""
        return self.data[self._start :].decode("utf-8")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines, each with its own line end; the last may have none."""
        return tuple(_LINE.findall(self.string)[:-1])  # the last match is the empty end

    def line(self, number: int) -> str:
        """One line without its line end; empty past the last."""
        if not 1 <= number <= len(self.lines):
            return ""
        return self.lines[number - 1].rstrip("\r\n")

    def offset(self, line: int, column: int = 1) -> int:
        """How many bytes stand before that character."""
        if line > len(self.lines):
            return len(self.data)
        before = self.lines[line - 1][: column - 1]
        return self._offsets[line - 1] + len(before.encode())

    def place(self, line: int, column: int = 1, end_line: int = 0, end_column: int = 0) -> Place:
        """The place of a stretch; without an end, to the end of its line."""
        end_line = end_line or line
        end_column = end_column or len(self.line(end_line)) + 1
        return Place(
            self.path,
            line,
            column,
            self.offset(line, column),
            end_line,
            end_column,
            self.offset(end_line, end_column),
        )

    @cached_property
    def _start(self) -> int:
        return len(BOM) if self.data.startswith(BOM) else 0

    @cached_property
    def _offsets(self) -> list[int]:
        sizes = (len(line.encode()) for line in self.lines)
        return list(accumulate(sizes, initial=self._start))[:-1] or [self._start]
