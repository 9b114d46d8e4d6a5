"""Says how far a long command is: one line on a terminal, from its second second on."""

from __future__ import annotations

import shutil
import sys
import threading
from typing import TYPE_CHECKING, Self

import click

from lierne.faces.report import printable

if TYPE_CHECKING:
    from types import TracebackType

_PATIENCE = 1.0


class Progress:
    """A line on stderr that is written over, and gone in the end; nothing where nobody looks."""

    def __init__(self, *, shown: bool) -> None:
        """Takes whether it is wanted at all; even then it needs a terminal."""
        self._shown = shown and sys.stderr.isatty()
        self._lock = threading.Lock()
        self._line = ""
        self._drawn = False
        self._patience = threading.Timer(_PATIENCE, self._begin)
        self._patience.daemon = True

    def __enter__(self) -> Self:
        if self._shown:
            self._patience.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._patience.cancel()
        with self._lock:
            self._shown = False
            if self._drawn:
                click.echo("\r\x1b[K", nl=False, err=True)

    def say(self, line: str) -> None:
        """Says what is done now."""
        with self._lock:
            self._line = printable(line)
            if self._drawn:
                self._draw()

    def _begin(self) -> None:
        with self._lock:
            if self._shown:
                self._drawn = True
                self._draw()

    def _draw(self) -> None:
        width = shutil.get_terminal_size().columns - 1
        click.echo(f"\r\x1b[K{self._line[:width]}", nl=False, err=True)
