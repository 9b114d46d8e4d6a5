"""A page while it is being made: what is gathered, and whose content is being written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lierne.base.problem import Problem
from lierne.site.notes import asked as questions

if TYPE_CHECKING:
    from lierne.base.problem import Kind, Place
    from lierne.read.note import Link, Note
    from lierne.site.notes.asked import Asked, Lead


@dataclass(slots=True)
class Draft:
    """Everything that one page gathers while its notes are written."""

    asked: Asked
    """What it asked about the rest of the site."""
    problems: list[Problem] = field(default_factory=list)
    attachments: set[str] = field(default_factory=set)
    embedded: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    math: set[str] = field(default_factory=set)
    mermaid: bool = False
    heat: bool = False
    """Whether a picture's numbers stand beside it, to be explored."""
    embeds: int = 0
    """How many notes, sections and blocks stand in the page so far."""
    size: int = 0
    """How many characters of HTML they have taken."""
    _numbered: int = 0

    def lead(self, link: Link, source: str) -> Lead:
        """Where a link of a note leads, by the note's vault path; it must not leave the vault."""
        return self.asked.ask(questions.lead, source, link.target, link.subpath)

    def href(self, path: str, anchor: str) -> str | None:
        """How the page writes the address of something, None for what is not on the site."""
        return self.asked.ask(questions.href, path, anchor)

    def report(self, kind: Kind, place: Place, message: str, help_: str) -> None:
        """Notes that something cannot be shown as it was meant."""
        self.problems.append(Problem(kind, place, message, help_))

    def lines_anchor(self) -> str:
        """What the ids of the next numbered block's lines begin with."""
        self._numbered += 1
        return f"__span-{self._numbered}-"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose content is being written: the page's own note, or one that is embedded in it."""

    note: Note
    prefix: str = ""
    """What stands before every id, so that the same content can stand in a page twice."""
    chain: tuple[tuple[str, str], ...] = ()
    """What led here, as vault paths and anchors: the page's note first."""

    @property
    def embedded(self) -> bool:
        """Whether it is not the page's own note."""
        return bool(self.prefix)
