"""The sentences of a paragraph, as far as they can be told without understanding it."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

_MOST_CHARACTERS = 300
# A line this long was broken for its length; a shorter one stands by itself.
_WRAPPED = 60
_WIDE_MARKS = "\u3002\uff01\uff1f"  # Chinese and Japanese, with no blank after them
_CLOSING = "\"')\\]\u2019\u201d\u00bb"
# Marks that may end a sentence, with what closes after them.
_MARK = re.compile(rf"[.!?\u2026]+[{_CLOSING}]*(?=\s)|[{_WIDE_MARKS}]+[\u300d\u300f]*|\n")
_WORD_BEFORE = re.compile(r"[^\s(\[\"'\u201c\u2018\u00ab]*\Z")
# Words whose full stop ends nothing, in English and Turkish.
_SHORT = (
    *("al", "approx", "cf", "ch", "chap", "dr", "eg", "eq", "eqs", "fig", "figs", "ie", "mr"),
    *("mrs", "ms", "pp", "prof", "sec", "st", "viz", "vol", "vs"),
    *("bkz", "çev", "haz", "krş", "örn", "sn", "vb", "vd", "yay"),
)


class Sentences:
    """The sentences of one paragraph of plain text, whose lines may end in newlines."""

    def __init__(self, text: str) -> None:
        self._text = text

    def around(self, start: int, end: int) -> str:
        """The sentence or sentences that hold a stretch, in one line, and shortened if need be."""
        begin, stop = self._from(start), self._to(max(end - 1, start))
        if stop - begin <= _MOST_CHARACTERS:
            return self._line(begin, stop)
        room = max(_MOST_CHARACTERS - (end - start), 0) // 2
        left, right = max(begin, start - room), min(stop, start + _MOST_CHARACTERS, end + room)
        before, after = "…" * (left > begin), "…" * (right < stop)
        return f"{before}{self._line(left, right)}{after}"

    @cached_property
    def _borders(self) -> list[int]:
        # Where each sentence begins, but for the first.
        return [match.end() for match in _MARK.finditer(self._text) if self._ends(match)]

    def _from(self, position: int) -> int:
        number = bisect_right(self._borders, position)
        return self._borders[number - 1] if number else 0

    def _to(self, position: int) -> int:
        number = bisect_right(self._borders, position)
        return self._borders[number] if number < len(self._borders) else len(self._text)

    def _line(self, start: int, end: int) -> str:
        return " ".join(self._text[start:end].split())

    def _ends(self, match: re.Match[str]) -> bool:
        mark, follows = match[0], self._text[match.end() : match.end() + 40].lstrip()[:1]
        if mark[0] in _WIDE_MARKS:
            return True
        if follows.islower():
            return False
        if mark == "\n":
            return match.start() - self._text.rfind("\n", 0, match.start()) <= _WRAPPED
        return mark != "." or not self._is_short(match.start())

    def _is_short(self, end: int) -> bool:
        # Whether an abbreviation stands there, or the first letter of somebody's name.
        found = _WORD_BEFORE.search(self._text[max(end - 20, 0) : end])
        word = found[0].replace(".", "").lower() if found else ""
        return word in _SHORT or (len(word) == 1 and word.isalpha())
