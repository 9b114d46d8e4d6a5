"""Which files of a folder belong to the vault."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path
from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.read.resolve import is_note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

UNREADABLE = Kind("N201", Severity.WARNING, "a file or folder that cannot be read")
LEADS_OUT = Kind("N203", Severity.HINT, "a symbolic link that is not followed")
BAD_NAME = Kind("N204", Severity.WARNING, "a name of a file that cannot be written in a link")

# What no line of text may hold, and the stand-ins for bytes that are not UTF-8.
_UNSAYABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SITE = {"404.html", "sitemap.xml"}


@dataclass(frozen=True, slots=True)
class Listing:
    """The vault paths of a folder's files, sorted."""

    notes: tuple[str, ...]
    files: tuple[str, ...]
    """The attachments: everything that is not a note."""
    problems: tuple[Problem, ...]


def list_folder(folder: Path, shown: str) -> Listing:
    """Finds a vault's files, in every folder but those that hold no notes of anybody.

    Left out are dot folders, virtual environments, `node_modules` and built sites. Symbolic links
    to folders are not followed (Obsidian forbids those into the vault; those out of it could show
    what was never meant to be shown); links to files are, where the file is in the vault.

    Args:
        folder: The vault.
        shown: What stands before vault paths where places are shown.
    """
    walk = _Walk(folder, shown)
    paths = sorted(walk.files())
    notes = tuple(path for path in paths if is_note(path))
    files = tuple(path for path in paths if not is_note(path))
    return Listing(notes, files, tuple(walk.problems))


def matcher(patterns: Iterable[str]) -> re.Pattern[str]:
    """Finds the vault paths that one of these names: a note, a folder, or a pattern with `*`."""
    each = [translate(pattern.strip("/"))[:-2] for pattern in patterns if pattern.strip("/")]
    return re.compile(rf"(?:{'|'.join(each)})(?:\.md)?(?:/|\Z)" if each else r"(?!)")


def looked_into(name: str) -> bool:
    """Whether files and folders of this name are looked at: no dot folder, no `node_modules`."""
    return not name.startswith(".") and name != "node_modules"


def holds_notes(names: Collection[str]) -> bool:
    """Whether a folder with these names in it is no virtual environment and no built site."""
    return "pyvenv.cfg" not in names and not _SITE.issubset(names)


class _Walk:
    def __init__(self, folder: Path, shown: str) -> None:
        self.problems: list[Problem] = []
        self._root = folder
        self._real = folder.resolve()
        self._shown = shown

    def files(self) -> Iterator[str]:
        """Every file's vault path, in no order."""
        seen: set[tuple[int, int]] = set()
        waiting = [""]
        while waiting:
            prefix = waiting.pop()
            for entry in self._entries(prefix, seen):
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                elif self._belongs(entry, path):
                    yield path

    def _entries(self, prefix: str, seen: set[tuple[int, int]]) -> list[os.DirEntry[str]]:
        try:
            # A folder may be mounted below itself.
            status = (self._root / prefix).stat()
            if (status.st_dev, status.st_ino) in seen:
                return []
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(self._root / prefix) as entries:
                found = list(entries)
        except OSError as error:
            self._tell(UNREADABLE, prefix.rstrip("/"), f"cannot be read: {error.strerror}")
            return []
        names = {entry.name for entry in found}
        if prefix and not holds_notes(names):
            return []
        return [entry for entry in found if self._wanted(entry, prefix)]

    def _wanted(self, entry: os.DirEntry[str], prefix: str) -> bool:
        if not looked_into(entry.name):
            return False
        if _UNSAYABLE.search(entry.name):
            name = ascii(entry.name)[1:-1]
            self._tell(BAD_NAME, prefix + name, "has a name that cannot be written in a link")
            return False
        return True

    def _belongs(self, entry: os.DirEntry[str], path: str) -> bool:
        if not entry.is_symlink():
            return entry.is_file(follow_symlinks=False)
        try:
            there = Path(entry.path).resolve(strict=True).relative_to(self._real)
            inside = not any(part.startswith(".") for part in there.parts)
        except (OSError, RuntimeError):
            self._tell(UNREADABLE, path, "is a symbolic link to nothing", "remove it, or mend it")
            return False
        except ValueError:
            inside = False
        if not inside or entry.is_dir():
            self._tell(LEADS_OUT, path, "is a symbolic link that is not followed")
            return False
        return entry.is_file()

    def _tell(self, kind: Kind, path: str, what: str, help_: str = "") -> None:
        name = path.rpartition("/")[2] or "the vault"
        place = Place(f"{self._shown}{path}")
        self.problems.append(Problem(kind, place, f"`{name}` {what}", help_ or _HELP[kind]))


_HELP = {
    UNREADABLE: "give yourself the right to read it, or leave it out by `exclude`",
    LEADS_OUT: "copy what it leads to into the vault, if it belongs there",
    BAD_NAME: "rename it",
}
