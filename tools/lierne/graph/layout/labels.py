"""How much room a title takes in the drawing, as far as that can be known without its font."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LONGEST = 30
"""Of a longer title, this many characters are shown, the last of them an ellipsis."""
SIZE = 12.0
"""The size of the smallest letters, in pixels."""
LINE = 1.35
"""The height of a line, in sizes of its letters."""

_NARROW = frozenset("fijlrtIJ.,:;'`|!()[]{}-/\\\" ")
_BROAD = frozenset("mwMWOQGCDHNUABKRV@%&+=<>~#—…")


def shown(title: str) -> str:
    """What is written of a title: one line, not too long."""
    words = " ".join(title.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


def width(label: str, size: float = SIZE) -> float:
    """About how wide a label is, in pixels; rather too wide than too narrow."""
    return sum(map(_part, label)) * size


@lru_cache(maxsize=4096)
def _part(character: str) -> float:
    """Of a character's width, in sizes, in the usual fonts without serifs."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    plain = unicodedata.normalize("NFD", character)[0]
    if plain in "mwMW@%—…":
        return 0.95
    if plain in _NARROW:
        return 0.36
    return 0.74 if plain in _BROAD or plain.isupper() else 0.59
