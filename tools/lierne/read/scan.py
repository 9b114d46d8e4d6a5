"""What tangling needs of a note, found without the parser wherever that is sure to see the same.

Most notes' fences begin in a line's first column. No list, quote or footnote can hold them there:
only another fence, the front matter, HTML, a comment or a formula can. Where one of these might,
or where a fence is indented, marked or never closed, the scan gives up and the note is parsed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, cast

from lierne.base.problem import Place, Problem, in_order
from lierne.base.text import BOM
from lierne.read.front.key import UnsureError, find_front, plain_tangle
from lierne.read.note import Block, Outline, Property
from lierne.read.rules.fence import read_info

if TYPE_CHECKING:
    from lierne.base.text import Text
    from lierne.read.note import Note

_RUN = re.compile(rb"`{3,}|~{3,}")
# What stands before a fence in a list, quote or footnote, or before an indented one.
_HOLDER = re.compile(rb"(?:[\s>*+\-\d.)]|\[\^[^\]\n]*\]:)*")
_HTML = re.compile(rb"^ {0,3}<[A-Za-z/!?]", re.MULTILINE)
_FORMULA = re.compile(rb"^(?P<indent> {0,3})\$\$(?P<rest>.*)", re.MULTILINE)
_BLANK_LINE = re.compile(rb"\n[ \t]*\n")
_ID = re.compile(
    rb"[\s\x80-\xff]*(?:\^|\[(?s:.*)\n[ \t]*\^)"
)  # `[x]: …` may stand before it, unseen

# Not UTF-8, a fence that is not closed, a file that cannot be read or is too big.
_UNREAD = frozenset(("N101", "N103", "N201", "N202"))


def scan(path: str, text: Text) -> Outline | None:
    """Finds the blocks of a note; None where only the parser can tell.

    Args:
        path: The note's vault path.
        text: Its text.
    """
    try:
        return _Scan(text).outline(path)
    except UnsureError:
        return None


def outline(note: Note) -> Outline:
    """Takes what tangling reads from a note that is parsed."""
    problems = tuple(problem for problem in note.problems if _matters(problem, note))
    tangle = note.properties.get("tangle")
    return Outline(note.path, note.text.path, tangle, tuple(note.blocks), problems)


def _matters(problem: Problem, note: Note) -> bool:
    if problem.code.startswith("P"):
        front = find_front(note.text.string)
        return "tangle" in note.text.string[front.start : front.end]
    return problem.code.startswith("B") or problem.code in _UNREAD


class _Line(NamedTuple):
    """Where a line of the note starts."""

    path: str
    number: int
    offset: int

    def place(self, line: str, start: int, end: int) -> Place:
        """The place of a stretch of it."""
        begin, stop = len(line[:start].encode()), len(line[:end].encode())
        number, offset = self.number, self.offset
        return Place(self.path, number, start + 1, offset + begin, number, end + 1, offset + stop)

    def to(self, last: _Line, width: int) -> Place:
        """The place from its start to `width` ASCII characters of a later line."""
        return Place(
            self.path, self.number, 1, self.offset, last.number, width + 1, last.offset + width
        )


class _Scan:
    """Looks at bytes: nothing that holds a fence is written with other than ASCII characters."""

    def __init__(self, text: Text) -> None:
        data = text.data
        newline = _newline(data)
        data = data.removeprefix(BOM)
        self._data = data if newline == b"\n" else data.replace(newline, b"\n")
        self._spare = len(newline) - 1  # how many bytes more each line's end has in the note
        self._text = text
        self._tildes = b"~~~" in data
        self._at = 0
        self._line = _Line(text.path, 1, len(text.data) - len(data))
        self._problems: list[Problem] = []

    def outline(self, path: str) -> Outline:
        """All that tangling reads of the note."""
        tangle, position = self._front() if self._data.startswith(b"---") else (None, 0)
        blocks: list[Block] = []
        while opening := self._opening(position):
            block, position = self._block(*opening)
            blocks.append(block)
        problems = in_order(self._problems)
        return Outline(path, self._text.path, tangle, tuple(blocks), problems)

    def _front(self) -> tuple[Property | None, int]:
        string = self._data.decode()
        front = find_front(string)
        inside = string[front.start : front.end]
        if not front:
            return None, 0
        if not front.closed or any(mark in inside for mark in ("```", "~~~", "%%", "$$", "<")):
            raise UnsureError
        lines = inside.split("\n")[:-1]
        found = plain_tangle(lines) if "tangle" in inside else None
        position = len(string[: front.end].encode())
        if found is None:
            return None, position
        number, value, end = found
        line = self._down(front.start + sum(len(before.encode()) + 1 for before in lines[:number]))
        return Property("tangle", value, line.place(lines[number], 0, end)), position

    def _opening(self, position: int) -> tuple[bytes, int, int] | None:
        """The marks of the next fence and its line, where nothing before them can hold it."""
        after = position
        while match := self._run(after):
            at = match.start()
            start, after = self._line_around(at)
            line = self._data[start:after]
            if start == at and (match[0][:1] == b"~" or b"`" not in line[len(match[0]) :]):
                self._check(position, start)
                return match[0], start, after
            if b"%%" in line or (start < at and _HOLDER.fullmatch(line, 0, at - start)):
                raise UnsureError
        return None

    def _run(self, after: int) -> re.Match[bytes] | None:
        if self._tildes:
            return _RUN.search(self._data, after)
        found = self._data.find(b"```", after)
        return _RUN.match(self._data, found) if found >= 0 else None

    def _check(self, start: int, end: int) -> None:
        """Makes sure that nothing between two fences reaches over the second."""
        between = self._data[start:end]
        if b"%%" in between and any(line.count(b"%%") % 2 for line in between.split(b"\n")):
            raise UnsureError
        if b"<" in between and _HTML.search(between):
            raise UnsureError
        position = 0
        while b"$$" in between and (match := _FORMULA.search(between, position)):
            position = _after_formula(between, match)

    def _block(self, marks: bytes, begin: int, first: int) -> tuple[Block, int]:
        """The block whose fence takes that line, and where the text goes on after it."""
        start, end = self._closing(marks, first)
        if _ID.match(self._data, end):
            raise UnsureError
        opening = self._down(begin)
        line, width = self._data[begin:first].decode(), len(marks)
        info = read_info(line[width:], lambda a, b: opening.place(line, width + a, width + b))
        self._problems.extend(info.problems)
        place = opening.to(self._down(start), len(self._data[start:end].rstrip(b" \t")))
        code, fence = self._data[first + 1 : start].decode(), marks.decode()
        number = opening.number + 1
        return Block(info.language, info.attributes, (), code, place, number, "", fence), end

    def _closing(self, marks: bytes, position: int) -> tuple[int, int]:
        """The line that closes a fence; none that is indented, for it shows in the block."""
        while (position := self._data.find(marks, position)) >= 0:
            match = cast("re.Match[bytes]", _RUN.match(self._data, position))
            position = match.end()
            start, end = self._line_around(match.start())
            before, after = self._data[start : match.start()], self._data[match.end() : end]
            if before in (b"", b" ", b"  ", b"   ") and not after.strip(b" \t"):
                if before:
                    raise UnsureError
                return start, end
        raise UnsureError

    def _line_around(self, position: int) -> tuple[int, int]:
        end = self._data.find(b"\n", position)
        return self._data.rfind(b"\n", 0, position) + 1, end if end >= 0 else len(self._data)

    def _down(self, start: int) -> _Line:
        """The line that starts there, which is none above the last one that was asked for."""
        lines = self._data.count(b"\n", self._at, start)
        offset = self._line.offset + start - self._at + lines * self._spare
        self._at, self._line = start, _Line(self._text.path, self._line.number + lines, offset)
        return self._line


def _after_formula(between: bytes, match: re.Match[bytes]) -> int:
    """Where to look for the next formula; unsure where this one may go on past the end."""
    if match["indent"]:
        raise UnsureError  # perhaps within a list, which may end before the formula does
    rest = match["rest"].strip(b" \t")
    closing = between.find(b"$$", match.end())
    reach = between[match.end() : closing if closing >= 0 else len(between)]
    if b"$$" in rest or (rest and _BLANK_LINE.search(reach)):
        return match.end()
    if closing < 0:
        raise UnsureError
    end = between.find(b"\n", closing)
    closes = not between[closing + 2 : end].strip(b" \t")
    return end if closes else match.end()


def _newline(data: bytes) -> bytes:
    """The line end that all lines of a note have."""
    ends = data.count(b"\r")
    if b"\0" in data or not (ends == 0 or ends == data.count(b"\n") == data.count(b"\r\n")):
        raise UnsureError
    return b"\r\n" if ends else b"\n"
