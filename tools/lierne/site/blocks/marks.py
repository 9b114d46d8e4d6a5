"""Names in code that definitions stand behind, and how a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from lierne.code.names.name import Name
from lierne.site.highlight import Spot


@dataclass(frozen=True, slots=True)
class Mark(Name):
    """A name in a block or a target, whose lines count from 0 here."""

    note: str
    """The vault path of the note that defines it."""
    anchor: str
    """The id of the definition on that note's page; empty for the whole page."""
    title: str
    """Its signature, and under it the first line of its docstring, if it has one."""
    defines: bool = False
    """Whether this is the definition itself, which wants to have that id."""


def linked(mark: Mark, href: str, met: set[str]) -> Spot:
    """A link from a name to its definition.

    Args:
        mark: The name.
        href: Where its definition stands.
        met: Where links of this code have led before: by keyboard one meets each once.
    """
    said = escape(mark.title).replace("\n", "&#10;")
    passed = ' tabindex="-1"' if href in met else ""
    met.add(href)
    return _spot(mark, f'<a class="name" href="{escape(href)}" title="{said}"{passed}>', "</a>")


def identified(mark: Mark, ident: str) -> Spot:
    """A definition that links lead to."""
    return _spot(mark, f'<dfn id="{escape(ident)}">', "</dfn>")


def _spot(mark: Mark, before: str, after: str) -> Spot:
    return Spot(mark.column, mark.column + mark.length, before, after)
