"""Files that other systems, and links, take for one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.read.resolve import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.read.vault import Vault

CLASH = Kind("N206", Severity.WARNING, "files whose names differ only by case or Unicode form")


def clashes(vault: Vault) -> Iterator[Problem]:
    """Finds files of which Windows and macOS would hold only one."""
    first: dict[str, str] = {}
    for path in sorted((*vault.paths, *vault.excluded, *vault.files)):
        other = first.setdefault(name_key(path), path)
        if other != path:
            same = normalize("NFC", path) == normalize("NFC", other)
            message = f"`{path}` and `{other}` differ only by {'Unicode form' if same else 'case'}"
            help_ = "rename one of them: some systems, and all links, take them for one file"
            yield Problem(CLASH, Place(vault.config.shown(path)), message, help_)
