"""The cases: a row of the table each, with its notes and what is done to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import plays
from .notes import LISTED, MARKER, NOTE, PIECES, PLAIN, TWICE, TWO_FILES
from .plays import edit
from .project import Project, project
from .verdict import Cell, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .tools import Tool


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the table."""

    title: str
    """What somebody does."""
    notes: Mapping[str, str]
    """The notes by their names."""
    play: Callable[[Project], Cell]
    """Does it, and says what became of it."""

    def cell(self, tool: Tool) -> Cell:
        """Plays the case on a tool, in a folder that is gone afterwards."""
        with project(tool, self.notes) as made:
            return self.play(made)


def goes_to(path: str, more: str = "") -> dict[str, str]:
    """A note whose block goes to a path."""
    return {"A": f"```sh file={path}{more}\n#!/bin/sh\necho I ran\n```\n"}


ADDED = "\n\ndef third():\n    return 3\n"
HOOK = goes_to(".git/hooks/pre-commit", " mode=0755")
FENCE = 'USAGE = """\n```\nfirst\n```\n"""\n'
CASES = (
    Case("a line changed within a block", {"A": NOTE}, edit(replaced("total = 2", "total = 20"))),
    Case(
        "an `import` added above the first block",
        {"A": NOTE},
        edit(lambda text: f"import os\n\n\n{text}"),
    ),
    Case("a function added below the last", {"A": NOTE}, edit(lambda text: text + ADDED)),
    Case("the file written anew, without comments", {"A": NOTE}, plays.rewrite),
    Case(
        "one copy of a chunk that is used twice",
        {"A": TWICE},
        edit(replaced("return 1", "return 10", 1), replaced("return 1", "return 10")),
    ),
    Case("the copies edited differently", {"A": TWICE}, plays.copies),
    Case(
        "a chunk that is used in two files, in one",
        {"A": TWO_FILES},
        edit(replaced("return 1", "return 10"), replaced("return 1", "return 10")),
    ),
    Case(
        "code with a line like an end marker",
        {"A": MARKER},
        edit(replaced("third = 3", "third = 30")),
    ),
    Case(
        "code that now contains a fence",
        {"A": NOTE},
        edit(replaced("def first", f"{FENCE}\n\ndef first")),
    ),
    Case("a formatter over plain functions", {"A": PLAIN}, plays.formatted),
    Case("a formatter over a class in pieces", {"A": PIECES}, plays.formatted),
    Case("a block in a list", {"A": LISTED}, edit(replaced("total = 2", "total = 20"))),
    Case("a note with CRLF, its file edited", {"A": NOTE.replace("\n", "\r\n")}, plays.crlf),
    Case("note and file edited, in different blocks", {"A": NOTE}, plays.two_blocks),
    Case("note and file edited, in the same block", {"A": NOTE}, plays.one_block),
    Case("an edited file, then `tangle` instead", {"A": NOTE}, plays.unseen),
    Case("an edited file, its note deleted, then `tangle`", {"A": NOTE}, plays.orphan),
    Case("an unedited file, its note renamed, then `tangle`", {"A": NOTE}, plays.renamed),
    Case("a file in the way that nobody tangled", {"A": NOTE}, plays.strange),
    Case("`file=../../escaped.sh`", goes_to("../../escaped.sh"), plays.escape),
    Case("`file=/…/absolute.sh`", goes_to("{outside}/absolute.sh"), plays.escape),
    Case("`file=.git/hooks/pre-commit mode=0755`", HOOK, plays.escape),
    Case("`file=src/link/x.sh`, a link to elsewhere", goes_to("src/link/x.sh"), plays.escape),
    Case(
        "two notes for one file",
        {
            "A": "```python file=src/a.py\nfirst = 1\n```\n",
            "B": "```python file=src/a.py\nsecond = 2\n```\n",
        },
        plays.claimed,
    ),
    Case(
        "two named blocks of a note for one file",
        {
            "A": "```python #one file=src/a.py\nfirst = 1\n```\n\n"
            "```python #two file=src/a.py\nsecond = 2\n```\n"
        },
        plays.named_blocks,
    ),
    Case(
        "a reference to nothing",
        {"A": "```python file=src/a.py\nx = 1\n<<nothing>>\n```\n"},
        plays.named_at(3),
    ),
    Case(
        "chunks that refer to each other",
        {
            "A": "```python file=src/a.py\n<<one>>\n```\n\n```python #one\n<<two>>\n```\n\n"
            "```python #two\n<<one>>\n```\n"
        },
        plays.named_at(6),
    ),
    Case(
        "properties that are not YAML",
        {"A": NOTE},
        plays.among_good_ones(b"---\ntangle: [src\n---\n# B\n"),
    ),
    Case("a note that is not UTF-8", {"A": NOTE}, plays.among_good_ones(b"# B\xff\n")),
    Case(
        "a chunk called `çıktı`",
        {"A": NOTE.replace("<<body>>", "<<çıktı>>").replace("#body", "#çıktı")},
        plays.letters,
    ),
    Case("a deleted file, then `tangle`", {"A": NOTE}, plays.deleted),
    Case("state of another version, a note changed", {"A": NOTE}, plays.another_version),
    Case("state lost, a note changed", {"A": NOTE}, plays.lost),
)
