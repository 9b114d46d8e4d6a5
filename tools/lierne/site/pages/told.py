"""The words before a block of code, as the page of its target quotes them beside the code."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from lierne.read.vault.backlinks import word_of
from lierne.site.breaks import formulas_with_marks
from lierne.site.math.formula import formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.token import Token

    from lierne.base.problem import Place
    from lierne.read.note import Note

MOST = 260
"""How many characters of a paragraph are quoted; it is cut before the next word or formula."""


def words_before(note: Note) -> Sequence[str]:
    """For each block of a note: how the paragraph above it begins, as HTML; or nothing.

    Formulas may stand between them: they belong to what the paragraph says.
    """
    numbers: dict[Place, int] = {block.place: number for number, block in enumerate(note.blocks)}
    found = [""] * len(numbers)
    tokens = note.tokens
    for at, token in enumerate(tokens):
        if token.type != "fence":
            continue
        end = at
        while end and tokens[end - 1].type == "math_block":
            end -= 1
        if end > 1 and tokens[end - 1].type == "paragraph_close":
            number = numbers[token.meta["block"].place]
            found[number] = quoted(tokens[end - 2].children or ())
    return found


def quoted(tokens: Iterable[Token]) -> str:
    """The first words of a paragraph as HTML: without links, pictures and other notes."""
    html: list[str] = []
    left = MOST
    for token in tokens:
        text = word_of(token, token.meta.get("link"))
        if token.type in ("embed", "image", "html_inline", "footnote_ref", "link_open") or not text:
            continue
        left -= len(text)
        if left < 0 and token.type == "text":
            html.append(escape(_cut(text, left + len(text)), quote=False))
        if left < 0:
            words = _joined(html)
            return words and f"{words}\N{HORIZONTAL ELLIPSIS}"
        html.append(_written(token, text))
    return _joined(html)


def _written(token: Token, text: str) -> str:
    match token.type:
        case "math_inline":
            return formula(text, display=False).html
        case "code_inline":
            return f"<code>{escape(text, quote=False)}</code>"
        case _:
            return escape(text, quote=False)


def _cut(text: str, end: int) -> str:
    """As many whole words as there is room for."""
    return text[:end].rpartition(" ")[0]


def _joined(html: Sequence[str]) -> str:
    return formulas_with_marks("".join(html).strip())
