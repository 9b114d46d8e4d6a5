"""A note as it is rendered, and a page as a host for the site needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lierne.base.problem import Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """One heading in the table of contents, with those under it."""

    level: int
    """1 to 6."""
    title: str
    """As plain text."""
    anchor: str
    """The heading's id on the page."""
    children: tuple[Entry, ...] = ()
    shown: str = ""
    """As HTML, to stand in a link; empty where it is no more than its text."""


@dataclass(frozen=True, slots=True)
class Section:
    """What the search finds under one heading."""

    anchor: str
    """The heading's id; empty for what stands before the first one."""
    title: str
    """The heading as plain text; the page's title where there is no anchor."""
    text: str
    """Escaped text in `<p>`, `<li>` and `<pre>`, without attributes and other tags."""


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered note."""

    path: str
    """The note's vault path."""
    title: str
    """As plain text: the heading that opens the note, or the note's name."""
    heading: str
    """The title as `<h1>`, to stand before everything else."""
    html: str
    """The note without what `heading` shows."""
    toc: tuple[Entry, ...]
    """One entry for the title, with all other headings nested under it."""
    ids: frozenset[str]
    """Every id that a link may lead to."""
    tags: tuple[str, ...]
    """Without `#`, each once, as first written: those of the properties, then the body's."""
    attachments: frozenset[str]
    """Vault paths of the files that the page shows or links to."""
    embedded: frozenset[str]
    """Vault paths of the notes whose content stands in this page."""
    problems: tuple[Problem, ...]
    """What could not be shown as it was meant."""
    opening: str
    """Its first paragraph that can be read aloud, cut to what is shown of a found page."""
    sections: tuple[Section, ...]
    """For the search; embedded content is found where it belongs."""
    math: frozenset[str] = frozenset()
    """The characters of its formulas; empty where it has none."""
    mermaid: bool = False
    """Whether it has a diagram that a script must draw."""
    heat: bool = False
    """Whether it has pictures of attention that a script lets people explore."""


@dataclass(frozen=True, slots=True)
class Made:
    """One page, ready for a host."""

    file: str
    """Where it stands in the site."""
    url: str
    """Its address from the site's root."""
    title: str
    """As plain text."""
    html: str
    """All of it, from its `<h1>` on."""
    toc: tuple[Entry, ...] = ()
    ids: frozenset[str] = frozenset()
    """Every id that a link may lead to."""
    tags: tuple[str, ...] = ()
    about: str = ""
    """A sentence for search engines and previews."""
    sections: tuple[Section, ...] = ()
    """What the search finds on it."""
    told: bool = False
    """Whether it is a note, and not a list or a target."""
    wide: bool = False
    """Whether it needs all the width that there is."""
