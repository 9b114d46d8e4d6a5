"""What a block printed, as a note can hold it: without colours, cursors and blanks at line ends."""

from __future__ import annotations

import re

# Colours, movements of the cursor, titles of windows.
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]+[0-~]|[0-Z\\^-~])"
)
# Neither tab nor newline, and no half of a surrogate pair: UTF-8 has no room for it.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def plain(text: str) -> str:
    r"""The text as a terminal would have shown it in the end; empty, or ended by one `\n`.

    Editors take blanks at line ends away, so they are not kept in the first place.
    """
    lines = _ESCAPE.sub("", text).replace("\r\n", "\n").split("\n")
    shown = "\n".join(_visible(line).rstrip(" \t") for line in lines).rstrip("\n")
    return f"{shown}\n" if shown else ""


def _visible(line: str) -> str:
    if "\r" in line:
        line = _overwritten(line)
    return _CONTROL.sub(lambda match: ascii(match[0])[1:-1], line)


def _overwritten(line: str) -> str:
    """What is left of a line that was written over, as by a progress bar."""
    shown = ""
    for part in line.split("\r"):
        shown = part + shown[len(part) :]
    return shown
