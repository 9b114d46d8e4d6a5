"""Links and embeds that lead nowhere, or somewhere else than they seem to."""

from __future__ import annotations

import posixpath
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING
from unicodedata import normalize

from lierne.base.problem import Kind, Problem, Severity, nearest
from lierne.graph.build import is_attachment
from lierne.read.resolve import find_heading, is_note, name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.read.note import Link, Note
    from lierne.read.vault import Destination, Vault

NOT_WRITTEN = Kind("L101", Severity.HINT, "a link to a note that is not written yet")
DEAD_HEADING = Kind("L102", Severity.WARNING, "a link to a heading that is not there")
DEAD_BLOCK = Kind("L103", Severity.WARNING, "a link to a block that is not there")
MISSING_FILE = Kind("L104", Severity.WARNING, "a picture or other attachment that is not there")
AMBIGUOUS = Kind("L105", Severity.WARNING, "a link whose name several files have")
OTHER_CASE = Kind("L106", Severity.HINT, "a link in other capitals than the file's name")
NO_ADDRESS = Kind("L107", Severity.HINT, "a web address written as the name of a note")
ALIAS = Kind("L108", Severity.HINT, "a link by an alias, which does not lead to the note")
ALIAS_FOUND = Kind("L109", Severity.WARNING, "a link by an alias, found here and not in Obsidian")

_WEB = re.compile(r"(?:https?://|^www\.)[^\s()<>\[\]]+", re.IGNORECASE)
_DIGITS = re.compile(r"[\d.:\-]+")
# What cannot stand in a link, and is a blank there.
_UNWRITTEN = re.compile(r"[:#|^\\]|%%|\[\[|\]\]")
_ALIKE = 0.8


class Links:
    """Looks at the links of a vault's notes."""

    def __init__(self, vault: Vault) -> None:
        """Takes a vault; nothing is read before it is asked for."""
        self._vault = vault
        self._near: dict[str, list[str]] = {}
        self._aliases: dict[str, list[str]] = {}
        for note in vault:
            for alias in note.aliases:
                self._aliases.setdefault(name_key(alias), []).append(note.path)

    def problems(self, note: Note) -> Iterator[Problem]:
        """What is wrong with one note's links, each time that it is wrong."""
        planned: set[str] = set()  # but a plan is a plan once a note
        for link in note.links:
            for problem in () if link.external else self._of_link(note, link):
                if problem.kind is not NOT_WRITTEN or problem.message not in planned:
                    planned.add(problem.message)
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
            yield from _inside(link, there.note)

    def _missing(self, note: Note, link: Link) -> Problem | None:
        address = _WEB.search(link.target)
        if address is not None:
            message = f"`{link.target}` is taken for the name of a note, not for an address"
            there = address[0] if "://" in address[0] else f"https://{address[0]}"
            return Problem(NO_ADDRESS, link.place, message, f"write `[text]({there})`")
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
        help_ = f"did you mean {_either(near)}?" if near else "write it, or leave it as a plan"
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
            return f"did you mean {_either(near)}?"
        return "put the file into the vault, or take the link out"

    def _alike(self, target: str) -> list[str]:
        key = name_key(target)
        if key not in self._near:
            self._near[key] = _close(key.rpartition("/")[2], self._vault.names.nearest(target))
        return self._near[key]

    def _alias(self, link: Link, paths: list[str]) -> Problem:
        names = [self._vault.names.shortest(path) for path in paths]
        message = f"`{link.target}` is only an alias of {_either(names)}, and links do not go by it"
        written = [f"[[{name}|{link.text or link.target}]]" for name in names]
        return Problem(ALIAS, link.place, message, f"write {_either(written)}")

    def _alias_found(self, link: Link, there: Destination) -> Problem:
        names = [self._vault.names.shortest(path) for path in there.found.candidates]
        message = f"`{link.target}` is an alias of {_either(names)}: Obsidian does not find it"
        written = [f"[[{name}|{link.text or link.target}]]" for name in names]
        return Problem(ALIAS_FOUND, link.place, message, f"write {_either(written)}")

    def _ambiguous(self, link: Link, there: Destination) -> Problem:
        others = _either(list(there.found.candidates))
        message = f"`{link.target}` may be {others}; the first is taken"
        written = [self._vault.names.shortest(path) for path in there.found.candidates]
        return Problem(AMBIGUOUS, link.place, message, f"write {_either(written)}")

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


def _inside(link: Link, note: Note) -> Iterator[Problem]:
    """A heading or block that a note has not; a footnote or an empty `#` is left alone."""
    if link.block_id is not None:
        message = f"there is no block `^{link.block_id}` in `{note.text.path}`"
        near = nearest(link.block_id, (block.name for block in note.block_ids))
        help_ = f"put `^{link.block_id}` after the paragraph that is meant"
        if near:
            help_ = f"did you mean {_either([f'^{name}' for name in near])}?"
        yield Problem(DEAD_BLOCK, link.place, message, help_)
    elif link.headings and not link.subpath.startswith("[^"):
        done = 0
        while find_heading(note, link.headings[: done + 1]) is not None:
            done += 1
        yield _dead_heading(link, note, link.headings[done], link.headings[:done])


def _dead_heading(link: Link, note: Note, heading: str, above: tuple[str, ...]) -> Problem:
    under = f" under `{'#'.join(above)}`" if above else ""
    message = f"there is no heading `{heading}`{under} in `{note.text.path}`"
    written = list(
        dict.fromkeys(" ".join(_UNWRITTEN.sub(" ", h.raw).split()) for h in note.headings)
    )
    near = nearest(heading, written)
    if near:
        help_ = f"did you mean {_either([f'#{title}' for title in near])}?"
    elif written:
        help_ = f"its headings are {_list(written)}"
    else:
        help_ = "the note has no headings"
    return Problem(DEAD_HEADING, link.place, message, help_)


def _close(name: str, others: list[str]) -> list[str]:
    """The names that are near enough to be meant, although the note may just not be there yet."""
    keys = {other: name_key(other).rpartition("/")[2] for other in others}
    same = [other for other, key in keys.items() if key == name]
    if same:
        return same
    # Names that differ in their numbers alone (of pictures, of days) are names of different things.
    return [
        other
        for other, key in keys.items()
        if SequenceMatcher(None, name, key).ratio() >= _ALIKE
        and _DIGITS.sub("", name) != _DIGITS.sub("", key)
    ]


def _is_file(link: Link) -> bool:
    """Whether a missing target was to be a file rather than a note."""
    stem, dot, ending = link.target.rpartition("/")[2].rpartition(".")
    if not (stem and dot) or ending.lower() == "md":
        return False
    if is_attachment(link.target):
        return True
    return (link.embed or not link.wiki) and ending.isalnum() and len(ending) < len("markdown")


def _either(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _list(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"`{name}`" for name in names[:most]) + more
