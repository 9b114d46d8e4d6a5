"""Waits for saves in a project: each burst of them is told once."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import watch

from lierne.read.vault.folder import holds_notes, looked_into
from lierne.read.vault.settings import FILE as SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from watchfiles import Change

    from lierne.base.config import Config

    _Burst = frozenset[str] | None

QUIET = 50
"""How many milliseconds without a save end a burst."""
TICK = 500
"""After how many milliseconds without a save it is looked whether anything else happened."""
HALF_SAVED = 0.5
"""How many seconds a file may stay empty: an editor that saves in place empties it first."""
_LONGEST_BURST = 5_000
_POLL = 1_000
_COMPILED = "__pycache__"


def saves(
    config: Config, tell: Callable[[str], None], also: Iterable[Path] = ()
) -> Iterator[_Burst]:
    """Tells what was saved, for ever.

    Args:
        config: The project.
        tell: Is given one line where the system does not watch as it should.
        also: Folders to be watched beside those of notes and targets.

    Yields:
        The files of one burst, from the project's root; none of them where something may have been
        missed. None each time that nothing happens for a while.
    """
    polls: bool | None = None
    more = tuple(also)
    while True:
        folders = _watched(config, more)
        places = _places(folders)
        try:
            for number, burst in enumerate(_bursts(config, folders, polls)):
                # What was saved before the system watched is not told.
                yield frozenset() if burst is None and number == 0 else burst
                if _places(_watched(config, more)) != places:
                    break
        except FileNotFoundError:
            continue  # a folder went away just now
        except (OSError, RuntimeError) as error:
            if polls:
                raise
            polls = True
            tell(f"the system cannot watch the files ({error}); looking for changes each second")


def _bursts(config: Config, folders: list[str], polls: bool | None) -> Iterator[_Burst]:  # noqa: FBT001
    wanted = _Wanted(config)
    if not folders:
        time.sleep(TICK / 1000)
        yield None
        return
    found = watch(
        *folders,
        watch_filter=wanted,
        debounce=_LONGEST_BURST,
        step=QUIET,
        rust_timeout=TICK,
        yield_on_timeout=True,
        force_polling=polls,
        poll_delay_ms=_POLL,
        ignore_permission_denied=True,
    )
    for changes in found:
        wanted.forget()
        _fill(path for _, path in changes)
        yield frozenset(wanted.shown(path) for _, path in changes) or None


def _fill(paths: Iterable[str]) -> None:
    """Waits a moment for files that are empty."""
    late = time.monotonic() + HALF_SAVED
    for path in paths:
        with suppress(OSError):  # it is gone
            while not os.stat(path).st_size and time.monotonic() < late:  # noqa: PTH116 - a text
                time.sleep(QUIET / 1000)


def _watched(config: Config, also: Iterable[Path] = ()) -> list[str]:
    """The folders in which notes and targets lie, as far as they are there; none in another."""
    root = config.root
    each = dict.fromkeys(
        [config.vault_folder, *(root / target for target in config.targets), *also]
    )
    there = [folder for folder in each if folder.is_dir()]
    return [
        str(folder)
        for folder in there
        if not any(folder != other and folder.is_relative_to(other) for other in there)
    ]


def _places(folders: list[str]) -> list[tuple[str, int, int]]:
    """What tells a folder from another that takes its name."""
    found = []
    for folder in folders:
        try:
            status = Path(folder).stat()
        except OSError:
            continue
        found.append((folder, status.st_dev, status.st_ino))
    return found


class _Wanted:
    """Which files matter: those that a vault's listing would see, and targets."""

    def __init__(self, config: Config) -> None:
        self._root = str(config.root)
        self._settings = str(config.vault_folder / SETTINGS)
        self._known: dict[str, bool] = {}

    def __call__(self, _: Change, path: str) -> bool:
        if path == self._settings:
            return True
        names = [name for name in self.shown(path).split("/") if name != ".."]
        if _COMPILED in names or not all(map(looked_into, names)):
            return False
        return all(self._holds_notes("/".join(names[:end])) for end in range(1, len(names)))

    def shown(self, path: str) -> str:
        """A path as places show it: from the project's root."""
        return os.path.relpath(path, self._root).replace(os.sep, "/")

    def forget(self) -> None:
        """Folders may be something else by the next burst."""
        self._known.clear()

    def _holds_notes(self, folder: str) -> bool:
        if folder not in self._known:
            try:
                names = os.listdir(f"{self._root}/{folder}")  # noqa: PTH208 - names alone
            except OSError:
                names = []
            self._known[folder] = holds_notes(names)
        return self._known[folder]
