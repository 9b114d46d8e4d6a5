"""Takes in what a child process prints, block by block, and of very much only both ends."""

from __future__ import annotations

from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

MOST_FIRST = 60_000
"""How many bytes of a block's output are kept from its beginning on."""
MOST_LAST = 4_000
"""How many are kept up to its end, where there are more."""
_PATIENCE = 5.0


class Capture:
    """What comes through a pipe, parted by a mark."""

    def __init__(self, pipe: BinaryIO, mark: bytes) -> None:
        """Begins to read.

        Args:
            pipe: Where it comes from.
            mark: What stands after each block.
        """
        self._pipe = pipe
        self._mark = mark
        self._printed: Queue[str] = Queue()
        self._first, self._last, self._left_out = bytearray(), bytearray(), 0
        # What the blocks started may hold the pipe open for as long as it likes.
        Thread(target=self._read, name="capture", daemon=True).start()

    def block(self) -> str:
        """What one more block printed; it has ended, or the pipe has."""
        try:
            return self._printed.get(timeout=_PATIENCE)
        except Empty:
            return ""

    def _read(self) -> None:
        ahead = bytearray()
        while data := self._receive():
            ahead += data
            while (at := ahead.find(self._mark)) >= 0:
                self._keep(ahead[:at])
                self._finish()
                del ahead[: at + len(self._mark)]
            # The beginning of a mark may be the end of what has come so far.
            sure = max(len(ahead) - len(self._mark) + 1, 0)
            self._keep(ahead[:sure])
            del ahead[:sure]
        self._keep(ahead)
        self._finish()
        self._pipe.close()

    def _receive(self) -> bytes:
        try:
            return self._pipe.read1(1 << 16)  # type: ignore[attr-defined, no-any-return]
        except (OSError, ValueError):
            return b""

    def _keep(self, data: bytearray) -> None:
        room = MOST_FIRST - len(self._first)
        self._first += data[:room]
        self._last += data[room:]
        if len(self._last) > 2 * MOST_LAST:
            self._left_out += len(self._last) - MOST_LAST
            del self._last[:-MOST_LAST]

    def _finish(self) -> None:
        first, last, left_out = bytes(self._first), bytes(self._last), self._left_out
        self._first, self._last, self._left_out = bytearray(), bytearray(), 0
        if left_out or len(last) > MOST_LAST:
            first, last, left_out = _cut(first, last, left_out)
            gap = f"\n… {left_out:,} bytes are left out here …\n".encode()
            first = first.removesuffix(b"\n") + gap
        self._printed.put((first + last).decode("utf-8", "replace"))


def _cut(first: bytes, last: bytes, left_out: int) -> tuple[bytes, bytes, int]:
    """Cuts both ends where lines end, unless there are hardly any."""
    size = len(first) + len(last)
    kept = first[: first.rfind(b"\n", MOST_FIRST // 2) + 1] or first
    last = last[-MOST_LAST:]
    last = last[last.find(b"\n", 0, MOST_LAST // 2) + 1 :]
    return kept, last, left_out + size - len(kept) - len(last)
