"""Parts of a note's tokens: one section or block, and the footnotes that these need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.site.about import split_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from lierne.read.note import BlockId, Heading, Note


def inside(note: Note, heading: Heading) -> Sequence[Token]:
    """The inline tokens of a heading."""
    return note.tokens[heading.tokens[0] + 1].children or ()


def part(note: Note, heading: Heading | None, block: BlockId | None) -> Sequence[Token]:
    """What an embed shows: a section, a block, or the whole note without its title."""
    found = heading or block
    if found is None:
        return split_title(note)[1]
    first, end = found.tokens
    tokens = list(note.tokens[first:end])
    if tokens and tokens[0].type == "list_item_open":
        tokens = _as_list(tokens)
    return tokens + list(_footnotes(note, tokens))


def trimmed(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """A line of text without breaks and blanks at its ends; nothing where it has nothing else."""
    breaks = ("softbreak", "hardbreak")
    first, end = 0, len(tokens)
    while first < end and (tokens[first].type in breaks or _is_blank(tokens[first])):
        first += 1
    while end > first and (tokens[end - 1].type in breaks or _is_blank(tokens[end - 1])):
        end -= 1
    if first < end:
        yield tokens[first:end]


def _as_list(tokens: list[Token]) -> list[Token]:
    from markdown_it.token import Token  # noqa: PLC0415 - heavy

    item = tokens[0]
    name, tag = ("bullet_list", "ul") if item.markup in "-+*" else ("ordered_list", "ol")
    opening = Token(f"{name}_open", tag, 1)
    if tag == "ol" and item.info.isdigit():
        opening.attrSet("start", item.info)
    return [opening, *tokens, Token(f"{name}_close", tag, -1)]


def _footnotes(note: Note, tokens: Sequence[Token]) -> Iterator[Token]:
    # The parser puts all footnotes at the end of the note; a part takes those that it refers to.
    wanted = {
        child.meta.get("id")
        for token in tokens
        for child in token.children or ()
        if child.type == "footnote_ref"
    }
    if not wanted:
        return
    taking = False
    for token in note.tokens:
        if token.type in ("footnote_block_open", "footnote_block_close"):
            yield token
        elif token.type == "footnote_open":
            taking = token.meta.get("id") in wanted
        if taking:
            yield token
        if token.type == "footnote_close":
            taking = False


def _is_blank(token: Token) -> bool:
    return token.hidden or (token.type == "text" and not token.content.strip())
