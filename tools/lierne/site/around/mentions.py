"""Who says a note's name and does not link it: links that were perhaps forgotten."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from lierne.base.disk import digest
from lierne.site.about import title_of
from lierne.site.around.quote import paragraph
from lierne.site.links import internal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lierne.read.note import Note

    _Seen = Mapping[str, Sequence[int]]
    """The numbers of a note's tokens that name a note, by the note that they name."""

    Keep = Callable[[str, str, tuple[Any, ...], Callable[[], str]], str]
    """Gives what was made of what, for which note, of all that it depends on; or makes it."""

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
# Turkish has two letters i, and capitals of both; a hyphen and a blank are the same to a reader.
_SAME = str.maketrans(
    {
        **dict.fromkeys("I\u0130\u0131", "i"),
        **dict.fromkeys("\n\t\u00a0-\u2010\u2011\u2013", " "),
        "\u03c2": "\u03c3",  # the Greek s at the end of a word
    }
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


@dataclass(frozen=True, slots=True)
class _Node:
    """A branch of the tree of all names, word by word."""

    names: list[_Name] = field(default_factory=list)
    """Those that end here."""
    after: dict[str, _Node] = field(default_factory=dict)
    """Where they go on, by the next word."""


class _Names:
    """Finds the names of notes in a text, in one pass whatever their number."""

    def __init__(self, notes: Mapping[str, Note]) -> None:
        self.all = tuple(name for note in notes.values() for name in _names_of(note))
        said = [(name.folded, name.exact, name.note) for name in self.all]
        self.digest = digest(json.dumps(said).encode())
        """What is the same as long as all names are."""
        self._tree = _Node()
        for name in self.all:
            node, before = self._tree, 0
            for word in _WORD.finditer(name.folded):
                # With what parts it from the word before.
                node = node.after.setdefault(name.folded[before : word.end()], _Node())
                before = word.end()
            node.names.append(name)

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where which notes are named: start, end, note. Of two that overlap, the longer one."""
        folded = _folded(text)
        words = list(_WORD.finditer(folded))
        past = 0
        for at, word in enumerate(words):
            if word.start() >= past and (node := self._tree.after.get(word[0])) is not None:
                for name in self._longest(node, text, folded, words, at):
                    past = word.start() + len(name.folded)
                    yield word.start(), past, name.note

    def _longest(
        self, node: _Node | None, text: str, folded: str, words: Sequence[re.Match[str]], at: int
    ) -> Sequence[_Name]:
        found: list[_Name] = []
        start = words[at].start()
        while node is not None:
            end = words[at].end()
            if node.names:
                as_written = ("", text[start:end])
                found = [name for name in node.names if name.exact in as_written] or found
            at += 1
            if at == len(words):
                break
            node = node.after.get(folded[end : words[at].end()])
        return found


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
    return text.translate(_SAME).lower()


def _composed(text: str) -> str:
    return normalize("NFC", text)
