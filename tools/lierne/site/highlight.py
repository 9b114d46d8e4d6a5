"""Colours code by Pygments, line by line, in the frame that Material's style expects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from itertools import starmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pygments.lexer import Lexer
    from pygments.token import _TokenType

    _Row = tuple[tuple[str, str], ...]
    """The pieces of a line, each with the short name of its kind."""

# Colouring costs far more than escaping; what is longer than this is data, not for reading.
MOST = 300_000
PROMPT = '<span class="gp">'


@dataclass(frozen=True, slots=True)
class Spot:
    """A piece of a line that gets a tag around it, such as a link."""

    start: int
    """The characters before it."""
    end: int
    before: str
    """HTML to stand before it."""
    after: str


def lines(
    code: str, language: str, spots: Mapping[int, Sequence[Spot]] | None = None
) -> tuple[str, ...]:
    """Colours code, one piece of HTML a line, each with all its tags closed.

    Code in a language that nobody knows is escaped and nothing more.

    Args:
        code: The code.
        language: As a note writes it.
        spots: By line, from 0, in order, and none overlaps another.
    """
    wanted = spots or {}
    return tuple(
        _spotted(row, wanted[number]) if number in wanted else "".join(starmap(_tagged, row))
        for number, row in enumerate(_rows(code, language))
    )


def frame(  # noqa: PLR0913 - each is one attribute of a block
    coloured: Sequence[str],
    language: str,
    *,
    title: str = "",
    first: int | None = None,
    marked: Collection[int] = (),
    anchor: str = "",
    ident: str = "",
    kind: str = "",
    foot: str = "",
    folded: bool = False,
) -> str:
    """Puts coloured lines into one block.

    Args:
        coloured: What `lines` gives, perhaps with links set in.
        language: As the note writes it, for the class that style and scripts look for.
        title: HTML to stand over the code, or nothing.
        first: The number of the first line; without it the lines have no numbers.
        marked: Lines to set off, counted from 1 within the block whatever `first` says.
        anchor: What the id of each line begins with; its number follows. Lines without
            anchor have no ids.
        ident: The id of the block.
        kind: A further class, or nothing.
        foot: HTML to stand under the code, or nothing.
        folded: Whether the block's id belongs to what it is folded into.
    """
    start = 1 if first is None else first
    width = 0 if first is None else len(str(start + len(coloured) - 1))
    rows = [
        _framed(line, number, width, anchor, marked=number - start + 1 in marked)
        for number, line in enumerate(coloured, start)
    ]
    title = title.strip()
    head = f'<span class="filename">{title}</span>' if title else ""
    named = f' id="{escape(ident)}"' if ident and not folded else ""
    classes = f"language-{escape(language or 'text')} highlight {kind}".rstrip()
    if language.lower() == "output":  # which is to be seen as that, and by few to be copied
        classes += " no-copy"
        named += ' role="group" aria-label="Output"'
    elif typed := _typed(coloured):  # Material copies this instead of what is shown
        named += f' data-copy="{escape(typed)}"'
    own = f' id="__copy-{_safe(ident)}"' if ident else ""
    body = f"<pre{own}><span></span><code>{''.join(rows)}</code></pre>"
    return f'<div class="{classes}"{named}>{head}{body}{foot}</div>\n'


def _framed(line: str, number: int, width: int, anchor: str, *, marked: bool) -> str:
    """One line, with its number in a column of some width, if that has any."""
    shown = f'<span class="linenos" data-linenos="{number:>{width}} "></span>' if width else ""
    row = f"{shown}{line}\n"
    if marked:
        row = f'<span class="hll">{row}</span>'
    return f'<span id="{anchor}{number}">{row}</span>' if anchor else row


def _safe(ident: str) -> str:
    """An id that also works in a stylesheet: by such a one Material finds what is to be copied."""
    return re.sub(r"[^\w-]", lambda found: f"_{ord(found[0]):x}_", ident)


def _typed(coloured: Iterable[str]) -> str:
    """What somebody typed in a terminal: no prompts, and nothing of what was answered."""
    rests = (line.removeprefix(PROMPT) for line in coloured if line.startswith(PROMPT))
    return "\n".join(
        unescape(re.sub("<[^>]*>", "", rest.partition("</span>")[2])) for rest in rests
    )


def marked_lines(value: str, count: int) -> frozenset[int]:
    """Reads `hl_lines`: numbers and ranges such as `2 4-6`, between blanks or commas."""
    found: set[int] = set()
    for low, high in re.findall(r"(\d{1,6})(?:-(\d{1,6}))?", value):
        found.update(range(int(low), min(int(high or low), count) + 1))
    return frozenset(found)


@lru_cache(maxsize=512)
def _rows(code: str, language: str) -> tuple[_Row, ...]:
    """The lines of code, each in pieces of one colour."""
    plain = tuple((("", line),) for line in _split(code))
    lexer = None if len(code) > MOST else _lexer(language)
    if lexer is None:
        return plain
    coloured = _colour(lexer, code)
    return coloured if len(coloured) == len(plain) else plain


def _spotted(row: _Row, spots: Iterable[Spot]) -> str:
    """One line with its tags: they stand around the colours, for a name may have several."""
    edges = [edge for s in spots for edge in ((s.start, s.before), (s.end, s.after))]
    html, at, passed = [], 0, 0
    for name, piece in row:
        done = 0
        while passed < len(edges) and edges[passed][0] < at + len(piece):
            edge, tag = edges[passed]
            if edge > at + done:
                html.append(_tagged(name, piece[done : edge - at]))
                done = edge - at
            html.append(tag)
            passed += 1
        html.append(_tagged(name, piece[done:]))
        at += len(piece)
    return "".join([*html, *(tag for _, tag in edges[passed:])])


def _split(code: str) -> list[str]:
    return code.removesuffix("\n").split("\n") if code else []


@lru_cache(maxsize=128)
def _lexer(language: str) -> Lexer | None:
    if not language:
        return None
    from lierne.site.lexers import lexer  # noqa: PLC0415 - heavy

    return lexer(language)


def _colour(lexer: Lexer, code: str) -> tuple[_Row, ...]:
    # What follows each other in one colour shares one tag; lexers cut finer than the eye.
    rows: list[list[tuple[str, str]]] = [[]]
    try:
        for kind, value in lexer.get_tokens(code):
            name = _short(kind)
            for number, piece in enumerate(value.split("\n")):
                if number:
                    rows.append([])
                if piece and rows[-1] and rows[-1][-1][0] == name:
                    rows[-1][-1] = (name, rows[-1][-1][1] + piece)
                elif piece:
                    rows[-1].append((name, piece))
    except Exception:  # noqa: BLE001 - hundreds of lexers by many hands; code is shown all the same
        return ()
    return tuple(tuple(row) for row in rows[:-1])


def _tagged(name: str, piece: str) -> str:
    text = escape(piece, quote=False)
    return f'<span class="{name}">{text}</span>' if name not in ("", "w") else text


@lru_cache(maxsize=512)
def _short(kind: _TokenType) -> str:
    from pygments.token import STANDARD_TYPES  # noqa: PLC0415 - heavy

    while kind not in STANDARD_TYPES and kind.parent:
        kind = kind.parent
    return STANDARD_TYPES.get(kind, "")
