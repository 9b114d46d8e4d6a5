"""What the last commit says of a target that no record knows, as in a fresh clone."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from lierne.base.plan import digest
from lierne.code.tangle import tangle
from lierne.code.targets.git import committed, texts
from lierne.read.resolve import Names, is_note
from lierne.read.vault.folder import matcher
from lierne.read.vault.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lierne.read.vault.vault import Vault


class Head:
    """The notes and targets of the last commit, read only when they are asked for."""

    def __init__(self, vault: Vault) -> None:
        """Takes the vault whose notes and targets may be in a commit."""
        self._vault = vault
        self._root = vault.root

    def made(self, path: str, data: bytes) -> bool:
        """Whether a file is the commit's target, and the commit's notes make just that of it."""
        if path not in self._files:
            return False
        kept = texts(self._root, [self._files[path]]).get(self._files[path])
        return kept is not None and digest(kept) == digest(data) == self._targets.get(path)

    @cached_property
    def _files(self) -> Mapping[str, str]:
        return committed(self._root)

    @cached_property
    def _targets(self) -> Mapping[str, bytes]:
        """The digest of each target that the commit's notes make."""
        vault = self._vault
        excluded = matcher(vault.config.exclude)
        files = {
            path.removeprefix(vault.shown): text
            for path, text in self._files.items()
            if path.startswith(vault.shown)
        }
        # Which files are notes need not be as exact as for those on the disk: what this makes
        # must be, to the letter, what the commit holds.
        notes = {
            path: text
            for path, text in files.items()
            if is_note(path) and not excluded.match(path) and not vault.settings.ignores(path)
        }
        data = texts(self._root, notes.values())
        given = {path: data[text] for path, text in notes.items() if text in data}
        reader = Reader(vault.config.vault_folder, vault.shown, {}, given)
        made = tangle(map(reader.outline, given), Names(tuple(files)), vault.config)
        return {
            path: digest(target.text.encode())
            for path, target in made.targets.items()
            if target.text is not None
        }
