"""What earlier runs of tangling left behind: which targets are theirs, and what they wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lierne.base.plan import digest, intended
from lierne.base.shape import read_json
from lierne.code.map import SHAPE as MAP_SHAPE
from lierne.code.map import Map

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lierne.base.store import Store
    from lierne.code.tangle import Target
    from lierne.code.targets.head import Head

TARGETS = "target"
"""Where the store keeps who owns a target, and the digest of its text."""
BASES = "base"
"""Where it keeps the text and the map."""


@dataclass(frozen=True, slots=True)
class Base:
    """A target as it was last tangled."""

    text: str
    map: Map

    def to_json(self) -> bytes:
        """What the store keeps."""
        return _dump({"text": self.text, "map": self.map.to_json()})

    @classmethod
    def read(cls, store: Store, path: str) -> Base | None:
        """Reads what the store keeps; None where there is nothing of that kind."""
        value = read_json(store.get(BASES, path), {"text": str, "map": MAP_SHAPE})
        try:
            return value and cls(value["text"], Map.from_json(value["map"]))
        except ValueError:  # of another version
            return None


@dataclass(frozen=True, slots=True)
class Known:
    """What the store says of the targets of earlier runs."""

    owners: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    """By path, the note that owned it and the digest of its text."""
    intended: Mapping[str, set[bytes]] = field(default_factory=dict)
    """Digests that an interrupted run may have left, by path."""
    store: Store | None = None
    head: Head | None = None
    """What the last commit says, where it may be asked."""

    @classmethod
    def read(cls, store: Store, head: Head | None = None) -> Known:
        """Takes all that a store says; what is not as it should be counts as not said."""
        found = {path: _owner(value) for path, value in store.all(TARGETS).items()}
        owners = {path: owner for path, owner in found.items() if owner is not None}
        return cls(owners, intended(store), store, head)

    def base(self, path: str) -> Base | None:
        """A target as it was last tangled, None where that is not known."""
        return Base.read(self.store, path) if self.store is not None else None

    def news(self, target: Target) -> Iterator[tuple[tuple[str, str], bytes]]:
        """What the store has yet to keep of a target that is not held back: section, path, value.

        It is true as soon as the file is what the notes make.
        """
        base = Base(target.text or "", target.map)
        entry = (target.owner, digest(base.text.encode()))
        if self.owners.get(target.path) != entry:
            value = {"note": target.owner, "digest": entry[1].hex()}
            yield (TARGETS, target.path), _dump(value)
        if self.base(target.path) != base:
            yield (BASES, target.path), base.to_json()

    def wrote(self, path: str, data: bytes, made: str | None = None) -> bool:
        """Whether a file is what tangling last made of it, by our records or by the commit.

        Args:
            path: The file.
            data: What it holds.
            made: What the notes make of it now. If that is what was tangled last, somebody changed
                the file and nothing else: an edit, even if it goes back to what was committed.
        """
        last = self.owners.get(path, ("", b""))[1]
        if digest(data) in {last, *self.intended.get(path, ())}:
            return True
        if made is not None and last == digest(made.encode()):
            return False
        return self.head is not None and self.head.made(path, data)


def _owner(value: bytes) -> tuple[str, bytes] | None:
    entry = read_json(value, {"note": str, "digest": str})
    try:
        return entry and (entry["note"], bytes.fromhex(entry["digest"]))
    except ValueError:  # no hexadecimal number
        return None


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
