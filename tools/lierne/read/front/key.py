"""The front matter's lines, and what can be told of them without reading YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_OPENING = re.compile(r"---[ \t]*(?:\r\n?|\n)")
_CLOSING = re.compile(r"(?:(?<=\n)|(?<=\r))---[ \t]*(?=\r|\n|\Z)")
# Lines that mean the same to every reader of YAML: a key with a word, a quoted text, or a list of
# these. No text can be read in two ways, so that a long line costs no more than its length. (Groups
# that give nothing back, `(…)*+`, would say so, but match wrongly before Python 3.11.5.)
_CLEAN = " -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_WORDS = rf"\w(?:(?![:#])[{_CLEAN}]|:(?=[!-~]))*"
_QUOTED = rf"(?:\"(?:(?![\"\\])[{_CLEAN}])*\"|'(?:(?!')[{_CLEAN}])*')\ *+"
_ITEM = rf"(?:\w[\w ./-]*+|{_QUOTED})"
# A text whatever it says: no number, date or truth holds a slash or dot after a letter.
_PATH = re.compile(r"[A-Za-z_][\w ./-]*[./][\w ./-]*")


class UnsureError(Exception):
    """Only the parser can tell."""


@dataclass(frozen=True, slots=True)
class Front:
    """Where a note's front matter stands in its characters."""

    start: int = 0
    """Of the line after the first `---`."""
    end: int = 0
    """Of the closing line; of the note, where there is none."""
    closed: bool = True

    def __bool__(self) -> bool:
        return self.end > 0


def find_front(string: str) -> Front:
    """Finds what stands between the first line and the next `---`; nothing is looked at."""
    opening = _OPENING.match(string)
    if opening is None:
        return Front()
    closing = _CLOSING.search(string, opening.end())
    if closing is None:
        return Front(opening.end(), len(string), closed=False)
    return Front(opening.end(), closing.start())


def plain_tangle(lines: list[str]) -> tuple[int, str, int] | None:
    """The property `tangle` of a front matter that is plain from end to end.

    Returns:
        Its line, counted from 0 (its key begins that line), its value, and the column just past
        it, counted from 0; None where there is no such property.

    Raises:
        UnsureError: Some line is not plain.
    """
    found: tuple[int, str, int] | None = None
    seen: set[str] = set()
    indents: set[str] | None = None  # of the items so far, None where no list may stand
    for number, line in enumerate(lines):
        match = _line().fullmatch(line)
        key = match and match["key"]
        if match is None or key in seen:
            raise UnsureError
        if key is None:
            if indents is None or len(indents | {match["indent"]}) > 1:
                raise UnsureError
            indents.add(match["indent"])
            continue
        seen.add(key)
        indents = set() if line.rstrip().endswith(":") else None
        if key == "tangle":
            found = (number, *_path(match["value"] or "", match.start("value")))
    return found


@cache
def _line() -> re.Pattern[str]:
    # Made when it is needed: so many ranges take longer to prepare than a hundred notes to read.
    return re.compile(
        rf"""
            (?P<key>[A-Za-z_][\w-]{{0,99}}+):\ *+
            (?:(?P<value>(?<=\ )(?:{_WORDS}|{_QUOTED}))|(?<=\ )\[{_ITEM}(?:,\ *+{_ITEM})*\]\ *+)?
          | (?P<indent>\ *+)-\ ++(?:{_WORDS}|{_QUOTED})
        """,
        re.VERBOSE,
    )


def _path(value: str, start: int) -> tuple[str, int]:
    value = value.rstrip()
    bare = value[1:-1] if value[:1] in ("'", '"') else value
    if not _PATH.fullmatch(bare):
        raise UnsureError
    return bare, start + len(value)
