"""What the last commit says of a target that no record knows, as in a fresh clone."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from lierne.base.plan import digest, holds
from lierne.code.tangle import tangle
from lierne.code.targets.git import committed, is_blob, texts
from lierne.code.targets.moved import gone
from lierne.read.resolve import Names, is_note
from lierne.read.vault.folder import matcher
from lierne.read.vault.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lierne.code.tangle import Target
    from lierne.code.targets.moved import Candidates
    from lierne.read.note import Outline
    from lierne.read.vault.vault import Vault


class Head:
    """The notes and targets of the last commit, read only when they are asked for."""

    def __init__(self, vault: Vault) -> None:
        """Takes the vault whose notes and targets may be in a commit."""
        self._vault = vault
        self._root = vault.root

    def made(self, path: str, data: bytes) -> bool:
        """Whether a file is the commit's target, and the commit's notes make just that of it."""
        target = self.target(path)
        return target is not None and holds(data, target.text)

    def target(self, path: str) -> Target | None:
        """A target of the commit, None where the commit's notes make something else of it."""
        target, text = self._targets.get(path), self._files.get(path)
        if target is None or target.text is None or text is None:
            return None
        if is_blob(text, target.text.encode()):
            return target
        kept = texts(self._root, [text]).get(text)  # perhaps with other line ends
        return target if holds(kept, target.text) else None

    @cached_property
    def _files(self) -> Mapping[str, str]:
        return committed(self._root)

    @cached_property
    def gone(self) -> Mapping[str, Candidates]:
        """The commit's notes that are not there any more, each with those that it may be now."""
        now = set(self._vault.paths)
        lost = {path: text for path, text in self._notes.items() if path not in now}
        data = texts(self._root, lost.values())
        came = {path: self._vault.text(path).data for path in now - self._notes.keys()}
        return gone(
            {path: digest(data.get(text)) for path, text in lost.items()},
            {path: digest(text) for path, text in came.items()},
        )

    @cached_property
    def _targets(self) -> Mapping[str, Target]:
        """What the commit's notes make."""
        vault = self._vault
        names = Names(tuple(self._in_vault))
        return tangle(self._outlines(self._notes), names, vault.config).targets

    @cached_property
    def _in_vault(self) -> Mapping[str, str]:
        """The commit's files of the vault, by vault path."""
        shown = self._vault.shown
        return {
            path.removeprefix(shown): text
            for path, text in self._files.items()
            if path.startswith(shown)
        }

    @cached_property
    def _notes(self) -> Mapping[str, str]:
        # Which files are notes need not be as exact as for those on the disk: what they make
        # must be, to the letter, what the commit holds.
        excluded, settings = matcher(self._vault.config.exclude), self._vault.settings
        return {
            path: text
            for path, text in self._in_vault.items()
            if is_note(path) and not excluded.match(path) and not settings.ignores(path)
        }

    def _outlines(self, notes: Mapping[str, str]) -> Iterator[Outline]:
        """The commit's notes; those that are the same on the disk are not read a second time."""
        vault = self._vault
        known = notes.keys() & set(vault.paths)
        same = {path for path in known if is_blob(notes[path], vault.text(path).data)}
        yield from vault.outlines(same)
        data = texts(self._root, (text for path, text in notes.items() if path not in same))
        given = {path: data[text] for path, text in notes.items() if text in data}
        reader = Reader(vault.config.vault_folder, vault.shown, {}, given)
        yield from map(reader.outline, given.keys() - same)
