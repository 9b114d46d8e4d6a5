"""Where a link leads: names of files, headings and block ids, compared as Obsidian compares them.

Obsidian's source is closed; the rules are those that its behaviour shows. Each step of `Names.find`
stands as a table of cases in `tests/read/fixtures/resolve.md`.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from lierne.read.near import Near

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lierne.read.note import BlockId, Heading, Note

NOTE_ENDING = ".md"
_BLANKS = str.maketrans("\u00a0\u202f", "  ")
# Apostrophe, hyphen and underscore stay: a heading's other punctuation counts as a blank.
_MARKS = re.compile(r"""[!"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\s]+""")


@dataclass(frozen=True, slots=True)
class Found:
    """Which file a link's target names."""

    path: str | None
    """Its vault path, None where there is no such file."""
    candidates: tuple[str, ...] = ()
    """Every file that the target may mean, the chosen one first."""
    alias: bool = False
    """Whether only an alias led there, which works on Obsidian Publish and not in Obsidian."""

    @property
    def ambiguous(self) -> bool:
        """Whether the target means several files."""
        return len(self.candidates) > 1


def name_key(name: str) -> str:
    """What is compared of a file's name or path: two that differ only by case are one name.

    Not `casefold`, which would join `Straße` and `strasse`; and in no language's own way, so
    that `istanbul` is not `İstanbul`.
    """
    if name.isascii():
        return name.lower()
    return normalize("NFC", name.translate(_BLANKS)).lower()


@lru_cache(maxsize=1 << 14)  # links into notes ask for the same ones again and again
def heading_key(text: str) -> str:
    """What is compared of a heading: `C# basics` and `c basics` are one heading."""
    return _MARKS.sub(" ", normalize("NFC", text)).strip().lower()


def is_note(path: str) -> bool:
    """Whether a file is a note, by its ending."""
    return path[-3:].lower() == NOTE_ENDING


