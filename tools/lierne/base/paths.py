"""Where tangling may write: plain paths under the project's target folders, and nothing else.

A note may come from anybody. What a note names is therefore refused unless it is plainly harmless
on every system: the same path must mean the same file on Linux, macOS and Windows.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category, normalize

from lierne.base.disk import read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lierne.base.config import Config

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*")
RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:\..*)?",
    re.IGNORECASE,
)
"""Names that are devices on Windows."""
_UNSAFE = '<>:"|?*\\~'
_INVISIBLE = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
_LONGEST_NAME = 255
_LONGEST_PATH = 1000


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a path is no target."""

    message: str
    help: str
    unseen: bool = False
    """Whether what is there could not be seen: another time it may be found harmless."""


def target_path(config: Config, written: str) -> str | Refusal:
    """Reads what a note names as a target; looks at the text alone, not at the disk.

    Returns:
        The path from the project's root in its one right spelling (NFC), or why it is refused.
    """
    path = written if written.isascii() else normalize("NFC", written)
    return _refuse_path(path) or _refuse_place(config, path) or path


def confine(root: Path, target: str) -> Path | Refusal:
    """Finds the file of a target on the disk.

    Args:
        root: The project; links on the way to it are the user's own.
        target: A path, however it is written.

    Returns:
        The file, or why nothing may be written there: a path that no target may have, a link on
        the way, a folder in its place, a file in the place of a folder.
    """
    path = _file(root, target, set())
    return path if isinstance(path, Refusal) else Path(path)


def note_file(root: Path, vault: str, note: str) -> Path | Refusal:
    """Finds the file of a note on the disk, through links inside the vault.

    Args:
        root: The project.
        vault: The folder of notes, from there.
        note: The note's path, from there too.

    Returns:
        The file, which need not be there yet, or why nothing may be written there.
    """
    try:
        folder, path = Path(_real(root / vault)), Path(os.path.realpath(root / note))
    except ValueError:  # no name of a file on any system
        return Refusal(f"`{note}` is no path", "write the name anew, with visible characters")
    inside = path.is_relative_to(folder) and path != folder
    if not inside or any(name.startswith(".") for name in path.relative_to(folder).parts):
        message = f"`{note}` leads out of the vault, or to what is hidden there"
        return Refusal(message, "replace the link by what it stands for")
    return _obstacle(str(path), note, "file", stat.S_ISREG) or path


def read_target(root: Path, target: str) -> bytes | Refusal | None:
    """Reads the file of a target; never what a link on the way leads to.

    Args:
        root: The project.
        target: A path, however it is written.

    Returns:
        Its bytes, None where there is no file, or why it can be neither read nor written.
    """
    return next(read_targets(root, [target]))


def read_targets(root: Path, targets: Iterable[str]) -> Iterator[bytes | Refusal | None]:
    """Reads the files of many targets as `read_target` does; looks at each folder once."""
    passed: set[str] = set()
    for target in targets:
        path = _file(root, target, passed)
        try:
            yield path if isinstance(path, Refusal) else read_file(path)
        except OSError as error:
            message = f"`{target}` cannot be read: {error.strerror}"
            yield Refusal(message, "make it readable", unseen=True)


def _file(root: Path, target: str, passed: set[str]) -> str | Refusal:
    """The file of a target; `passed` are the folders that nothing is wrong with."""
    refusal = _refuse_path(target)
    if refusal is not None:
        return refusal
    path = _real(root)
    *folders, name = target.split("/")
    for folder in folders:
        path = f"{path}{os.sep}{folder}"
        if path in passed:
            continue
        refusal = _obstacle(path, target, "folder", stat.S_ISDIR)
        if refusal is not None:
            return refusal
        passed.add(path)
    path = f"{path}{os.sep}{name}"
    return _obstacle(path, target, "file", stat.S_ISREG) or path


@lru_cache(maxsize=8)
def _real(root: Path) -> str:
    return os.path.realpath(root)


def clash_key(path: str) -> str:
    """What two paths have in common that are one path on some system."""
    return path.lower() if path.isascii() else normalize("NFKC", path.casefold()).casefold()


def _is_plain(path: str) -> bool:
    if len(path) > _LONGEST_NAME or not _PLAIN.fullmatch(path):
        return False
    return not any(RESERVED.fullmatch(name) for name in path.split("/"))


