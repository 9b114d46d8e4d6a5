"""Makes Python name the note where it would name a target, in the moment in which it shows it.

Code objects keep the names of the files that they were read from, so debuggers and everything
else that looks at `src` go on as before. What is here is imported by everybody's programs, and so
knows the standard library alone until there is something to show.
"""

from __future__ import annotations

import linecache
import os
import re
import sys
import threading
import traceback
import warnings
from contextlib import contextmanager
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from lierne.base.known import known_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.code.trace.origins import Origins

# From here on Python writes all its tracebacks with the module `traceback`, colours included.
_IN_PYTHON = (3, 13)
_PLACE = re.compile(r'File "(?P<file>[^"\n]+)", line (?P<line>\d+)')


def trace_to_notes() -> None:
    """Makes tracebacks and warnings name notes, from here to the end of the program.

    Where an exception passes through a target, the note it was written in is shown, and the line
    of that note: on the terminal, in threads, in logs, and by all that uses the module
    `traceback`. Debuggers go on showing the target.
    """
    if _is_ours(traceback.TracebackException.__init__):
        return
    places()  # paths are shown from the folder in which the program began
    traceback.TracebackException.__init__ = _naming_notes()  # type: ignore[method-assign]
    warnings.formatwarning = _warning_naming_notes(warnings.formatwarning)
    if sys.version_info < _IN_PYTHON:
        if sys.excepthook is sys.__excepthook__:
            sys.excepthook = _show
        if threading.excepthook is threading.__excepthook__:
            threading.excepthook = _show_thread


@contextmanager
def tracing_to_notes() -> Iterator[None]:
    """Makes all that uses the module `traceback` name notes for a while."""
    before = traceback.TracebackException.__init__
    if not _is_ours(before):
        traceback.TracebackException.__init__ = _naming_notes()  # type: ignore[method-assign]
    try:
        yield
    finally:
        traceback.TracebackException.__init__ = before  # type: ignore[method-assign]


@cache
def places() -> Places:
    """What the whole program asks for the places of its lines."""
    return Places(os.getcwd())  # noqa: PTH109 - pathlib takes long to import


class Places:
    """Says where lines come from, and never anything else: what goes wrong here is no matter.

    An exception is being shown, in whatever state the program is, and it is not to be hidden by
    another one.
    """

    def __init__(self, here: str) -> None:
        """Takes the folder that paths are shown from."""
        self._here = here
        self._origins: Origins | None = None

    def of(self, file: str, line: int | None) -> tuple[str, int] | None:
        """The note that a line of a file comes from, as it is to be shown, and the note's line."""
        try:
            if line is None or file.startswith("<"):
                return None
            if self._origins is None:
                if known_project(os.path.dirname(file)) is None:  # noqa: PTH120 - see `places`
                    return None
                from lierne.code.trace.origins import Origins  # noqa: PLC0415 - seldom needed

                self._origins = Origins(self._here)
            return self._origins.of(file, line)
        except Exception:  # noqa: BLE001 - see above
            return None

    def in_text(self, text: str) -> str:
        """A text in which every place is named as tracebacks name it, with notes in its stead."""
        return _PLACE.sub(self._renamed, text)

    def _renamed(self, match: re.Match[str]) -> str:
        place = self.of(match["file"], int(match["line"]))
        return f'File "{place[0]}", line {place[1]}' if place else match[0]


def _naming_notes() -> Any:
    inner = traceback.TracebackException.__init__

    @wraps(inner)
    def wrapped(shown: traceback.TracebackException, *arguments: Any, **options: Any) -> None:
        inner(shown, *arguments, **options)
        for frame in shown.stack:
            _translate_frame(frame)
        lineno = getattr(shown, "lineno", None) or ""  # only a SyntaxError has one
        if lineno.isdigit():
            _translate_syntax(shown, int(lineno))

    wrapped.names_notes = True  # type: ignore[attr-defined]
    return wrapped


def _is_ours(function: Any) -> bool:
    return hasattr(function, "names_notes")


def _translate_frame(frame: traceback.FrameSummary) -> None:
    # What is shown of a line is its text without its indent, with marks under it. Both are the
    # same in the note, so they are taken from the target, before the name of it is gone.
    text = frame.line
    place = text and places().of(frame.filename, frame.lineno)
    if place:
        move = place[1] - (frame.lineno or 0)
        frame.filename, frame.lineno = place
        if frame.end_lineno is not None:
            frame.end_lineno += move


def _translate_syntax(shown: traceback.TracebackException, line: int) -> None:
    place = places().of(shown.filename or "<unknown>", line)
    if place:
        shown.filename, shown.lineno = place[0], str(place[1])
        if shown.end_lineno is not None:
            shown.end_lineno = str(int(shown.end_lineno) + place[1] - line)


def _warning_naming_notes(inner: Any) -> Any:
    @wraps(inner)
    def wrapped(
        message: Any, category: Any, filename: str, lineno: int, line: str | None = None
    ) -> Any:
        place = places().of(filename, lineno)
        if place:
            line = linecache.getline(filename, lineno) if line is None else line
            filename, lineno = place
        return inner(message, category, filename, lineno, line)

    return wrapped


def _show(_kind: object, error: BaseException, trace: Any) -> None:
    if sys.stderr is not None:
        traceback.print_exception(type(error), error, trace)


def _show_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_type is SystemExit or given.exc_value is None or sys.stderr is None:
        return
    name = given.thread.name if given.thread else threading.get_ident()
    print(f"Exception in thread {name}:", file=sys.stderr, flush=True)  # noqa: T201 - its place
    _show(given.exc_type, given.exc_value, given.exc_traceback)
