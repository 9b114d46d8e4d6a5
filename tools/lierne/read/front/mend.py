"""What to do about properties that are not YAML, which YAML's own words do not say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD = re.compile(r"\s*(?:-\s|[^\s:\"'{}\[\]][^:]*:\s)")
# `key:value`, and no address.
_TOO_CLOSE = re.compile(r"(?:[\w-]+|\"[^\"]*\"|'[^']*'):[^\s:/]")


def first_too_close(lines: Sequence[str]) -> int | None:
    """The first line on which a value follows its colon without a blank, counted from 0."""
    return next((n for n, line in enumerate(lines) if _TOO_CLOSE.match(line)), None)


def mend(line: str, error: str) -> str:
    """What to do about a line that YAML cannot read."""
    if "control characters" in error or "special characters" in error:
        return "take that character out"
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent it with blanks, not with tabs"
    if "quoted scalar" in error and "end of stream" in error:
        return "close the quote"
    head = _HEAD.match(line)
    if head is None:
        return "write `key: value`, or indent the line as the value above it"
    quote = "'" if '"' in line else '"'
    value = "[[…]]" if "[[" in line else "…"
    close = "close the bracket, or " if "parsing a flow" in error else ""
    return f"{close}put the value in quotes: `{head[0].strip()} {quote}{value}{quote}`"