def _refuse_path(path: str) -> Refusal | None:
    # Almost every target is plain; the rest is looked at letter by letter.
    return None if _is_plain(path) else _refuse(path)


def _refuse(path: str) -> Refusal | None:
    odd = next((c for c in path if category(c) in _INVISIBLE or c == "\ufffd"), None)
    if odd is not None:
        message = f"a target must not hold the character U+{ord(odd):04X}"
        return Refusal(message, "write the name anew, with visible characters")
    if not path.strip():
        return Refusal("no target is named", "write a path such as `src/name.py`")
    quoted = f"`{path}`"
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return Refusal(f"{quoted} is not a path from the project's root", _relative(path))
    unsafe = next((c for c in path if c in _UNSAFE), None)
    if unsafe is not None:
        help_ = "part folders with `/`" if unsafe == "\\" else f"leave out the `{unsafe}`"
        return Refusal(f"a target must not hold `{unsafe}`: {quoted}", help_)
    if len(path.encode()) > _LONGEST_PATH:
        return Refusal("a target's path is too long", f"use at most {_LONGEST_PATH} bytes")
    return next(filter(None, (_refuse_name(quoted, name) for name in path.split("/"))), None)


def _refuse_name(quoted: str, name: str) -> Refusal | None:
    reasons = (
        (name == "..", f"{quoted} leads upwards", "write the path from the project's root"),
        (name in ("", "."), f"{quoted} has a part without a name", "write each name once"),
        (name.startswith("."), f"{quoted} is hidden", "use names that do not begin with a dot"),
        (
            name != name.strip() or name.endswith("."),
            f"{quoted} has a name with a blank or dot at its end",
            "take it away",
        ),
        (
            RESERVED.fullmatch(name) is not None,
            f"`{name}` is a device on Windows, not a file",
            "choose another name",
        ),
        (
            len(name.encode()) > _LONGEST_NAME,
            "a target's name is too long",
            f"use at most {_LONGEST_NAME} bytes",
        ),
    )
    return next((Refusal(message, help_) for holds, message, help_ in reasons if holds), None)


def _refuse_place(config: Config, path: str) -> Refusal | None:
    roots = [posixpath.normpath(root) for root in config.targets]
    home = next((root for root in roots if root == "." or _is_under(path, root)), None)
    vault = posixpath.normpath(config.vault)
    inside = vault == "." or _is_under(path, vault)
    if inside and vault != "." and (home is None or not _is_under(home, vault)):
        return Refusal(f"`{path}` lies in the vault", "write code to a folder outside the notes")
    if home is None:
        return _outside(path, roots)
    if inside and clash_key(path).endswith(".md"):
        return Refusal(f"`{path}` would be a note", "give it another ending")
    return None


def _is_under(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


def _relative(path: str) -> str:
    name = re.split(r"[/\\]", path)[-1]
    return f"write it from the project's root, such as `src/{name or 'name.py'}`"


def _outside(path: str, roots: list[str]) -> Refusal:
    if path in roots:
        return Refusal(f"`{path}` is a folder of targets", f"name a file in it: `{path}/name.py`")
    folder, _, name = path.rpartition("/")
    further = f"name `{folder or '.'}` in the setting `targets`"
    if not roots:
        return Refusal(f"`{path}` is not allowed, and no other target either", further)
    allowed = " or ".join(f"`{root}/`" for root in roots)
    help_ = f"write `{roots[0]}/{name}`, or {further}"
    return Refusal(f"`{path}` is not in {allowed}", help_)


def _obstacle(path: str, target: str, kind: str, right: Callable[[int], bool]) -> Refusal | None:
    try:
        mode = os.lstat(path).st_mode  # Path.lstat would take twice as long
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"`{target}` cannot be reached: {error.strerror}"
        return Refusal(
            message, "give yourself the right to it, or choose another path", unseen=True
        )
    if right(mode):
        return None
    name = path.rpartition(os.sep)[2]
    shown = f"`{name}`" if kind == "folder" else "it"
    if stat.S_ISLNK(mode):
        message = f"`{target}` would be written through a link: {shown} leads elsewhere"
        return Refusal(message, "replace the link by what it stands for, or choose another path")
    message = f"`{target}` cannot be written: {shown} is there and is no {kind}"
    return Refusal(message, "move it away, or choose another path")
