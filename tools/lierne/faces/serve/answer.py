"""What the server answers with: bytes or a file, its type, its mark, and the part asked for."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lierne.base.disk import digest

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1 << 18
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
# Not every system knows these, and some know them wrongly.
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".gz": "application/gzip",
    ".xml": "application/xml",
    ".txt": "text/plain",
}
_TEXTS = ("text/", "application/json", "application/xml", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for one address."""

    content: bytes | Path
    kind: str
    """As browsers call it."""
    mark: str
    """The same only as long as the content is."""

    @classmethod
    def of(cls, place: str, content: bytes | Path) -> Answer:
        """The answer for a place of the site.

        Raises:
            OSError: The file is gone.
        """
        if isinstance(content, Path):
            status = content.stat()
            return cls(content, kind_of(place), f"{status.st_mtime_ns:x}-{status.st_size:x}")
        return cls(content, kind_of(place), digest(content).hex())

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def pieces(self, part: range) -> Iterator[bytes]:
        """A part of the bytes, in pieces."""
        if isinstance(self.content, bytes):
            yield self.content[part.start : part.stop]
            return
        with self.content.open("rb") as file:
            file.seek(part.start)
            left = len(part)
            while left > 0 and (piece := file.read(min(left, _PIECE))):
                left -= len(piece)
                yield piece


def kind_of(place: str) -> str:
    """The type of a file by its name, with the encoding that all our texts have."""
    ending = Path(place).suffix.lower()
    kind = _TYPES.get(ending) or mimetypes.guess_type(place)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith(_TEXTS) else kind


def part_of(header: str | None, size: int) -> range | None:
    """The part that a `Range` header asks for, all where it is none, None where there is none."""
    found = _RANGE.fullmatch(header or "")
    if found is None or found[0] == "bytes=-":
        return range(size)
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size) if int(last) and size else None
    part = range(int(first), min(int(last) + 1 if last else size, size))
    return part or None
