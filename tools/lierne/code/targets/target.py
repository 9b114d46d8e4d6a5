"""From the text of targets to changes of files: what is ours to write, and what was edited since.

A target is written only where nothing of anybody else's is lost: where there is no file, or the
file is still what tangling last made of it, as our records say or the last commit does. Line ends
do not count.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lierne.base.paths import Refusal, clash_key, read_target, target_path
from lierne.base.plan import Change, Plan, digest, intended
from lierne.base.problem import Kind, Place, Problem, Severity, in_order
from lierne.base.shape import read_json
from lierne.code.map import SHAPE as MAP_SHAPE
from lierne.code.map import Map

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lierne.base.config import Config
    from lierne.base.store import Store
    from lierne.code.tangle import Tangled, Target
    from lierne.code.targets.head import Head

UNMANAGED = Kind("T006", Severity.ERROR, "a file that tangling did not write, in a target's place")
EDITED = Kind("T007", Severity.ERROR, "a target that was edited since it was tangled")
LEFT_OVER = Kind("T008", Severity.WARNING, "an edited target that no note makes any more")
IN_THE_WAY = Kind("T009", Severity.ERROR, "a target that cannot be written where it is to be")
UNSURE = Kind("T010", Severity.ERROR, "a target whose last owner cannot be read")
DISK_KINDS = frozenset({UNMANAGED, EDITED, LEFT_OVER, IN_THE_WAY, UNSURE})
"""What depends on the disk, and not on the notes alone."""

TARGETS = "target"
BASES = "base"


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

    def wrote(self, path: str, data: bytes) -> bool:
        """Whether a file is what tangling last made of it, by our records or by the commit."""
        last = self.owners.get(path, ("", b""))[1]
        if digest(data) in {last, *self.intended.get(path, ())}:
            return True
        return self.head is not None and self.head.made(path, data)


def decide(tangled: Tangled, config: Config, known: Known) -> Plan:
    """Compares the targets with what lies on the disk, and says what to change.

    Every target is decided by itself: what stands in the way of one holds no other back.
    """
    return _Decision(tangled, config, known).plan()


class _Decision:
    def __init__(self, tangled: Tangled, config: Config, known: Known) -> None:
        self._tangled = tangled
        self._config = config
        self._known = known
        self._changes: list[Change] = []
        self._problems: list[Problem] = list(tangled.problems)
        self._remember: dict[tuple[str, str], bytes | None] = {}

    def plan(self) -> Plan:
        for target in self._tangled.targets.values():
            if target.text is not None:
                self._write(target, target.text)
        gone = [path for path in self._known.owners if path not in self._tangled.targets]
        for path in sorted(gone):
            self._remove(path)
        # Removals come first: on some disks a new name is an old one that differs in case.
        changes = sorted(self._changes, key=lambda c: (c.after is not None, c.path))
        return Plan(
            self._config.root,
            tuple(changes),
            in_order(self._problems),
            self._config.targets,
            self._remember,
        )

    def _write(self, target: Target, text: str) -> None:
        last_owner = self._known.owners.get(target.path, (target.owner, b""))[0]
        if last_owner != target.owner and last_owner in self._tangled.unsure:
            self._tell(UNSURE, target.place, *_unsure(target.path, last_owner))
            return
        found = read_target(self._config.root, target.path)
        if isinstance(found, Refusal):
            self._tell(IN_THE_WAY, target.place, found.message, found.help)
            return
        data = text.encode()
        if found is None or digest(found) == digest(data):
            self._keep(target, text)
            data = data if found is None else found
        elif self._known.wrote(target.path, found):
            self._keep(target, text)
            data = _with_line_ends_of(found, data)
        else:
            self._refuse(target, found)
            return
        run = target.executable and (found is None or not _runs(self._config.root / target.path))
        if data != found or run:
            self._changes.append(Change(target.path, found, data, run))

    def _keep(self, target: Target, text: str) -> None:
        entry = (target.owner, digest(text.encode()))
        if self._known.owners.get(target.path) != entry:
            value = {"note": target.owner, "digest": entry[1].hex()}
            self._remember[TARGETS, target.path] = _dump(value)
        base = Base(text, target.map)
        if self._known.base(target.path) != base:
            self._remember[BASES, target.path] = base.to_json()

    def _refuse(self, target: Target, found: bytes) -> None:
        note = self._config.shown(target.owner)
        if target.path not in self._known.owners:
            message = f"`{target.path}` is there already, and is not what this note makes"
            help_ = f"move what it holds into `{note}`, or delete it, and tangle again"
            self._tell(UNMANAGED, target.place, message, help_)
            return
        line, where = self._edit(target, found)
        help_ = f"move the change into `{where}`, or delete the file, and tangle again"
        message = f"`{target.path}` was edited since it was tangled"
        self._tell(EDITED, Place(target.path, line), message, help_)

    def _edit(self, target: Target, found: bytes) -> tuple[int, str]:
        """The first line of a target that was edited, and the place in a note to do so."""
        note = self._config.shown(target.owner)
        base = self._known.base(target.path)
        if base is None:
            return 1, note
        now = found.replace(b"\r\n", b"\n").split(b"\n")
        then = base.text.encode("utf-8", "surrogatepass").split(b"\n")
        same = next((n for n, (a, b) in enumerate(zip(now, then, strict=False)) if a != b), None)
        line = 1 + (min(len(now), len(then)) - 1 if same is None else same)
        for near in (line, line - 1, line + 1):
            origin = base.map.note_at(near)
            if origin is not None:
                return line, f"{self._config.shown(origin[0])}:{origin[1]}"
        return line, note

    def _remove(self, path: str) -> None:
        owner, _ = self._known.owners[path]
        if owner in self._tangled.unsure or target_path(self._config, path) != path:
            return
        found = read_target(self._config.root, path)
        if isinstance(found, bytes) and not self._known.wrote(path, found):
            message = f"no note makes `{path}` any more, and it was edited since it was tangled"
            help_ = "move the change into a note, or delete the file"
            self._tell(LEFT_OVER, Place(path), message, help_)
            return
        if isinstance(found, bytes) and not self._renamed(path):
            self._changes.append(Change(path, found, None))
        self._remember |= {(TARGETS, path): None, (BASES, path): None}

    def _renamed(self, path: str) -> bool:
        """Whether the disk takes the file for another target's, whose name differs in case."""
        root, key = self._config.root, clash_key(path)
        same = [root / other for other in self._tangled.targets if clash_key(other) == key]
        return any(other.exists() and other.samefile(root / path) for other in same)

    def _tell(self, kind: Kind, place: Place, message: str, help_: str) -> None:
        self._problems.append(Problem(kind, place, message, help_))


def _runs(path: Path) -> bool:
    # Windows knows no such mode, and Python says there that nothing runs but `.exe`.
    return os.name == "nt" or bool(path.lstat().st_mode & 0o100)


def _with_line_ends_of(found: bytes, data: bytes) -> bytes:
    pairs = found.count(b"\r\n")
    return data.replace(b"\n", b"\r\n") if pairs and pairs == found.count(b"\n") else data


def _unsure(path: str, owner: str) -> tuple[str, str]:
    message = f"`{path}` belonged to the note `{owner}`, which cannot be read in full now"
    return message, f"correct `{owner}` first, or delete `{path}` to let this note have it"


def _owner(value: bytes) -> tuple[str, bytes] | None:
    entry = read_json(value, {"note": str, "digest": str})
    try:
        return entry and (entry["note"], bytes.fromhex(entry["digest"]))
    except ValueError:  # no hexadecimal number
        return None


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
