"""Has pytest's reports name notes where they would name targets.

What pytest has found out about a failure is left as it is, assertions and all: only the names of
files, and the numbers of lines, are others.
"""

from __future__ import annotations

import linecache
import re
from typing import TYPE_CHECKING, Any

from lierne.code.trace.hook import Places

if TYPE_CHECKING:
    import warnings
    from collections.abc import Iterator

    import pytest

# `src/softmax.py:12: in softmax`, as pytest writes it where it writes a traceback as text.
_SHORT = re.compile(
    r"^(?P<file>[^\s:][^:\n]*|[A-Za-z]:[^:\n]+):(?P<line>\d+)(?=: in )", re.MULTILINE
)
_SYNTAX = re.compile(r"E +File ")
_NUMBERED = re.compile(r"(?P<line>\d{3,}) ")
_LOG = "Captured log"


class Names:
    """The names of notes, for all that one session of pytest reports."""

    def __init__(self, here: str) -> None:
        """Takes the folder that paths are shown from."""
        self._places = Places(here)

    def in_report(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Names notes in what is said about a test, or a file of tests, that failed."""
        shown: Any = report.longrepr
        if isinstance(shown, str):
            report.longrepr = self._text(shown)
        elif hasattr(shown, "reprtraceback"):
            self._chain(shown)
        elif hasattr(shown, "reprlocation_lines"):
            shown.reprlocation_lines = list(map(self._doctest, shown.reprlocation_lines))
        elif isinstance(getattr(shown, "longrepr", None), str):  # while collecting
            shown.longrepr = self._text(shown.longrepr)
        report.sections = [
            (name, self._places.in_text(text) if name.startswith(_LOG) else text)
            for name, text in report.sections
        ]

    def in_warning(self, warning: warnings.WarningMessage) -> None:
        """Names a note in a warning that was caught."""
        place = self._places.of(warning.filename, warning.lineno)
        if place:
            line = linecache.getline(warning.filename, warning.lineno)
            warning.line = warning.line or line
            warning.filename, warning.lineno = place
        said = warning.message
        if isinstance(said, Warning) and said.args and isinstance(said.args[0], str):
            # It may tell of an exception that nobody caught, in a thread.
            said.args = (self._places.in_text(said.args[0]), *said.args[1:])

    def _chain(self, shown: Any) -> None:
        chain = getattr(shown, "chain", None) or [(shown.reprtraceback, shown.reprcrash)]
        for trace, crash, *_ in chain:
            if crash is not None:
                self._location(crash)
                crash.message = self._places.in_text(crash.message)
            for entry in trace.reprentries:
                self._location(getattr(entry, "reprfileloc", None))
                entry.lines = list(self._lines(entry))

    def _lines(self, entry: Any) -> Iterator[str]:
        native = not hasattr(entry, "reprfileloc")
        for line in entry.lines:
            yield self._places.in_text(line) if native or _SYNTAX.match(line) else line

    def _location(self, location: Any) -> None:
        place = location and self._places.of(location.path, location.lineno)
        if place:
            location.path, location.lineno = place

    def _doctest(self, shown: tuple[Any, list[str]]) -> tuple[Any, list[str]]:
        location, lines = shown
        file = location.path

        def renumbered(match: re.Match[str]) -> str:
            place = self._places.of(file, int(match["line"]))
            return f"{place[1]:03d} " if place else match[0]

        self._location(location)
        return location, [self._places.in_text(_NUMBERED.sub(renumbered, x, 1)) for x in lines]

    def _text(self, text: str) -> str:
        return _SHORT.sub(self._renamed, self._places.in_text(text))

    def _renamed(self, match: re.Match[str]) -> str:
        place = self._places.of(match["file"], int(match["line"]))
        return f"{place[0]}:{place[1]}" if place else match[0]
