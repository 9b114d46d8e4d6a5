"""From a note's text to the note: the one place that knows how notes are written."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from lierne.base.problem import Kind, Place, Problem, Severity, in_order
from lierne.base.text import Text
from lierne.read.front.properties import read_properties
from lierne.read.note import Note
from lierne.read.rules.block_id import block_id_plugin
from lierne.read.rules.callout import callout_plugin
from lierne.read.rules.comment import comment_plugin
from lierne.read.rules.fence import fence_plugin
from lierne.read.rules.footnote import footnote_plugin
from lierne.read.rules.front_matter import front_matter_plugin
from lierne.read.rules.heading import heading_plugin
from lierne.read.rules.highlight import highlight_plugin
from lierne.read.rules.markdown_link import markdown_link_plugin
from lierne.read.rules.math import math_plugin
from lierne.read.rules.table import table_plugin
from lierne.read.rules.tag import tag_plugin
from lierne.read.rules.task import task_plugin
from lierne.read.rules.wikilink import wikilink_plugin
from lierne.read.tokens.inline import Inline
from lierne.read.tokens.positions import Positions
from lierne.read.tokens.reading import Reading, attach, attach_snippet, reading_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

    from lierne.read.note import Heading

NOT_UTF8 = Kind("N101", Severity.ERROR, "a note that is not UTF-8")
TOO_DEEP = Kind("N102", Severity.WARNING, "lists and quotes nested too deeply")

_PLUGINS = (
    table_plugin,
    callout_plugin,
    comment_plugin,
    math_plugin,
    front_matter_plugin,
    fence_plugin,
    task_plugin,
    markdown_link_plugin,
    wikilink_plugin,
    tag_plugin,
    highlight_plugin,
    footnote_plugin,
    heading_plugin,
    block_id_plugin,
)
_BLOCK_DEPTH = 200
# Links inside of links: each level takes several calls, and nobody needs ten.
_INLINE_DEPTH = 40


def parse(path: str, text: Text) -> Note:
    """Reads one note; never raises on what is in it.

    Args:
        path: The note's vault path.
        text: Its text, whose own path is the one from the project's root.
    """
    positions = Positions(text)
    front = read_properties(positions)
    reading = Reading(positions, front.lines)
    tokens = _tokens(reading)
    return Note(
        path,
        text,
        front.properties,
        tuple(reading.headings),
        (*front.links, *sorted(reading.links, key=lambda link: link.place.offset)),
        (*front.tags, *sorted(reading.tags, key=lambda tag: tag.place.offset)),
        tuple(reading.blocks),
        tuple(sorted(reading.block_ids, key=lambda found: found.place.offset)),
        in_order([*front.problems, *reading.problems]),
        _titled(reading.headings, tokens),
        tuple(tokens),
    )


def _tokens(reading: Reading) -> list[Token]:
    try:
        return markdown().parse(reading.positions.source, attach(reading))
    except RecursionError:
        # Each level takes a few of Python's calls, and the caller may have used up most of them.
        place = reading.positions.place(1, 1)
        message = "this note is nested too deeply to be read"
        reading.report(TOO_DEEP, place, message, "nest its lists and quotes less")
        return []


def _titled(headings: Sequence[Heading], tokens: Sequence[Token]) -> bool:
    start = next((number for number, token in enumerate(tokens) if not token.hidden), None)
    return bool(headings) and headings[0].level == 1 and headings[0].tokens[0] == start


def unreadable(path: str, shown: str, data: bytes, error: UnicodeDecodeError) -> Note:
    """The note of a file that is not UTF-8: empty, with a problem at the first wrong byte.

    Args:
        path: The note's vault path.
        shown: Its path from the project's root.
        data: The file's bytes.
        error: What decoding them raised.
    """
    lines = Positions(Text("", error.object[: error.start])).lines
    line, column = len(lines), len(lines[-1]) + 1
    offset = error.start + len(data) - len(error.object)  # a byte order mark is not decoded
    place = Place(shown, line, column, offset, line, column + 1, offset + 1)
    message = f"the note is not UTF-8: the byte {data[offset]:#04x} cannot stand here"
    problem = Problem(NOT_UTF8, place, message, "save the note as UTF-8")
    return Note(path, Text(shown, b""), {}, problems=(problem,))


@cache
def markdown() -> MarkdownIt:
    """The parser with all rules; it keeps nothing between two notes."""
    md = MarkdownIt("commonmark", {"maxNesting": _BLOCK_DEPTH, "html": True})
    md.enable(["table", "strikethrough"])
    for plugin in _PLUGINS:
        md.use(plugin)
    inner = MarkdownIt("commonmark", {"maxNesting": _INLINE_DEPTH, "html": True})
    inner.inline = md.inline = Inline(md.inline)

    def inline(state: StateCore) -> None:
        _inline(state, inner)

    md.core.ruler.after("normalize", "reading", attach_snippet)
    md.core.ruler.at("inline", inline)
    md.core.ruler.after("block", "depth", _depth)
    return md


def _inline(state: StateCore, md: MarkdownIt) -> None:
    reading = reading_of(state.env)
    parse_content = md.inline.parse
    for token in state.tokens:
        if token.type == "inline" and not token.children:
            reading.inline = token
            token.children = []
            parse_content(token.content, md, state.env, token.children)
            if reading.marks:
                reading.settle(token)


def _depth(state: StateCore) -> None:
    deepest = max((t for t in state.tokens if t.nesting > 0), key=lambda t: t.level, default=None)
    if deepest is None or deepest.level < _BLOCK_DEPTH - 1:
        return
    reading = reading_of(state.env)
    place = reading.positions.place((deepest.map or [0])[0] + 1, 1)
    message = f"lists and quotes are nested more than {_BLOCK_DEPTH} levels deep here"
    reading.report(TOO_DEEP, place, message, "what stands deeper is not read; nest it less")
