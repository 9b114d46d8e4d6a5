"""Who says a note's name and does not link it: links that were perhaps forgotten."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from unicodedata import normalize

from lierne.base.disk import digest
from lierne.site.about import title_of
from lierne.site.around.quote import paragraph
from lierne.site.links import internal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lierne.read.note import Note
    from lierne.site.around.quote import Keep

    _Seen = Mapping[str, Sequence[int]]
    """The numbers of a note's tokens that name a note, by the note that they name."""

MOST_SHOWN = 12
"""How many notes are shown; the rest is counted."""
COMMON = 10
"""A name that more notes than these, and more than a quarter of all, say without a link is a word
like others, and no such list is worth reading."""
SHORT = 3
"""Names of so few letters count only as they are written: `RNN`, but not `set` for a note `Set`."""

# Chinese and Japanese put no blanks between words: there, each letter is one.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
_SAME = (
    ("\u0131", "i"),  # Turkish has two letters i, and capitals of both
    ("\u03c2", "\u03c3"),  # the Greek s at the end of a word
    *((blank, " ") for blank in "\n\t\u00a0-\u2010\u2011\u2013"),  # hyphens are to a reader, too
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A note that says a name."""

    source: str
    """Its vault path."""
    sentence: str
    """The first sentence that does, as HTML."""


@dataclass(frozen=True, slots=True)
class _Name:
    """One name of a note."""

    folded: str
    exact: str
    """How it must be written; empty where capitals do not count."""
    note: str


class _Names:
    """Finds the names of notes in a text, in one pass whatever their number."""

    def __init__(self, notes: Mapping[str, Note]) -> None:
        self.all = tuple(name for note in notes.values() for name in _names_of(note))
        said = [(name.folded, name.exact, name.note) for name in self.all]
        self.digest = digest(json.dumps(said).encode())
        """What is the same as long as all names are."""
        self._by_text: dict[str, list[_Name]] = {}
        for name in self.all:
            self._by_text.setdefault(name.folded, []).append(name)
        self._around = self._rarest()

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where which notes are named: start, end, note. Of two that overlap, the longer one."""
        folded = _folded(text)
        past = 0
        for start, end in sorted(self._likely(folded), key=lambda ends: (ends[0], -ends[1])):
            if start >= past:
                as_written = ("", text[start:end])
                for name in self._by_text.get(folded[start:end], ()):
                    if name.exact in as_written:
                        past = end
                        yield start, end, name.note

    def _likely(self, folded: str) -> set[tuple[int, int]]:
        """The places that a name of the same rarest word and as many others would have."""
        written = _WORD.findall(folded)
        rare = [at for at, word in enumerate(written) if word in self._around]
        if not rare:
            return set()
        words = list(_WORD.finditer(folded))
        return {
            (words[at - before].start(), words[at + after].end())
            for at in rare
            for before, after in self._around[written[at]]
            if before <= at < len(words) - after
        }

    def _rarest(self) -> Mapping[str, set[tuple[int, int]]]:
        """The rarest word of each name, with how many of its words stand before and after it."""
        texts = [_WORD.findall(text) for text in self._by_text]
        count = Counter(word for words in texts for word in words)
        around: dict[str, set[tuple[int, int]]] = {}
        for words in texts:
            at = min(range(len(words)), key=lambda at: count[words[at]])
            around.setdefault(words[at], set()).add((at, len(words) - 1 - at))
        return around


class Mentions:
    """The unlinked mentions of the notes of a site."""

    def __init__(self, notes: Mapping[str, Note], keep: Keep) -> None:
        """Looks through all notes, or through those that have changed.

        Args:
            notes: The published notes, by vault path.
            keep: Keeps what was found in each.
        """
        self._notes = notes
        self._names = _Names(notes)
        self.names = self._names.digest
        """What is the same as long as all names of notes are."""
        self._by_note: dict[str, dict[str, Sequence[int]]] = {}
        for path, note in notes.items():
            given = self.names, digest(note.text.data)
            seen: _Seen = json.loads(keep("mentions", path, given, partial(self._look, note)))
            for named, tokens in seen.items():
                self._by_note.setdefault(named, {})[path] = tokens

    def signs(self, path: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Which notes seem to name a note, and where: what the mentions of it are made of."""
        return tuple((source, tuple(at)) for source, at in self._by_note.get(path, {}).items())

    def of(self, path: str) -> tuple[Mention, ...]:
        """The notes that name a note and link to it nowhere, in the order of their paths."""
        linked = {path, *(backlink.source for backlink in self._notes[path].backlinks)}
        sources = {s: at for s, at in self._by_note.get(path, {}).items() if s not in linked}
        found = tuple(
            Mention(source, sentence)
            for source, tokens in sources.items()
            if (sentence := self._sentence(path, source, tokens))
        )
        return () if len(found) > max(COMMON, len(self._notes) // 4) else found

    def _look(self, note: Note) -> str:
        # In the text with all its marks, which is quick and finds some too many.
        found: dict[str, list[int]] = {}
        for number, token in enumerate(note.tokens):
            if token.type == "inline":
                text = " ".join(_composed(token.content).split())
                for _, _, named in self._names.find(text):
                    if named != note.path:
                        found.setdefault(named, []).append(number)
        return json.dumps(found)

    def _sentence(self, path: str, source: str, tokens: Sequence[int]) -> str:
        for number in tokens:
            read = paragraph(self._notes[source].tokens[number].children or ())
            for start, end, named in self._names.find(read.free()):
                if named == path:
                    return read.around(start, end)
        return ""


def mentions(
    found: Sequence[Mention], title: Callable[[str], str], href: Callable[[str], str]
) -> str:
    """The notes that name this one, folded: they are for who writes, more than for who reads.

    Args:
        found: What was found.
        title: A note's title, by its vault path.
        href: The address of a note's page as this page writes it, by its vault path.
    """
    if not found:
        return ""
    items = "".join(
        f"<li>{internal(href(one.source), title(one.source))}<p>{one.sentence}</p></li>\n"
        for one in found[:MOST_SHOWN]
    )
    more = len(found) - MOST_SHOWN
    rest = f"<p>and {more} more</p>\n" if more > 0 else ""
    count = "One note names" if len(found) == 1 else f"{len(found)} notes name"
    return (
        '<section class="lierne-mentions" data-search-exclude>\n'
        f"<details><summary>{count} this without a link</summary>\n"
        f"<ul>\n{items}</ul>\n{rest}</details>\n</section>\n"
    )


def _names_of(note: Note) -> Iterator[_Name]:
    given = note.name, title_of(note), *note.aliases
    names = dict.fromkeys(" ".join(name.split()) for name in given)
    seen = set()
    for name in map(_stripped, names):
        folded = _folded(name)
        letters = sum(map(str.isalpha, folded))
        if folded not in seen and (letters > 1 or re.search(f"[{_CJK}]", folded)):
            seen.add(folded)
            yield _Name(folded, name if letters <= SHORT else "", note.path)


def _stripped(name: str) -> str:
    name = _composed(name)
    words = list(_WORD.finditer(name))
    return name[words[0].start() : words[-1].end()] if words else ""


def _folded(text: str) -> str:
    # As long as the text itself, so that places in one are places in the other.
    text = text.replace("\u0130", "i").lower()
    for one, other in _SAME:
        text = text.replace(one, other)
    return text


def _composed(text: str) -> str:
    return normalize("NFC", text)
