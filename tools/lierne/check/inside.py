"""Links to a heading or block that a note has not."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Problem, Severity, either
from lierne.read.near import Near
from lierne.read.resolve import Parts

if TYPE_CHECKING:
    from lierne.read.note import Link, Note

DEAD_HEADING = Kind("L102", Severity.WARNING, "a link to a heading that is not there")
DEAD_BLOCK = Kind("L103", Severity.WARNING, "a link to a block that is not there")
AS_ON_GITHUB = Kind("L110", Severity.HINT, "a heading named as GitHub names it")

# What cannot stand in a link to a heading, and is a blank there.
_UNWRITTEN = re.compile(r"[:#|^\\]|%%|\[\[|\]\]")
_PUNCTUATION = re.compile(r"[^\w\- ]")
_MOST_LISTED = 5


class Inside:
    """What can be linked to inside one note."""

    def __init__(self, note: Note) -> None:
        """Takes the note that links lead to."""
        self._note = note
        self._parts = Parts(note)
        self._headings = Near(_written(heading.raw) for heading in note.headings)
        self._blocks = Near(f"^{block.name}" for block in note.block_ids)
        self._anchors = {
            anchor: heading.raw
            for heading in reversed(note.headings)
            for anchor in (heading.anchor, _github(heading.title))
        }

    def problem(self, link: Link) -> Problem | None:
        """Says what a link does not find here; a footnote or an empty `#` is left alone."""
        if link.block_id is not None:
            return self._dead_block(link, f"^{link.block_id}")
        if not link.headings or link.subpath.startswith("[^"):
            return None
        elsewhere = "" if link.wiki else self._elsewhere(link)
        if elsewhere:
            message = f"`#{link.subpath}` is found on GitHub and in browsers, not in Obsidian"
            return Problem(AS_ON_GITHUB, link.place, message, elsewhere)
        return self._dead_heading(link)

    def _dead_block(self, link: Link, block: str) -> Problem:
        message = f"there is no block `{block}` in `{self._note.text.path}`"
        near = self._blocks.to(block)
        line = self._line_ending_in(block)
        if block == "^":
            help_ = "write the block's id after the `^`"
        elif line:
            help_ = f"`{block}` on line {line} names nothing: it must end a whole paragraph or item"
        elif near:
            help_ = f"did you mean {either(near)}?"
        else:
            help_ = f"put `{block}` after the paragraph that is meant"
        return Problem(DEAD_BLOCK, link.place, message, help_)

    def _line_ending_in(self, block: str) -> int:
        return self._last_words.get(block.lower(), 0)

    @cached_property
    def _last_words(self) -> dict[str, int]:
        """The last word of each line that could be a block id, and its first line."""
        lines = enumerate(self._note.text.lines, 1)
        words = [(line.lower().split()[-1:], number) for number, line in lines if "^" in line]
        return {word: number for ending, number in reversed(words) for word in ending}

    def _dead_heading(self, link: Link) -> Problem:
        done = 0
        while self._parts.heading(link.headings[: done + 1]) is not None:
            done += 1
        heading, above = link.headings[done], "#".join(link.headings[:done])
        under = f" under `{above}`" if above else ""
        message = f"there is no heading `{heading}`{under} in `{self._note.text.path}`"
        near = self._headings.to(heading)
        if near:
            help_ = f"did you mean {either([f'#{title}' for title in near])}?"
        else:
            help_ = self._listed()
        return Problem(DEAD_HEADING, link.place, message, help_)

    def _listed(self) -> str:
        names = self._headings.names
        if not names:
            return "the note has no headings"
        listed = ", ".join(f"`{name}`" for name in names[:_MOST_LISTED])
        more = len(names) - _MOST_LISTED
        return f"its headings are {listed}" + (f" and {more} more" if more > 0 else "")

    def _elsewhere(self, link: Link) -> str:
        """What to do about an anchor that a heading or some HTML has on the web; or nothing."""
        heading = self._anchors.get(link.subpath.lower())
        if heading is not None:
            note = link.target.removesuffix(".md")
            return f"write `[[{note}#{_written(heading)}]]`, if it is to be found there, too"
        marks = (f'id="{link.subpath}"', f'name="{link.subpath}"')
        if any(mark in self._html for mark in marks):
            return "link to a heading, if it is to be found there, too"
        return ""

    @cached_property
    def _html(self) -> str:
        tokens = (
            inner for token in self._note.tokens for inner in (token, *(token.children or ()))
        )
        return "\n".join(token.content for token in tokens if "html" in token.type)


def _written(heading: str) -> str:
    return " ".join(_UNWRITTEN.sub(" ", heading).split())


def _github(title: str) -> str:
    return _PUNCTUATION.sub("", title.lower()).replace(" ", "-")
