"""The files with settings, looked at again and again while a project is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Settings:
    """What such files hold: they are few and small, so they are compared whole."""

    def __init__(self, root: Path, names: Sequence[str]) -> None:
        """Reads them as they are now; one that is not there, or cannot be read, is no file.

        Args:
            root: The project.
            names: The files that may be there.
        """
        self._files = [root / name for name in names]
        self._seen = [*map(_content, self._files)]

    def changed(self) -> bool:
        """Whether they are others than when somebody asked before."""
        before, self._seen = self._seen, [*map(_content, self._files)]
        return self._seen != before


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()  # also where a link leads, as when they are used
    except OSError:
        return None
