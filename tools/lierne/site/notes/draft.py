"""A page while it is being made: what is gathered, and whose content is being written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from lierne.base.problem import Problem

if TYPE_CHECKING:
    from lierne.base.problem import Kind, Place
    from lierne.read.note import Note
    from lierne.read.vault.vault import Vault
    from lierne.site.notes.anchors import Anchors
    from lierne.site.notes.spans import Spans


class Href(Protocol):
    """Says where something stands, as seen from the page that is being made."""

    def __call__(self, path: str, anchor: str) -> str | None:
        """The relative URL, None for what is not on the site.

        Args:
            path: The vault path of a note or attachment; the path of a target; or `#` and the
                name of a tag, for the page that lists its notes.
            anchor: An id on that page without `#`, or empty.
        """


@dataclass(slots=True)
class Draft:
    """Everything that one page gathers while its notes are written."""

    vault: Vault
    href: Href
    spans: Spans
    anchors: Anchors
    problems: list[Problem] = field(default_factory=list)
    attachments: set[str] = field(default_factory=set)
    embedded: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    math: set[str] = field(default_factory=set)
    mermaid: bool = False
    embeds: int = 0
    """How many notes, sections and blocks stand in the page so far."""
    size: int = 0
    """How many characters of HTML they have taken."""
    _numbered: int = 0

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
