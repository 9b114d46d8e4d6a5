"""Waits for saves in a project: each burst of them is told once."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import watch

from lierne.read.vault.folder import holds_notes, looked_into
from lierne.read.vault.settings import FILE as SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from watchfiles import Change

    from lierne.base.config import Config

QUIET = 50
"""How many milliseconds without a save end a burst."""
TICK = 500
"""After how many milliseconds without a save it is looked whether anything else happened."""
_LONGEST_BURST = 5_000
_POLL = 1_000
_COMPILED = "__pycache__"
_PATIENCE = 10.0  # seconds; git is done by then, or left its lock when it was killed


def saves(config: Config, tell: Callable[[str], None]) -> Iterator[frozenset[str] | None]:
    """Tells what was saved, for ever.

    Args:
        config: The project.
        tell: Is given one line where the system does not watch as it should.

    Yields:
        The files of one burst, from the project's root; none of them where something may have been
        missed. None each time that nothing happens for a while.
    """
    polls: bool | None = None
    git = _git_lock(config.root)
    while True:
        folders = _watched(config)
        places = _places(folders)
        try:
            for burst in _whole(_bursts(config, folders, polls), git):
                yield burst
                if _places(_watched(config)) != places:
                    break
        except FileNotFoundError:
            continue  # a folder went away just now
        except (OSError, RuntimeError) as error:
            if polls:
                raise
            polls = True
            tell(f"the system cannot watch the files ({error}); looking for changes each second")
        yield frozenset()


def _bursts(config: Config, folders: list[str], polls: bool | None) -> Iterator[frozenset[str]]:  # noqa: FBT001
    wanted = _Wanted(config)
    if not folders:
        time.sleep(TICK / 1000)
        yield frozenset()
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
        yield frozenset(wanted.shown(path) for _, path in changes)


def _whole(bursts: Iterator[frozenset[str]], git: Path | None) -> Iterator[frozenset[str] | None]:
    """Joins what git changes in one go: half of a checkout would look like edits."""
    waiting: frozenset[str] = frozenset()
    since = 0.0
    for burst in bursts:
        waiting |= burst
        if waiting and git is not None and git.exists():
            since = since or time.monotonic()
            if time.monotonic() - since < _PATIENCE:
                continue
        yield waiting or None
        waiting, since = frozenset(), 0.0


def _watched(config: Config) -> list[str]:
    """The folders in which notes and targets lie, as far as they are there; none in another."""
    root = config.root
    each = dict.fromkeys([config.vault_folder, *(root / target for target in config.targets)])
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
        names = self.shown(path).split("/")
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


def _git_lock(root: Path) -> Path | None:
    """The file that is there while git changes the files of the project."""
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.is_dir():
            return git / "index.lock"
        if git.is_file():  # a second work tree: it says where the rest is
            try:
                written = git.read_text("utf-8")
            except (OSError, UnicodeDecodeError):
                return None
            return folder / written.removeprefix("gitdir:").strip() / "index.lock"
    return None