class Names:
    """The names of all files of a vault, notes and attachments, and what each link target means."""

    def __init__(
        self, paths: Iterable[str], aliases: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Takes the vault path of every file.

        Args:
            paths: Vault paths, with `/` and their endings.
            aliases: Other names of notes, by vault path, where they are to resolve links. Looked
                at only when a name is not that of a file.
        """
        self._files: dict[str, list[tuple[str, str]]] = {}
        self._aliases = aliases
        self._found: dict[tuple[str, str], Found] = {}
        self._meant: dict[tuple[str, int], list[str]] = {}
        for path in sorted(paths, key=_by_length):
            key, name = _key_and_name(path)
            self._files.setdefault(name, []).append((key, path))

    def __iter__(self) -> Iterator[str]:
        return (path for files in self._files.values() for _, path in files)

    def find(self, target: str, source: str) -> Found:
        """Says which file a link names.

        Args:
            target: What stands in the link, in any of its forms; what follows `#` is not looked at.
            source: The vault path of the note that links.
        """
        written = target.partition("#")[0].translate(_BLANKS).strip()
        if not written:
            return Found(source, (source,))
        # Of the linking note only its folder counts.
        asked = written, source.rpartition("/")[0]
        if asked not in self._found:
            self._found[asked] = self._find(written, source)
        return self._found[asked]

    def _find(self, written: str, source: str) -> Found:
        matches = self._matches(written, source)
        if matches:
            return _chosen(matches, written)
        aliased = _near_first(self._aliased(name_key(written)), source)
        return Found(aliased[0], tuple(aliased), alias=True) if aliased else Found(None)

    def nearest(self, target: str, most: int = 3) -> list[str]:
        """The names that somebody who wrote `target` may have meant, as a link would write them."""
        if (target, most) not in self._meant:
            self._meant[target, most] = self._nearest(target, most)
        return self._meant[target, most]

    def _nearest(self, target: str, most: int) -> list[str]:
        name = _last(normalize("NFC", target.partition("#")[0].strip()))
        likely = dict.fromkeys((*self._endings.get(name_key(name), ()), *self._near.to(name, most)))
        return [written for other in likely for written in self._written[other]][:most]

    def shortest(self, path: str) -> str:
        """The shortest text that names this file from everywhere: its name, or its path."""
        same = self._files.get(_last(name_key(path)), ())
        text = _last(path) if len(same) == 1 else path
        bare = text[: -len(NOTE_ENDING)] if is_note(text) else text
        return bare if self.find(bare, "").path == path else text

    def _matches(self, written: str, source: str) -> list[str]:
        wanted, name = _key_and_name(written)
        files = self._files.get(name) if "." in name else None
        if not files:
            # The ending first, then lower case: only so does `ΣΑΣ` keep its last letter.
            wanted, name = _key_and_name(written + NOTE_ENDING)
            files = self._files.get(name, [])
        if not files or (wanted == name and len(files) == 1):
            return [path for _, path in files]
        if wanted.startswith(("./", "../")):
            there = posixpath.normpath(posixpath.join(posixpath.dirname(name_key(source)), wanted))
            beside = [path for key, path in files if key == there]
            if beside:
                return beside
        exact = [path for key, path in files if key == wanted.removeprefix("/")]
        if exact or wanted.startswith("/"):
            return exact
        ends = [path for key, path in files if key.endswith("/" + wanted)]
        return _near_first(ends, source)

    def _aliased(self, wanted: str) -> list[str]:
        if wanted.startswith("/"):
            return []
        return self._by_alias.get(wanted) or self._by_alias.get(_last(wanted)) or []

    @cached_property
    def _by_alias(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        aliases = self._aliases or {}
        for path in sorted(aliases, key=_by_length):
            for key in dict.fromkeys(map(name_key, aliases[path])):
                found.setdefault(key, []).append(path)
        return found

    @cached_property
    def _written(self) -> dict[str, list[str]]:
        """How links write the files, by name without folder: several where they share one."""
        written: dict[str, list[str]] = {}
        for text in map(self.shortest, self):
            written.setdefault(_last(normalize("NFC", text)), []).append(text)
        return written

    @cached_property
    def _endings(self) -> dict[str, list[str]]:
        """The attachments by what they are called without their ending."""
        endings: dict[str, list[str]] = {}
        for path in self:
            if not is_note(path):
                name = normalize("NFC", _last(path))
                endings.setdefault(name_key(name.rpartition(".")[0]), []).append(name)
        return endings

    @cached_property
    def _near(self) -> Near:
        return Near(self._written)


class Parts:
    """The headings and blocks of one note that links can name."""

    def __init__(self, note: Note) -> None:
        """Takes a note; each part is looked at once."""
        self._headings = note.headings
        self._at: dict[tuple[str, int], list[int]] = {}
        for number, heading in enumerate(note.headings):
            self._at.setdefault((heading_key(heading.raw), heading.level), []).append(number)
        self._blocks = {block.name.lower(): block for block in reversed(note.block_ids)}

    def heading(self, headings: Sequence[str]) -> Heading | None:
        """The heading that a path of headings leads to, each below the one before it.

        The first that fits is taken, also where a later one would let the rest of the path fit.
        """
        found: Heading | None = None
        number = -1
        for text in headings:
            level = found.level if found else 0
            fit = self._after(number, heading_key(text), level)
            if fit is None:
                return None
            number, found = fit, self._headings[fit]
        return found

    def block(self, block_id: str) -> BlockId | None:
        """What a `^id` names; case does not count."""
        return self._blocks.get(block_id.lower())

    def _after(self, number: int, key: str, level: int) -> int | None:
        """The next heading of that key and of a lower rank than `level`."""
        fits: list[int] = []
        for lower in range(level + 1, 7):
            numbers = self._at.get((key, lower), [])
            next_one = bisect_right(numbers, number)
            fits += numbers[next_one : next_one + 1]
        return min(fits, default=None)


def _key_and_name(path: str) -> tuple[str, str]:
    key = name_key(path)
    return key, _last(key)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _by_length(path: str) -> tuple[int, str]:
    # Counted as Obsidian counts, in UTF-16: a folder named by one emoji is as long as `ab`.
    return len(path.encode("utf-16-le", "surrogatepass")) // 2, path


def _near_first(paths: Sequence[str], source: str) -> list[str]:
    folder = name_key(source).rpartition("/")[0]
    if not folder:
        return list(paths)
    return sorted(paths, key=lambda path: not name_key(path).startswith(folder + "/"))


def _chosen(matches: Sequence[str], written: str) -> Found:
    # Where two files differ only by case, the one that is written as the link is meant.
    asked = written.removeprefix("/")
    same = [path for path in matches if path in (asked, asked + NOTE_ENDING)]
    ordered = tuple(dict.fromkeys((*same, *matches)))
    return Found(ordered[0], ordered)
