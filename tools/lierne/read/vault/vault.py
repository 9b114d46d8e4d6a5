"""A vault: all its notes read together, and where each link leads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lierne.base.config import ConfigError, find
from lierne.base.problem import in_order
from lierne.read.resolve import Found, Names, Parts, is_note
from lierne.read.vault.folder import LEADS_OUT, UNREADABLE, list_folder, matcher
from lierne.read.vault.reader import Reader
from lierne.read.vault.settings import read_settings

if TYPE_CHECKING:
    from lierne.base.config import Config
    from lierne.base.problem import Problem
    from lierne.base.text import Text
    from lierne.read.note import BlockId, Heading, Link, Note, Outline
    from lierne.read.vault.kept import KeptNotes
    from lierne.read.vault.seen import Ends, Seen

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where one link leads."""

    path: str | None
    """The vault path of the file, None where there is none or the link leaves the vault."""
    note: Note | None
    """The note, where the file is one that is read."""
    heading: Heading | None
    block: BlockId | None
    found: Found
    """All that the name may mean."""
    whole: bool
    """Whether everything is there that the link asks for: file, and heading or block."""


class Vault:
    """A folder of notes, read once: a snapshot of the moment in which each is first asked for.

    Nothing here raises on account of a note; what is wrong is in `problems`.
    """

    def __init__(
        self, config: Config, earlier: Vault | None = None, kept: KeptNotes | None = None
    ) -> None:
        """Lists the vault's files; their text is read when it is first asked for.

        Args:
            config: The project.
            earlier: The vault as it was: what has not changed is taken over.
            kept: The notes as earlier commands have read them.
        """
        shown = config.shown("")
        listing = list_folder(config.vault_folder, shown)
        excluded = matcher(config.exclude)
        self.config = config
        self.root = config.root
        self.shown = shown
        """What stands before vault paths where places are shown."""
        self.settings = read_settings(config.vault_folder, shown)
        """What Obsidian's own settings say."""
        self.excluded = tuple(
            path for path in listing.notes if excluded.match(path) or self.settings.ignores(path)
        )
        """Notes that are not read, though links may lead there, by `exclude` or by Obsidian."""
        self.paths = tuple(sorted(set(listing.notes).difference(self.excluded)))
        """The vault paths of the notes, sorted."""
        self.files = listing.files
        """The vault paths of the attachments, sorted."""
        self.unread = tuple(p for p in listing.problems if p.kind in {UNREADABLE, LEADS_OUT})
        """What is wrong with files and folders that are not looked into, though they are there."""
        self._known = frozenset(self.paths)
        self._problems = (*listing.problems, *self.settings.problems)
        before = earlier.plain if earlier else {}
        self._reader = Reader(config.vault_folder, shown, before, kept=kept)
        self._before = earlier.looked if earlier else ({}, {})
        self._parts: dict[str, Parts] = {}

    @classmethod
    def open(cls, folder: str | Path | None = None) -> Vault:
        """Opens the vault of the project that a folder belongs to, or the folder itself.

        Raises:
            ConfigError: There is no such folder, or the project's settings cannot be used.
        """
        start = Path.cwd() if folder is None else Path(folder)
        if not start.is_dir():
            raise ConfigError(f"{start}: no such folder")
        return cls(find(start))

    def again(self) -> Vault:
        """Reads the vault anew, taking over the notes that have not changed."""
        vault = type(self)(self.config, self)
        same = (vault.paths, vault.excluded, vault.files) == (self.paths, self.excluded, self.files)
        if same and self.config.aliases != "publish":  # which stand in the notes
            vault.__dict__["names"] = self.names
        return vault

    @property
    def plain(self) -> Mapping[str, Note]:
        """The notes that were read so far, and could be; without backlinks."""
        return {p: note for p, note in self._reader.notes.items() if not self._reader.unread(p)}

    @property
    def looked(self) -> tuple[Mapping[str, Seen], Mapping[str, Note]]:
        """What was last seen of the notes, and these with their backlinks, to be taken over."""
        seen, notes = self._before
        return vars(self).get("seen", seen), vars(self).get("notes", notes)

    def __getitem__(self, name: str) -> Note:
        path = self.names.find(name, "").path
        if path in self._known:
            return self.notes[str(path)]
        near = ", ".join(f"`{other}`" for other in self.names.nearest(name))
        raise KeyError(f"no note `{name}`" + (f"; near: {near}" if near else ""))

    def __contains__(self, name: str) -> bool:
        return self.names.find(name, "").path in self._known

    def __iter__(self) -> Iterator[Note]:
        return iter(self.notes.values())

    def __len__(self) -> int:
        return len(self.paths)

    @cached_property
    def names(self) -> Names:
        """What every link target means."""
        paths = (*self.paths, *self.excluded, *self.files)
        publish = self.config.aliases == "publish"
        return Names(paths, _Aliases(self.paths, self._reader) if publish else None)

    @cached_property
    def notes(self) -> Mapping[str, Note]:
        """Every note by its vault path, read in full."""
        from lierne.read.vault.backlinks import backlinks, outgoing  # noqa: PLC0415 - as above

        before = self._before[1]
        linked = backlinks(seen.of(outgoing) for seen in self.seen.values())
        return {
            path: seen.linked(linked.get(path, ()), before.get(path))
            for path, seen in self.seen.items()
        }

    @cached_property
    def seen(self) -> Mapping[str, Seen]:
        """Every note with where its links lead; what was made of it before, if both are the same.

        Without backlinks, so that it stays the same when only other notes change.
        """
        from lierne.read.vault.seen import see  # noqa: PLC0415 - not for tangling

        before, names = self._before[0], self.names
        return {path: see(self._reader.note(path), names, before.get(path)) for path in self.paths}

    def of(self, make: Callable[[Note, Ends], T], path: str) -> T:
        """What a function makes of a note and of where its links lead, kept as long as both hold.

        Args:
            make: A function whose result comes from these two alone.
            path: The note's vault path.
        """
        return self.seen[path].of(make)

    def outlines(self, paths: Iterable[str] | None = None) -> tuple[Outline, ...]:
        """What tangling reads of these notes, or of each note, in the order of their paths."""
        return tuple(map(self._reader.outline, self.paths if paths is None else paths))

    def text(self, path: str) -> Text:
        """A note's text; empty where it cannot be read.

        Raises:
            KeyError: There is no such note.
        """
        if path not in self._known:
            raise KeyError(path)
        return self._reader.text(path)

    def digest(self, path: str) -> bytes:
        """What is the same only as long as a note's bytes are.

        Raises:
            KeyError: There is no such note.
        """
        if path not in self._known:
            raise KeyError(path)
        return self._reader.digest(path)

    def resolve(self, link: Link, source: str) -> Destination:
        """Says where a link leads.

        Args:
            link: Any link or embed; one that leaves the vault leads nowhere, wholly.
            source: The vault path of the note that holds it.
        """
        if link.external:
            return Destination(None, None, None, None, Found(None), whole=True)
        found = self.names.find(link.target, source)
        note = self.notes.get(found.path) if found.path else None
        if note is None or not link.subpath or self._reader.unread(note.path):
            # A picture's `#` is for its style, a PDF's for its page.
            return Destination(found.path, note, None, None, found, found.path is not None)
        if link.block_id is not None:
            block = self._parts_of(note).block(link.block_id)
            return Destination(found.path, note, None, block, found, block is not None)
        heading = self._parts_of(note).heading(link.headings)
        return Destination(found.path, note, heading, None, found, heading is not None)

    def published(self, path: str) -> bool:
        """Whether the site may show a file: a note that allows it, or what such a note uses."""
        if is_note(path):
            return path in self._known and not self._reader.unread(path) and self.of(_allows, path)
        return path in self._used

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the notes, each by itself, and with the vault's files."""
        own = [problem for note in self.notes.values() for problem in note.problems]
        return in_order((*self._problems, *own))

    @cached_property
    def _used(self) -> frozenset[str]:
        shown = [note for path, note in self.notes.items() if self.published(path)]
        uses = {end for note in shown for end in self.seen[note.path].ends}
        return frozenset(self.files) & uses

    def _parts_of(self, note: Note) -> Parts:
        if note.path not in self._parts:
            self._parts[note.path] = Parts(note)
        return self._parts[note.path]


class _Aliases(Mapping[str, Sequence[str]]):
    """The aliases of a vault's notes, which are read only when a link asks for them."""

    def __init__(self, paths: Sequence[str], reader: Reader) -> None:
        self._paths = paths
        self._reader = reader

    def __getitem__(self, path: str) -> Sequence[str]:
        return self._reader.note(path).aliases

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _allows(note: Note, _: Ends) -> bool:
    from lierne.read.front.key import find_front  # noqa: PLC0415 - for the site alone
    from lierne.read.front.values import yes_or_no  # noqa: PLC0415 - as above

    publish = note.find_property("publish")
    if publish is not None:
        return yes_or_no(publish.value) is True
    # Properties that cannot be read might forbid it.
    front = find_front(note.text.string)
    hidden = "publish" in note.text.string[front.start : front.end].lower()
    return not (hidden and any(problem.code.startswith("P") for problem in note.problems))
