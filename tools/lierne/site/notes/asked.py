"""What the making of a page asks about the rest of the site, kept with the answers.

A page's text depends on its own note, and on nothing else but the answers to these questions: they
are the only way to it. As long as each is answered as before, the page is what it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, TypeVarTuple, cast

from lierne.base.problem import Place
from lierne.read.note import Link
from lierne.site.blocks.names import Woven

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lierne.code.chunks import Reference
    from lierne.read.vault.vault import Destination, Vault
    from lierne.site.blocks.anchors import Anchors
    from lierne.site.blocks.names import Names
    from lierne.site.blocks.spans import Span, Spans

T = TypeVar("T")
About = TypeVarTuple("About")

Answers: TypeAlias = "Mapping[tuple[Callable[..., Any], tuple[Any, ...]], Any]"
"""By question, and what it was asked about."""

_NOWHERE = Place("")


class Href(Protocol):
    """Says where something stands, as seen from the page that is being made."""

    def __call__(self, path: str, anchor: str) -> str | None:
        """The relative URL, None for what is not on the site.

        Args:
            path: The vault path of a note or attachment; the path of a target; or `#` and the
                name of a tag, for the page that lists its notes.
            anchor: An id on that page without `#`, or empty.
        """


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a page asks: what is known of the site as it is now, seen from that page."""

    vault: Vault
    href: Href
    spans: Spans
    """Where the blocks of notes lie in the targets."""
    anchors: Anchors
    """The ids of the blocks on their notes' pages."""
    names: Names | None = None
    """What stands behind the names in blocks of code."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a link leads, as far as a page shows it."""

    path: str | None
    """The vault path of the file, None where there is none."""
    note: bool = False
    """Whether it is a note."""
    anchor: str = ""
    """The id of the heading or block that the link names, where that is there."""
    title: str = ""
    """What that heading says."""
    whole: bool = False
    """Whether everything is there that the link asks for: file, and heading or block."""

    @property
    def name(self) -> str:
        """What the file is called, a note without its ending."""
        name = (self.path or "").rpartition("/")[2]
        return name[:-3] if self.note and name.lower().endswith(".md") else name


class Asked:
    """The questions that one page has asked so far, each with its answer."""

    def __init__(self, known: Known) -> None:
        """Takes whom to ask; nothing is asked yet."""
        self._known = known
        self._answers: dict[tuple[Callable[..., Any], tuple[Any, ...]], Any] = {}

    @property
    def answers(self) -> Answers:
        """Every question with what it was asked about, and its answer."""
        return self._answers

    def ask(self, question: Callable[[Known, *About], T], *about: *About) -> T:
        """Asks a question, and remembers the answer.

        Args:
            question: A function of this module, or one like it: what it is asked about is plain
                texts and numbers, and two of its answers can be compared.
            about: What it is asked about.
        """
        key = question, about
        if key not in self._answers:
            self._answers[key] = question(self._known, *about)
        return cast("T", self._answers[key])

    def destination(self, link: Link, source: str) -> Destination:
        """All that a link leads to, so that each change of that note counts."""
        if (path := self.ask(lead, source, link.target, link.subpath).path) is not None:
            self.ask(digest, path)
        return self._known.vault.resolve(link, source)


def hold(answers: Answers, known: Known) -> bool:
    """Whether every question is still answered as it was."""
    return all(question(known, *about) == answer for (question, about), answer in answers.items())


# The questions, each with what it is asked about.


def lead(known: Known, source: str, target: str, subpath: str) -> Lead:
    """Where a link of a note leads that does not leave the vault."""
    found = known.vault.resolve(Link(target, subpath, None, _NOWHERE), source)
    part = found.heading or found.block
    return Lead(
        found.path,
        note=found.note is not None,
        anchor=part.anchor if part else "",
        title=found.heading.title if found.heading else "",
        whole=found.whole,
    )


def href(known: Known, path: str, anchor: str) -> str | None:
    """How the page writes the address of something, None for what is not on the site."""
    return known.href(path, anchor)


def spans(known: Known, note: str, number: int) -> tuple[Span, ...]:
    """Where a block lies in the targets."""
    return known.spans.of(note, number)


def anchors(known: Known, note: str) -> tuple[str, ...]:
    """The ids of a note's blocks on its page."""
    return known.anchors.of(note)


def references(known: Known, note: str, number: int) -> tuple[tuple[Reference, str, str], ...]:
    """The references of a block, each with the note and the id that it leads to."""
    return tuple(known.anchors.references(note, known.vault.notes[note].blocks[number]))


def woven(known: Known, note: str, number: int) -> Woven:
    """How a block hangs together with others: names, chunks, and who uses what it defines."""
    return known.names.of(note, number) if known.names else Woven()


def digest(known: Known, note: str) -> bytes:
    """What is the same as long as the note's text is."""
    return known.vault.digest(note)


def strict_line_breaks(known: Known) -> bool:
    """Whether a line's end in a paragraph is no more than a blank."""
    return known.vault.settings.strict_line_breaks


def loads_pictures(known: Known) -> bool:
    """Whether pictures of other hosts are shown."""
    return known.vault.config.images == "load"
