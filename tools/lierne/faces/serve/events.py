"""Tells open pages what happens: one stream of events for each of them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

STILL_HERE = b": still here\n\n"
PATIENCE = 15.0
"""After how many seconds without an event a listener is told that nothing has happened."""


class Events:
    """Passes each event on to all who listen; whoever comes later hears the last of each kind."""

    def __init__(self) -> None:
        self._listeners: set[SimpleQueue[bytes | None]] = set()
        self._last: dict[str, bytes] = {}
        self._lock = Lock()
        self._ended = False

    def tell(self, kind: str, **data: Any) -> None:
        """Tells all listeners."""
        event = f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()
        with self._lock:
            self._last[kind] = event
            for listener in self._listeners:
                listener.put(event)

    def end(self) -> None:
        """Lets all listeners go."""
        with self._lock:
            self._ended = True
            for listener in self._listeners:
                listener.put(None)

    @contextmanager
    def listen(self) -> Iterator[Iterator[bytes]]:
        """Gives the events as they come, in the form that browsers read."""
        queue: SimpleQueue[bytes | None] = SimpleQueue()
        with self._lock:
            for event in self._last.values():
                queue.put(event)
            if self._ended:
                queue.put(None)
            self._listeners.add(queue)
        try:
            yield _events(queue)
        finally:
            with self._lock:
                self._listeners.discard(queue)


def _events(queue: SimpleQueue[bytes | None]) -> Iterator[bytes]:
    while True:
        try:
            event = queue.get(timeout=PATIENCE)
        except Empty:
            event = STILL_HERE
        if event is None:
            return
        yield event
