"""What run blocks printed and drew at an earlier time, kept by their keys."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from lierne.base.disk import FOLDER
from lierne.base.store import Store
from lierne.code.run.result import Result

if TYPE_CHECKING:
    from pathlib import Path

SECTION = "output"
MOST = 128 * 2**20
"""How many bytes the store may have before what is kept here is looked at, and half of it before
all is forgotten but the newest."""


class Cache:
    """The results of blocks that came to their ends, in a project's store.

    It may be deleted at any time, by anybody: what is not there is run. What cannot be kept, for
    the disk is full or may not be written, is run again the next time.
    """

    def __init__(self, root: Path) -> None:
        """Takes the project; nothing is opened before it is asked for."""
        self._root = root

    def get(self, keys: list[str]) -> dict[str, Result]:
        """The results that are kept, by key."""
        with Store(self._root) as store:
            found = {key: Result.from_json(store.get(SECTION, key)) for key in keys}
        return {key: result for key, result in found.items() if result is not None}

    def put(self, results: dict[str, Result]) -> None:
        """Keeps results by key."""
        values = {(SECTION, key): result.to_json() for key, result in results.items()}
        with suppress(OSError), Store(self._root, write=True) as store:
            store.put({**{(SECTION, key): None for key in self._surplus(store)}, **values})

    def _surplus(self, store: Store) -> list[str]:
        """What is to be forgotten. Without moments in it, a store cannot tell old from new."""
        if (self._root / FOLDER / "store.db").stat().st_size < MOST:
            return []
        kept = store.all(SECTION)
        return list(kept) if sum(map(len, kept.values())) > MOST // 2 else []
