"""The lexers that code is coloured by: Pygments' own, and a quicker one for Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pygments.lexer import inherit
from pygments.lexers import get_lexer_by_name
from pygments.lexers.python import PythonLexer
from pygments.token import Operator, Punctuation, Text
from pygments.util import ClassNotFound

if TYPE_CHECKING:
    from pygments.lexer import Lexer


class Quick(PythonLexer):
    """Looks first for what stands between names, for which Pygments tries forty patterns before.

    Nothing else could match there: only blanks at the beginning of a line may be part of more.
    """

    tokens: ClassVar = {
        "root": [
            (r"(?<=\S)[^\S\n]+", Text),
            (r"[](){},;[]|:(?!=)", Punctuation),
            (r"[!=:]=|<<|>>|[-~+/*%=<>&^|]", Operator),
            inherit,
        ]
    }


def lexer(language: str) -> Lexer | None:
    """The lexer for a language as a note writes it, None where nobody knows it."""
    try:
        found = get_lexer_by_name(language.lower(), stripnl=False)
    except ClassNotFound:
        return None
    return Quick(stripnl=False) if type(found) is PythonLexer else found
