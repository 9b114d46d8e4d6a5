"""Links and embeds that lead nowhere, or somewhere else than they seem to."""

from __future__ import annotations

import posixpath
import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from lierne.base.problem import Kind, Problem, Severity, either
from lierne.check.inside import Inside
from lierne.graph.build import is_attachment, unresolved_id
from lierne.read.resolve import is_note, name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.read.note import Link, Note
    from lierne.read.vault.vault import Destination, Vault

NOT_WRITTEN = Kind("L101", Severity.HINT, "a link to a note that is not written yet")
MISSING_FILE = Kind("L104", Severity.WARNING, "a picture or other attachment that is not there")
AMBIGUOUS = Kind("L105", Severity.WARNING, "a link whose name several files have")
OTHER_CASE = Kind("L106", Severity.HINT, "a link in other capitals than the file's name")
NO_ADDRESS = Kind("L107", Severity.HINT, "a web address written as the name of a note")
ALIAS = Kind("L108", Severity.HINT, "a link by an alias, which does not lead to the note")
ALIAS_FOUND = Kind("L109", Severity.WARNING, "a link by an alias, found here and not in Obsidian")

_WEB = re.compile(r"(?:https?://|^www\.)[^\s()<>\[\]]+", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_ALIKE = 0.8


class Links:
    """Looks at the links of a vault's notes."""

    def __init__(self, vault: Vault) -> None:
        """Takes a vault; nothing is read before it is asked for."""
        self._vault = vault
        self._near: dict[str, list[str]] = {}
        self._inside: dict[str, Inside] = {}
        self._aliases: dict[str, list[str]] = {}
        for note in vault:
            for alias in note.aliases:
                self._aliases.setdefault(name_key(alias), []).append(note.path)

    def problems(self, note: Note) -> Iterator[Problem]:
        """What is wrong with one note's links, each time that it is wrong."""
        planned: set[str] = set()  # but a plan is a plan once a note
        for link in note.links:
            concept = unresolved_id(link.target)
            for problem in () if link.external else self._of_link(note, link):
                if problem.kind is not NOT_WRITTEN or concept not in planned:
                    planned.add(concept)
                    yield problem

    def _of_link(self, note: Note, link: Link) -> Iterator[Problem]:
        if not (link.target or link.subpath):
            if link.embed:
                help_ = "write the file's name between the round brackets"
                yield Problem(MISSING_FILE, link.place, "this picture names no file", help_)
            return
        there = self._vault.resolve(link, note.path)
        if there.path is None:
            missing = self._missing(note, link)
            if missing is not None:
                yield missing
            return
        if there.found.alias:
            yield self._alias_found(link, there)
        elif there.found.ambiguous:
            yield self._ambiguous(link, there)
        else:
            yield from self._spelling(link, there.path)
        if there.note is not None and not there.whole:
            problem = self._inside_of(there.note).problem(link)
            if problem is not None:
                yield problem

    def _inside_of(self, note: Note) -> Inside:
        if note.path not in self._inside:
            self._inside[note.path] = Inside(note)
        return self._inside[note.path]

    def _missing(self, note: Note, link: Link) -> Problem | None:
        address = _WEB.search(link.target)
        if address is not None:
            message = f"`{link.target}` is taken for the name of a note, not for an address"
            there = address[0] if "://" in address[0] else f"https://{address[0]}"
            written = f"{'!' * link.embed}[{link.text or 'text'}]({there})"
            return Problem(NO_ADDRESS, link.place, message, f"write `{written}`")
        if self._on_disk(note, link):
            return None
        if _is_file(link):
            message = f"there is no file `{link.target}`"
            return Problem(MISSING_FILE, link.place, message, self._file_help(link))
        aliased = self._aliases.get(name_key(link.target))
        if aliased:
            return self._alias(link, aliased)
        message = f"there is no note `{link.target}` yet"
        near = self._alike(link.target)
        help_ = f"did you mean {either(near)}?" if near else "write it, or leave it as a plan"
        return Problem(NOT_WRITTEN, link.place, message, help_)

    def _on_disk(self, note: Note, link: Link) -> bool:
        # Markdown's own links may also name a folder, or a file that is no part of the vault.
        if link.wiki or "\0" in link.target:
            return False
        folder = "" if link.target.startswith("/") else posixpath.dirname(note.path)
        path = self._vault.config.vault_folder / folder / link.target.lstrip("/")
        try:
            return path.exists()
        except (OSError, ValueError):
            return False

    def _file_help(self, link: Link) -> str:
        near = self._alike(link.target)
        if near:
            return f"did you mean {either(near)}?"
        return "put the file into the vault, or take the link out"

    def _alike(self, target: str) -> list[str]:
        key = name_key(target)
        if key not in self._near:
            near = tuple(self._vault.names.nearest(target))
            self._near[key] = _close(key.rpartition("/")[2], near)
        return self._near[key]

    def _alias(self, link: Link, paths: list[str]) -> Problem:
        names = [self._vault.names.shortest(path) for path in paths]
        message = f"`{link.target}` is only an alias of {either(names)}, and links do not go by it"
        written = [f"[[{name}|{link.text or link.target}]]" for name in names]
        return Problem(ALIAS, link.place, message, f"write {either(written)}")

    def _alias_found(self, link: Link, there: Destination) -> Problem:
        names = [self._vault.names.shortest(path) for path in there.found.candidates]
        message = f"`{link.target}` is an alias of {either(names)}: Obsidian does not find it"
        written = [f"[[{name}|{link.text or link.target}]]" for name in names]
        return Problem(ALIAS_FOUND, link.place, message, f"write {either(written)}")

    def _ambiguous(self, link: Link, there: Destination) -> Problem:
        candidates = there.found.candidates
        message = f"`{link.target}` may be {either(candidates)}; the first is taken"
        written = [self._vault.names.shortest(path) for path in candidates]
        return Problem(AMBIGUOUS, link.place, message, f"write {either(written)}")

    def _spelling(self, link: Link, path: str) -> Iterator[Problem]:
        if link.wiki and is_note(path):
            return  # between notes, capitals are nobody's business but Obsidian's, and do not count
        written = normalize("NFC", link.target.rpartition("/")[2].strip())
        name = normalize("NFC", path.rpartition("/")[2])
        if is_note(name) and not is_note(written):
            name = name[:-3]
        if written != name and name_key(written) == name_key(name):
            message = f"`{written}` is found as `{name}`"
            help_ = f"write `{name}`: other programs tell capital and small letters apart"
            yield Problem(OTHER_CASE, link.place, message, help_)


@lru_cache(maxsize=2**12)  # who watches asks again after each save
def _close(name: str, others: tuple[str, ...]) -> list[str]:
    """The names that are near enough to be meant, although the note may just not be there yet."""
    keys = {other: name_key(other).rpartition("/")[2] for other in others}
    same = [other for other, key in keys.items() if name in (key, _without_ending(key))]
    if same:
        return same
    # Names with different numbers (of pictures, of days) are names of different things.
    return [
        other
        for other, key in keys.items()
        if _NUMBER.findall(name) == _NUMBER.findall(key)
        and SequenceMatcher(None, name, key).ratio() >= _ALIKE
    ]


def _without_ending(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    return name if ending.isdecimal() else stem or name


def _is_file(link: Link) -> bool:
    """Whether a missing target was to be a file rather than a note."""
    stem, dot, ending = link.target.rpartition("/")[2].rpartition(".")
    if not (stem and dot) or ending.lower() == "md":
        return False
    if is_attachment(link.target):
        return True
    return (link.embed or not link.wiki) and ending.isalnum() and len(ending) < len("markdown")
