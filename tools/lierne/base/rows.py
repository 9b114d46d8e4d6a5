"""What earlier commands have made, kept in `.lierne/`, where it may be deleted at any time.

It holds plain data alone, and for each a digest of all that it was made of; so whatever lies there
is right or is not used, even if it was written by another version or a command that was killed.
"""

from __future__ import annotations

import json
import zlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lierne.base.disk import digest
from lierne.base.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Rows:
    """One kind of results, by a key for each."""

    def __init__(self, root: Path, section: str, libraries: Iterable[str] = ()) -> None:
        """Reads what there is.

        Args:
            root: The project.
            section: The kind.
            libraries: The packages that have a part in what is made.
        """
        self._root = root
        self._section = section
        self._mark = state(*libraries)
        with Store(root) as store:
            self._there = store.all(section)
        self._new: dict[str, tuple[bytes, Any]] = {}

    def read(self, key: str, given: str) -> Any:
        """What is kept there, None for nothing.

        Args:
            key: The name of the result.
            given: The digest of what it must have been made of.
        """
        kept, mark = self._there.get(key, b""), self._marked(given)
        if not kept.startswith(mark):
            return None
        try:
            return json.loads(zlib.decompress(kept[len(mark) :]))
        except (ValueError, zlib.error):
            return None

    def put(self, key: str, given: str, row: Any) -> None:
        """Keeps what was made, once all is written down.

        Args:
            key: The name of the result.
            given: The digest of what it was made of.
            row: What JSON can say.
        """
        self._new[key] = self._marked(given), row

    def write(self, wanted: Callable[[str], bool]) -> None:
        """Writes down what is new, and forgets all whose key is not wanted.

        Raises:
            OSError: The disk is full, or may not be written.
        """
        gone = [key for key in self._there if not wanted(key)]
        new = {key: _written(mark, row) for key, (mark, row) in self._new.items()}
        values = {**new, **dict.fromkeys(gone)}
        if values:
            with Store(self._root, write=True) as store:
                store.put({(self._section, key): value for key, value in values.items()})

    def _marked(self, given: str) -> bytes:
        return f"{self._mark} {given}\n".encode()


def _written(mark: bytes, row: Any) -> bytes:
    return mark + zlib.compress(json.dumps(row).encode(), 1)


@cache
def state(*libraries: str) -> str:
    """What tells one state of our code, and of the packages it stands on, from another."""
    return digest(json.dumps([_code(), list(map(_installed, libraries))]).encode()).hex()


@cache
def _code() -> list[tuple[str, int, int]]:
    folder = Path(__file__).parents[1]
    stats = [(path, path.stat()) for path in sorted(folder.rglob("*.py"))]
    return [(str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats]


def _installed(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:
        return ""
