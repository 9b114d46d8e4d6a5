"""How many blank lines part two blocks of a Python target: as many as Black puts there.

Only the start of the next block and the state that the text before it ends in count, so the
text is read once, line by line, however many blocks it is told over. It need not be valid
Python: notes are often half written.
"""

from __future__ import annotations

import re
from enum import Enum, auto

# What can open or close something on a line; everything else on it is of no interest here.
_MARK = re.compile(r"""\"{3}|'{3}|["'#()\[\]{}]|\\.?""", re.DOTALL)
_WORD = re.compile(r"([ \t]*)(async[ \t]+def\b|@|#|\w+)?")
_CLAUSES = frozenset({"else", "elif", "except", "finally"})


class _Kind(Enum):
    """What a logical line is, as far as the lines around it care."""

    DEFINITION = auto()
    DECORATOR = auto()
    IMPORT = auto()
    CLAUSE = auto()
    COMMENT = auto()
    OTHER = auto()


class Spacing:
    """Follows the text of a target block by block, and says what must part it from the next."""

    def __init__(self, *, nested: bool = False) -> None:
        """Starts before the first block.

        Args:
            nested: Whether the text will be indented as a whole, so that what is on its
                margin is not the top level of the file.
        """
        self._top = 1 if nested else 2
        self._nested = nested
        self._closer = ""  # the quote, or the bracket, that ends what is open
        self._brackets = 0
        self._continued = False
        self._definitions: list[int] = []  # the indents of those whose body may go on
        self._last: _Kind | None = None
        self._last_indent = 0
        self._opens = False  # the last logical line ends with a colon
        self._first = True
        self._docstring = False
        self._blank = True

    def blanks(self, after: str) -> int:
        """How many blank lines belong between what was read and the text of the next block."""
        if self._blank or not after or not after.partition("\n")[0].strip():
            return 0
        indent, kind = _opening(after)
        if self._open or kind is _Kind.CLAUSE or self._last is _Kind.DECORATOR:
            return 0
        defines = kind in (_Kind.DEFINITION, _Kind.DECORATOR)
        if indent:
            return 1 if not self._opens or (defines and self._last is not _Kind.DEFINITION) else 0
        if self._definitions or defines:
            return self._top
        imported = self._last is _Kind.IMPORT and not self._last_indent
        return int(self._docstring or (imported and kind is not _Kind.IMPORT))

    def read(self, text: str) -> None:
        """Takes the text of a block, with the blank lines that were put before it."""
        for line in text.removesuffix("\n").split("\n"):
            self._line(line)

    @property
    def _open(self) -> bool:
        return bool(self._closer or self._brackets or self._continued)

    def _line(self, line: str) -> None:
        blank = not line.strip()
        if not self._open:
            self._blank = blank
            if blank:
                return
            self._begin(line)
        elif blank and not self._closer:
            self._continued = False
            self._blank = True
            return
        self._blank = False
        self._scan(line)

    def _begin(self, line: str) -> None:
        indent, kind = _kind(line)
        self._last = kind
        self._last_indent = indent
        self._opens = False
        if kind is _Kind.COMMENT:
            self._docstring = False
            return  # and the body of a definition may still go on after it
        while self._definitions and self._definitions[-1] >= indent:
            self._definitions.pop()
        if kind is _Kind.DEFINITION:
            self._definitions.append(indent)
        quoted = line.lstrip("rRuU").startswith(('"', "'"))
        self._docstring = quoted and self._first and not self._nested
        self._first = False

    def _scan(self, line: str) -> None:
        self._continued = False
        code_end = len(line)
        position = 0
        while mark := _MARK.search(line, position):
            position = mark.end()
            text = mark[0]
            if self._closer:
                position = self._in_string(mark)
            elif text == "#":
                code_end = mark.start()
                break
            elif text[0] in "\"'":
                self._closer = text
            elif text in "([{":
                self._brackets += 1
            elif text in ")]}":
                self._brackets = max(self._brackets - 1, 0)
            elif text == "\\":
                self._continued = True
        self._end(line[:code_end].rstrip())

    def _in_string(self, mark: re.Match[str]) -> int:
        if mark[0].startswith(self._closer):
            after = mark.start() + len(self._closer)
            self._closer = ""
            return after
        return mark.end()

    def _end(self, code: str) -> None:
        if len(self._closer) == 1 and not code.endswith("\\"):
            self._closer = ""  # a plain quote never reaches over the end of its line
        if self._last is not _Kind.COMMENT and not self._open:
            self._opens = code.endswith(":")


def _opening(text: str) -> tuple[int, _Kind]:
    # A comment directly over something belongs to it; one that stands alone is itself.
    first: tuple[int, _Kind] | None = None
    for line in text.split("\n"):
        if not line.strip():
            break
        indent, kind = _kind(line)
        if kind is not _Kind.COMMENT:
            return indent, kind
        first = first or (indent, kind)
    return first or (0, _Kind.OTHER)


def _kind(line: str) -> tuple[int, _Kind]:
    match = _WORD.match(line)
    assert match is not None  # noqa: S101 - every part of the pattern may be empty
    indent = len(match[1])
    word = match[2] or ""
    if word in ("def", "class") or word.startswith("async"):
        return indent, _Kind.DEFINITION
    if word in _CLAUSES:
        return indent, _Kind.CLAUSE
    simple = {
        "@": _Kind.DECORATOR,
        "#": _Kind.COMMENT,
        "import": _Kind.IMPORT,
        "from": _Kind.IMPORT,
    }
    return indent, simple.get(word, _Kind.OTHER)
