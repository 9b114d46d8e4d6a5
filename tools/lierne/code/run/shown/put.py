"""Puts into notes what their run blocks printed, and takes out what they print no more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lierne.code.rewrite import Edit, behind, code_edits, fence_for
from lierne.code.run.blocks import OUTPUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.base.text import Text
    from lierne.read.note import Block

_QUOTE = re.compile(r"(?:> ?)*")


def output_edits(
    text: Text, block: Block, output: Block | None, printed: str, key: str
) -> Iterator[Edit]:
    """The edits that make a run block's output what it printed.

    Args:
        text: The note.
        block: The run block.
        output: Its output block, None where there is none.
        printed: What it is to show, as `plain` gives it; where that is nothing, it is taken out.
        key: What says which code that came from.
    """
    if not block.closed or (output is not None and not output.closed):
        return  # nobody can tell where it ends, and what is of the note itself
    if output is not None:
        yield from _renewed(text, output, printed, key) if printed else [_removed(text, output)]
    elif printed:
        after = line_after(text, block)
        yield Edit(after, after, _new_block(text, block, printed, key))


def paragraph_edit(text: Text, block: Block, output: Block | None, words: str) -> Edit:
    """The edit that puts a paragraph after a run block and its output.

    Args:
        text: The note.
        block: The run block.
        output: Its output block, None where there is none.
        words: The paragraph, in one line.
    """
    after = line_after(text, block) if output is None else output.place.end_line + 1
    prefix = _container(text, block)
    # An empty line within a list would set all of its items apart.
    apart = [""] if _QUOTE.fullmatch(prefix) else []
    follows = text.line(after)
    goes_on = bool(follows.strip(" \t>")) and (bool(apart) or follows.startswith(prefix))
    lines = [*apart, words, *([""] if goes_on else [])]
    return Edit(after, after, tuple(behind(prefix, line) for line in lines))


def line_after(text: Text, block: Block) -> int:
    """The line that follows a block and its `^id`."""
    line = block.place.end_line + 1
    while block.ids and not text.line(line).strip(" \t>") and line <= len(text.lines):
        line += 1
    named = text.line(line).strip(" \t>") in [f"^{name}" for name in block.ids]
    return line + 1 if named else block.place.end_line + 1


def _new_block(text: Text, block: Block, printed: str, key: str) -> tuple[str, ...]:
    fence, prefix = fence_for(printed), _container(text, block)
    lines = [f"{fence}{OUTPUT} key={key}", *printed.split("\n")[:-1], fence]
    return tuple(behind(prefix, line) for line in lines)


def _container(text: Text, block: Block) -> str:
    """What stands before the lines of a block: that of its closing fence is never a list's mark."""
    return text.line(block.place.end_line).rstrip(" \t").rstrip(block.fence[0])


def _renewed(text: Text, output: Block, printed: str, key: str) -> Iterator[Edit]:
    opening = output.place.line
    line = text.line(opening)
    for edit in code_edits(text, output, printed):
        if edit.first == opening:  # its fence grows longer
            line = edit.lines[0]
        else:
            yield edit
    yield Edit(opening, opening + 1, (_with_key(text, output, line, key),))


def _with_key(text: Text, output: Block, line: str, key: str) -> str:
    """The opening line of an output block, its fence perhaps longer by now, with another key."""
    said = next((a.place for a in output.attributes if a.key == "key"), None)
    if said is not None:
        longer = len(line) - len(text.line(output.place.line))
        start, end = said.column - 1 + longer, said.end_column - 1 + longer
        return f"{line[:start]}key={key}{line[end:]}"
    line = line.rstrip(" \t")
    if line.endswith("}") and "{" in line:
        return f"{line[:-1].rstrip()} key={key}}}"
    return f"{line} key={key}"


def _removed(text: Text, output: Block) -> Edit:
    first, end = output.place.line, output.place.end_line + 1
    parted = not text.line(first - 1).strip(" \t>") and not text.line(end).strip(" \t>")
    return Edit(first - parted, end, ())
