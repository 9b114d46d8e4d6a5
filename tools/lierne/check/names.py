"""Names of files and folders that links or other systems cannot hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from lierne.base.paths import RESERVED
from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.read.resolve import is_note, name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.read.vault.vault import Vault

CLASH = Kind("N206", Severity.WARNING, "files whose names differ only by case or Unicode form")
UNLINKABLE = Kind("N207", Severity.HINT, "a note whose name a wiki link cannot hold")
NOT_EVERYWHERE = Kind("N208", Severity.HINT, "a name that Windows refuses")

_IN_NO_LINK = re.compile(r"[#|^]|\[\[|\]\]|\]$")
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*\\]|[ .]$')


def names(vault: Vault) -> Iterator[Problem]:
    """Looks at the name of each file of a vault, and of each folder once."""
    paths = sorted((*vault.paths, *vault.excluded, *vault.files))
    yield from _clashes(vault, paths)
    for path in vault.paths:
        yield from _unlinkable(vault, path)
    for each in dict.fromkeys(part for path in paths for part in _with_folders(path)):
        yield from _not_everywhere(vault, each)


def _clashes(vault: Vault, paths: list[str]) -> Iterator[Problem]:
    """Finds files of which Windows and macOS would hold only one."""
    first: dict[str, str] = {}
    for path in paths:
        other = first.setdefault(name_key(path), path)
        if other != path:
            same = normalize("NFC", path) == normalize("NFC", other)
            message = f"`{path}` and `{other}` differ only by {'Unicode form' if same else 'case'}"
            help_ = "rename one of them: some systems, and all links, take them for one file"
            yield Problem(CLASH, Place(vault.config.shown(path)), message, help_)


def _unlinkable(vault: Vault, path: str) -> Iterator[Problem]:
    name = path.rpartition("/")[2][: -len(".md")]
    odd = _IN_NO_LINK.search(name)
    if odd or name != name.strip():
        what = f"`{odd[0]}` in" if odd else "the blank beside"
        message = f"wiki links do not lead to `{name}`, for {what} its name"
        yield Problem(UNLINKABLE, Place(vault.config.shown(path)), message, "rename the note")


def _with_folders(path: str) -> Iterator[str]:
    ends = (at for at, letter in enumerate(path) if letter == "/")
    yield from (path[:at] for at in ends)
    yield path


def _not_everywhere(vault: Vault, path: str) -> Iterator[Problem]:
    name = path.rpartition("/")[2]
    shown = name[: -len(".md")] if is_note(name) else name
    odd = _NOT_ON_WINDOWS.search(name)
    if odd:
        what = f"`{odd[0]}` in" if odd[0].strip(" .") else "the blank or dot at the end of"
        message = f"Windows cannot hold `{shown}`, for {what} its name"
    elif RESERVED.fullmatch(name):
        message = f"`{shown}` is a device on Windows, and no name there"
    else:
        return
    help_ = "rename it, if the vault is ever to be opened there"
    yield Problem(NOT_EVERYWHERE, Place(vault.config.shown(path)), message, help_)
