"""Renders a note's tokens as HTML in the markup that Material's style and scripts expect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lierne.site.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lierne.read.note import Note
    from lierne.read.vault import Vault
    from lierne.site.code import Spans

__all__ = ["Href", "Page", "Renderer"]


class Href(Protocol):
    """Says where something stands, as seen from the page that is being made."""

    def __call__(self, path: str, anchor: str) -> str | None:
        """The relative URL, None for what is not on the site.

        Args:
            path: The vault path of a note or attachment; the path of a target; or `#` and the
                name of a tag, for the page that lists its notes.
            anchor: An id on that page without `#`, or empty.
        """


class Renderer:
    """Renders the notes of one vault."""

    def __init__(self, vault: Vault, href: Href, spans: Spans | None = None) -> None:
        """Takes what the notes do not say themselves.

        Args:
            vault: Finds what links lead to.
            href: Gives the URLs.
            spans: Where each block's code lies in the targets; without it, blocks have no titles
                of that kind.
        """
        self._vault = vault
        self._href = href
        self._spans = spans or {}

    def render(self, note: Note) -> Page:
        """Renders one note. Never raises on what a note says."""
        raise NotImplementedError
