"""Letters of another style: bold, script, double-struck and so on are characters of Unicode."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_STYLES = {
    "bold": "MATHEMATICAL BOLD",
    "italic": "MATHEMATICAL ITALIC",
    "bold-italic": "MATHEMATICAL BOLD ITALIC",
    "script": "MATHEMATICAL SCRIPT",
    "bold-script": "MATHEMATICAL BOLD SCRIPT",
    "fraktur": "MATHEMATICAL FRAKTUR",
    "bold-fraktur": "MATHEMATICAL BOLD FRAKTUR",
    "double-struck": "MATHEMATICAL DOUBLE-STRUCK",
    "sans-serif": "MATHEMATICAL SANS-SERIF",
    "sans-serif-bold": "MATHEMATICAL SANS-SERIF BOLD",
    "bold-sans-serif": "MATHEMATICAL SANS-SERIF BOLD",
    "sans-serif-italic": "MATHEMATICAL SANS-SERIF ITALIC",
    "monospace": "MATHEMATICAL MONOSPACE",
}
# Letters that Unicode had before it had the alphabets.
_OLDER = {"script": "SCRIPT", "fraktur": "BLACK-LETTER", "double-struck": "DOUBLE-STRUCK"}


@lru_cache(maxsize=256)
def styled(text: str, style: str) -> str:
    """Puts letters and digits into a style; what the style lacks stays as it is."""
    return "".join(_one(character, style) for character in text)


def _one(character: str, style: str) -> str:
    name = unicodedata.name(character, "")
    name = name.replace("LATIN ", "").replace("GREEK ", "").replace("LETTER ", "")
    if style == "italic" and character == "h":
        return "\u210e"
    for beginning in (_STYLES.get(style), _OLDER.get(style)):
        if beginning:
            try:
                return unicodedata.lookup(f"{beginning} {name}")
            except KeyError:
                continue
    return character
