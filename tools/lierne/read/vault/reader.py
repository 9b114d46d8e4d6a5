"""Reads the notes of a vault one by one, each at most once, and only as far as it is asked."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.base.text import Text
from lierne.read.vault.folder import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lierne.read.note import Note, Outline
    from lierne.read.vault.kept import KeptNotes

TOO_BIG = Kind("N202", Severity.WARNING, "a note that is too big to read")

MOST_BYTES = 10_000_000

_READ_IT = "give yourself the right to read it, or leave it out by `exclude`"
_SPLIT_IT = "split it, or leave it out by `exclude`"


class Reader:
    """The notes of one folder, by vault path: their bytes, their outlines, and they in full.

    A note that cannot be read is an empty one with a problem.
    """

    def __init__(
        self,
        folder: Path,
        shown: str,
        earlier: Mapping[str, Note],
        given: Mapping[str, bytes] | None = None,
        kept: KeptNotes | None = None,
    ) -> None:
        """Reads nothing yet.

        Args:
            folder: The vault.
            shown: What stands before vault paths where places are shown.
            earlier: Notes to be taken over where their bytes are the same.
            given: The bytes of notes that do not lie in the folder, or are something else there.
            kept: What earlier commands have read.
        """
        self._folder = str(folder)
        self._shown = shown
        self._earlier = earlier
        self._kept = kept
        self._bytes: dict[str, bytes | Problem] = dict(given or {})
        self._texts: dict[str, Text] = {}
        self.notes: dict[str, Note] = {}
        """The notes that have been read in full."""
        self._unread: dict[str, Note] = {}

    def text(self, path: str) -> Text:
        """The note's text, as it was when first asked for."""
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def digest(self, path: str) -> bytes:
        """What is the same only as long as the note's bytes are, or what keeps it from them is."""
        data = self._data(path)
        seen = str(data).encode() if isinstance(data, Problem) else data
        return hashlib.blake2b(seen, digest_size=16).digest()

    def unread(self, path: str) -> bool:
        """Whether the note could not be read, so that what it says is not known."""
        self.text(path)
        return path in self._unread

    def outline(self, path: str) -> Outline:
        """What tangling reads of the note, by a scan where that is sure to see all."""
        from lierne.read.scan import outline, scan  # noqa: PLC0415 - as in _parse

        seen = None if path in self.notes or self.unread(path) else scan(path, self.text(path))
        return outline(self.note(path)) if seen is None else seen

    def note(self, path: str) -> Note:
        """The note in full, but for its backlinks."""
        if path not in self.notes:
            self.notes[path] = self._known(path) or self._parse(path)
        return self.notes[path]

    def _known(self, path: str) -> Note | None:
        if self.unread(path):
            return self._unread[path]
        earlier = self._earlier.get(path)
        return earlier if earlier and earlier.text is self.text(path) else None

    def _parse(self, path: str) -> Note:
        found = self._kept and self._kept.note(path, self.text(path))
        if found:
            return found
        from lierne.read.parser import parse  # noqa: PLC0415 - slow to import, not always needed

        note = parse(path, self.text(path))
        if self._kept:
            self._kept.put(note)
        return note

    def _read(self, path: str) -> Text:
        shown, data = f"{self._shown}{path}", self._data(path)
        earlier = self._earlier.get(path)
        if earlier and earlier.text.data == data:
            return earlier.text
        if isinstance(data, Problem):
            from lierne.read.note import Note  # noqa: PLC0415 - as in _parse

            self._unread[path] = Note(path, Text(shown, b""), {}, problems=(data,))
            return self._unread[path].text
        try:
            return Text.decode(shown, data)
        except UnicodeDecodeError as error:
            from lierne.read.parser import unreadable  # noqa: PLC0415 - as in _parse

            self._unread[path] = unreadable(path, shown, data, error)
        return self._unread[path].text

    def _data(self, path: str) -> bytes | Problem:
        found = self._bytes.get(path)
        if found is None:
            found = self._bytes[path] = self._load(path)
        return found

    def _load(self, path: str) -> bytes | Problem:
        place = Place(f"{self._shown}{path}")
        try:
            # Path.open would take three times as long, and a buffer is of no use here.
            with open(f"{self._folder}/{path}", "rb", buffering=0) as file:  # noqa: PTH123
                if os.fstat(file.fileno()).st_size <= MOST_BYTES:
                    return file.read()
        except OSError as error:
            message = f"the note cannot be read: {error.strerror}"
            return Problem(UNREADABLE, place, message, _READ_IT)
        message = f"the note is bigger than {MOST_BYTES:,} bytes"
        return Problem(TOO_BIG, place, message, _SPLIT_IT)
