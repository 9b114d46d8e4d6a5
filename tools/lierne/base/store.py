"""What is kept between two commands: in `.lierne/`, which can be deleted at any time."""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING, Self

from lierne.base.disk import FOLDER, own_folder

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from pathlib import Path

_VERSION = 1


class Store:
    """What is kept from command to command: texts under a section and a key.

    A store that is missing, damaged or of another version is an empty one.
    """

    def __init__(self, root: Path, *, write: bool = False) -> None:
        """Opens the store of a project.

        Args:
            root: The project.
            write: Whether anything will be put in; if not, nothing is created.
        """
        import sqlite3  # noqa: PLC0415 - not every command keeps something

        self._errors = sqlite3.Error
        self._path = root / FOLDER / "store.db"
        endings = ("", "-journal", "-wal", "-shm")
        self._files = [self._path.with_name(f"store.db{ending}") for ending in endings]
        self._database: sqlite3.Connection | None = None
        if write:
            own_folder(root)
        try:
            self._database = self._open(write=write)
        except sqlite3.Error as error:
            if write:
                self._database = self._anew(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def get(self, section: str, key: str) -> bytes | None:
        """What is kept there, None for nothing."""
        query = "SELECT key, value FROM kept WHERE section = ? AND key = ?"
        return dict(self._rows(query, section, key)).get(key)

    def all(self, section: str) -> dict[str, bytes]:
        """All that is kept in one section."""
        return dict(self._rows("SELECT key, value FROM kept WHERE section = ?", section))

    def put(self, values: Mapping[tuple[str, str], bytes | None]) -> None:
        """Keeps values by section and key, all of them or none; None takes one out.

        Raises:
            OSError: The disk is full, or may not be written.
        """
        if self._database is None or not values:
            return
        kept = [(*where, value) for where, value in values.items() if value is not None]
        gone = [where for where, value in values.items() if value is None]
        try:
            with self._database:
                self._database.executemany("REPLACE INTO kept VALUES (?, ?, ?)", kept)
                self._database.executemany("DELETE FROM kept WHERE section = ? AND key = ?", gone)
        except self._errors as error:
            raise self._failure(error) from error

    def _rows(self, query: str, *values: str) -> list[tuple[str, bytes]]:
        if self._database is None:
            return []
        try:
            rows = self._database.execute(query, values).fetchall()
        except self._errors:
            return []
        return [(key, value) for key, value in rows if isinstance(value, bytes)]

    def _open(self, *, write: bool) -> sqlite3.Connection | None:
        import sqlite3  # noqa: PLC0415 - as above

        if any(map(os.path.islink, (self._path.parent, *self._files))):
            raise sqlite3.DatabaseError("nothing is opened through a link")
        if not write and not self._path.is_file():
            return None
        mode = "rwc" if write else "ro"
        name = re.sub("[%?#]", lambda mark: f"%{ord(mark[0]):02x}", str(self._path))
        place = f"file:{name}?mode={mode}"
        database = sqlite3.connect(place, uri=True, timeout=10)
        try:
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version == 0 and write:
                with database:
                    database.execute(
                        "CREATE TABLE IF NOT EXISTS kept (section TEXT, key TEXT, value BLOB,"
                        " PRIMARY KEY (section, key)) WITHOUT ROWID"
                    )
                    database.execute(f"PRAGMA user_version = {_VERSION}")
            elif version != _VERSION:
                raise sqlite3.DatabaseError(f"a store of version {version}")
            database.execute("SELECT section FROM kept LIMIT 1")
        except sqlite3.Error:
            database.close()
            raise
        return database

    def _anew(self, error: Exception) -> sqlite3.Connection | None:
        import sqlite3  # noqa: PLC0415 - as above

        # What cannot be read is removed; what cannot be written is not a damaged store.
        if isinstance(error, sqlite3.OperationalError) and not _is_damaged(error):
            raise self._failure(error) from error
        for path in self._files:
            path.unlink(missing_ok=True)
        try:
            return self._open(write=True)
        except sqlite3.Error as again:
            raise self._failure(again) from again

    def _failure(self, error: Exception) -> OSError:
        if "full" in str(error):
            return OSError(errno.ENOSPC, str(error), str(self._path))
        message = f"{error}; the folder `{FOLDER}` may be deleted at any time"
        return OSError(errno.EIO, message, str(self._path))


def _is_damaged(error: Exception) -> bool:
    return "no such table" in str(error) or "no such column" in str(error)
