"""What the rules find while one note is read.

The parser's rules are functions of a state; what they share for one note hangs in its `env`.
An inline rule knows its position in a content only; it says what it found by `mark`, and when
the content is done, `settle` turns positions into places.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lierne.base.problem import Problem
from lierne.base.text import Text
from lierne.read.tokens.positions import Positions

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

    from lierne.base.problem import Kind, Place
    from lierne.read.note import Block, BlockId, Heading, Link, Tag

    Settle = Callable[["Reading", Token, Place], None]

_KEY = "lierne"


@dataclass(slots=True)
class Reading:
    """All that is found in one note, in the order in which it is found."""

    positions: Positions
    front_lines: int = 0
    """How many lines the front matter takes, its `---` included."""
    links: list[Link] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    block_ids: list[BlockId] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ids: list[tuple[Token, Place]] = field(default_factory=list)
    """Block ids, before it is known what they name."""
    has_callouts: bool = False
    """Whether any quote is a callout."""
    anchors: dict[str, int] = field(default_factory=dict)
    """The HTML ids that are taken, and how often each was asked for."""
    inline: Token | None = None
    """The inline token whose content is being read."""
    marks: list[Mark] = field(default_factory=list)
    """What was found in that content."""
    _labels: dict[int, str] | None = None

    def mark(self, token: Token, start: int, end: int, settle: Settle) -> None:
        """Remembers that the content from `start` to `end` became `token`."""
        self.marks.append(Mark(token, start, end, settle))

    def settle(self, inline: Token) -> None:
        """Gives what was found in a content its place."""
        spans = self.positions.spans(inline)
        self.inline, self._labels = inline, None
        for mark in self.marks:
            mark.settle(self, mark.token, spans.place(mark.start, mark.end))
        self.marks.clear()

    def label(self, opening: Token) -> str:
        """The plain text of a link in the content that is being settled."""
        if self._labels is None:
            self._labels = _labels((self.inline and self.inline.children) or [])
        return self._labels.get(id(opening), "")

    def claim(self, anchor: str) -> str:
        """Takes an HTML id, or the next free one like it."""
        free = anchor
        while free in self.anchors:
            self.anchors[anchor] += 1
            free = f"{anchor}-{self.anchors[anchor]}"
        self.anchors[free] = 1
        return free

    def report(self, kind: Kind, place: Place, message: str, help_: str = "") -> None:
        """Adds a problem."""
        self.problems.append(Problem(kind, place, message, help_))


@dataclass(slots=True)
class Mark:
    """Something found in a content, before its place is known."""

    token: Token
    start: int
    end: int
    settle: Settle


def attach(reading: Reading) -> dict[str, Any]:
    """The `env` to parse a note with."""
    return {_KEY: reading}


def attach_snippet(state: StateCore) -> None:
    """Gives a text that is no note a reading of its own."""
    found = state.env.get(_KEY)
    if found is None or found.positions.source != state.src:
        text = Text("", state.src.encode("utf-8", "replace"))
        state.env[_KEY] = Reading(Positions(text))


def reading_of(env: MutableMapping[str, Any]) -> Reading:
    """The reading that a rule's `env` holds."""
    found: Reading = env[_KEY]
    return found


def _labels(children: list[Token]) -> dict[int, str]:
    found: dict[int, str] = {}
    opening, parts = None, list[str]()
    for token in children:
        if token.type == "link_open":
            opening, parts = token, []
        elif token.type == "link_close" and opening is not None:
            found[id(opening)] = "".join(parts)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "tag":
            parts.append(f"#{token.content}")
        else:
            parts.append(token.content)
    return found
