"""Changes lines of a note in place, and leaves every other byte of it as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.base.same import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lierne.base.text import Text
    from lierne.read.note import Block

_LINE_END = re.compile(r"\r\n|\r|\n")
# How far a tab reaches depends on what the block stands in.
_MARKS = re.compile(r"(?: {0,3}|[ \t]*\t[ \t]*)(`{3,}|~{3,})[ \t]*")


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines of a note, and what is to stand in their place."""

    first: int
    """The first of them, counted from 1."""
    end: int
    """The line just past the last; the same as the first where lines are only put in."""
    lines: tuple[str, ...]
    """What is to stand there, without line ends."""


def rewrite(text: Text, edits: Iterable[Edit]) -> bytes:
    """A note's bytes with some lines changed, each new line ended as those around it are.

    Args:
        text: The note.
        edits: In any order; no two of the same line.
    """
    parts: list[bytes] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.first, edit.end)):
        start = text.offset(edit.first)
        parts.append(text.data[done:start])
        parts.append(_new_lines(text, edit).encode())
        done = text.offset(edit.end)
    parts.append(text.data[done:])
    return b"".join(parts)


def code_edits(text: Text, block: Block, code: str) -> Iterator[Edit]:
    r"""The edits that give a block other code, with longer fences where that code needs them.

    Lines that stay are not touched, so that a quote's or list's own way of writing them stays too.

    Args:
        text: The note that holds the block.
        block: The block.
        code: What it is to hold, each line ended by `\n`.
    """
    fence = fence_for(code, block.fence)
    if fence != block.fence:
        yield from _with_fence(text, block, fence)
    then, now = block.code.split("\n")[:-1], code.split("\n")[:-1]
    at = new_at = 0
    for start, new_start, size in (*matches(then, now), (len(then), len(now), 0)):
        if start > at or new_start > new_at:
            lines = tuple(behind(prefix(text, block, line), line) for line in now[new_at:new_start])
            yield Edit(block.code_line + at, block.code_line + start, lines)
        at, new_at = start + size, new_start + size


def behind(prefix: str, line: str) -> str:
    """A line within a list item or quote; an empty one leaves no blanks behind."""
    return prefix + line if line else prefix.rstrip(" \t")


def prefix(text: Text, block: Block, line: str) -> str:
    """What has to stand before a line of a block: what stands before the others, if that will do.

    Lines may stand further left than their fence, which then takes none of their own blanks away.
    """
    if not line[:1].isspace():
        return block.prefix
    opening = text.line(block.place.line)[: block.place.column - 1]
    blank = " " if opening.endswith(">") else ""  # a quote's mark takes one blank with it
    return re.sub(r"[^\s>]", " ", opening) + blank


def fence_for(code: str, marks: str = "```") -> str:
    """Marks for a block, or longer ones if a line of its code would be taken for the end."""
    found = (match[1] for match in map(_MARKS.fullmatch, code.split("\n")) if match)
    longest = max((len(run) for run in found if run[0] == marks[0]), default=0)
    return marks[0] * max(len(marks), longest + 1)


def _new_lines(text: Text, edit: Edit) -> str:
    end = _line_end(text, edit)
    new = "".join(f"{line}{end}" for line in edit.lines)
    last = text.lines[-1] if text.lines else ""
    if edit.first > len(text.lines) and last and not _LINE_END.search(last):
        return f"{end}{new}".removesuffix(end)  # behind a last line that nothing ends
    if len(text.lines) < edit.end and edit.end > edit.first and not _LINE_END.search(last):
        return new.removesuffix(end)  # in the place of such a line
    return new


def _line_end(text: Text, edit: Edit) -> str:
    for number in (edit.first, edit.first - 1):
        found = _LINE_END.search(text.lines[number - 1]) if 1 <= number <= len(text.lines) else None
        if found:
            return found[0]
    return "\n"


def _with_fence(text: Text, block: Block, fence: str) -> Iterator[Edit]:
    first, last = block.place.line, block.place.end_line
    opening = text.line(first)
    start = block.place.column - 1
    stop = start + len(block.fence)  # the info string may begin with other marks
    yield Edit(first, first + 1, (opening[:start] + fence + opening[stop:],))
    if block.closed:
        closing = text.line(last).rstrip(" \t")
        before = closing.rstrip(fence[0])
        if len(closing) - len(before) < len(fence):
            yield Edit(last, last + 1, (before + fence,))
