"""Where a line may end on a narrow screen, and where it must not."""

from __future__ import annotations

import re
from html import escape

ONE_WORD = 20
"""How long code with a hyphen may be that stays on one line."""

_THEN_MARKS = re.compile(r"""(<math>(?:(?!</math>).)*</math>)([.,;:!?…)\]}’”»"'-]{1,3})""")  # noqa: RUF001
_SEAM = re.compile(r"(/(?=.)|(?<=[^\W_])_(?=[^\W_]))")


def path(shown: str) -> str:
    """A path as HTML: its lines end between folders and words, not within them."""
    return _SEAM.sub(r"\1<wbr>", escape(shown))


def unbroken(html: str) -> str:
    """What stays on one line."""
    return f'<span class="unbroken">{html}</span>'


def inline_code(code: str) -> str:
    """Code in a line of text: browsers end lines after a hyphen, but `--check` is one word.

    Args:
        code: As it is written.
    """
    kind = ' class="unbroken"' if "-" in code and len(code) <= ONE_WORD else ""
    return f"<code{kind}>{escape(code, quote=False)}</code>"


def formulas_with_marks(html: str) -> str:
    """Keeps what closes a sentence or a bracket on the line of the formula before it.

    Browsers end lines beside a formula as beside a picture, whatever follows.

    Args:
        html: A line of text.
    """
    if "</math>" not in html:
        return html
    return _THEN_MARKS.sub(lambda match: unbroken(match[0]), html)
