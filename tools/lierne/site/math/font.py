"""Makes the font for formulas: STIX Two Math, with the characters that are used and no others.

Browsers stretch brackets, roots and sums only in a font with a MATH table, which no operating
system can be counted on to have. The font is under the SIL Open Font License.
"""

from __future__ import annotations

import io
import string
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

NAME = "lierne-math.woff2"

# Copyright, family, weight, full name, name for printers, licence and its address.
_NAMES = [0, 1, 2, 4, 6, 13, 14]
# How wide signs that grow may be, in thousandths of the letters' size.
_WIDEST = {"√": 900, **dict.fromkeys("()[]{}⟨⟩⌊⌋⌈⌉", 480)}

# How much wider than the font's the bar over a letter is, which is drawn as a dot else.
_BAR = 1.4
_CONSTANTS = {
    # The line over letters has a distance of its own, to which browsers add this one.
    "OverbarVerticalGap": 80,
    # Where an index stands at what is higher than a letter: TeX's measures, for browsers apply
    # the font's to brackets and names of functions, too.
    "SubscriptBaselineDropMin": 50,
    "SuperscriptBaselineDropMax": 386,
    # One pixel at the size of formulas: more would be one here and two there.
    "FractionRuleThickness": 57,
    "RadicalRuleThickness": 57,
}
# Marks that the font sets over the letter before them; browsers put them over it themselves.
_OVER = "\u0302\u0303\u030c\u20d6\u20d7\u20db\u20dc\u20e1"

# What is drawn instead of a character: another one, or a glyph.
_INSTEAD = {
    "′": ("", "minute.ssty"),  # noqa: RUF001 - a prime in an index is not small and high by itself
    "\u02dc": ("\u0303", ""),  # browsers stretch the first, the font the second
    "\u02c7": ("\u030c", ""),
}

# What every site gets, so that most edits of a note leave the font as it is.
_BASE = (
    string.printable.strip()
    + "".join(
        chr(code)
        for first, last in (
            (0x391, 0x3A9),  # Greek
            (0x3B1, 0x3C9),
            (0x1D434, 0x1D467),  # the italic letters that browsers put in place of plain ones
            (0x1D6E2, 0x1D71B),
            (0x23DC, 0x23DF),  # braces that lie down
            (0x2308, 0x230B),  # ceiling and floor
            (0x27E8, 0x27E9),  # angle brackets
        )
        for code in range(first, last + 1)
    )
    + _OVER
    + "\u00a0¬±·×÷ℎℝ′″→←↦⇒∀∂∃∅∇∈∉∏∑−∘√∝∞∥∧∨∩∪∫≈≠≡≤≥⊂⊆⊕⊗⊙⊤⋅⋯…‖ˆ˜¯˙‾_"  # noqa: RUF001
)


def font(characters: Iterable[str]) -> bytes:
    """Gives the font as WOFF2.

    Args:
        characters: Those of the site's formulas, in any order and as often as they come.
    """
    return _subset("".join(sorted({*_BASE, *characters})))


@lru_cache(maxsize=2)
def _subset(characters: str) -> bytes:
    # Heavy, and once a build.
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped] # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    source = _package("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf"
    # The date of the making would give the same font other bytes in each build. The bounds of all
    # glyphs that stay are right already, and tables are read as far as they are asked for.
    whole = TTFont(
        io.BytesIO(source.read_bytes()), recalcTimestamp=False, recalcBBoxes=False, lazy=True
    )
    options = Options(layout_features=["ssty", "dtls"], hinting=False, name_IDs=_NAMES)
    _exchange(whole)
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(whole)
    _narrow(whole)
    _mend_accents(whole)
    _set_constants(whole)
    _join_arrows(whole)
    _rename(whole)
    whole.flavor = "woff2"
    result = io.BytesIO()
    whole.save(result)
    return result.getvalue()


def _package(name: str) -> Path:
    # The package has the font; what it does with it is not wanted, so it is not imported.
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package `{name}` has the font for formulas: install it")
    return Path(spec.submodule_search_locations[0])


def _narrow(font: TTFont) -> None:
    # Chromium gives a root or a bracket the width of the widest one that the font has for any
    # height, which leaves gaps beside all smaller ones. So none is much wider than the smallest.
    variants = font["MATH"].table.MathVariants
    names = font.getBestCmap()
    for character in set(_WIDEST) & set(map(chr, names)):
        index = variants.VertGlyphCoverage.glyphs.index(names[ord(character)])
        sizes = variants.VertGlyphConstruction[index]
        grown = {record.VariantGlyph for record in sizes.MathGlyphVariantRecord}
        grown |= {part.glyph for part in getattr(sizes.GlyphAssembly, "PartRecords", ())}
        for name in grown:
            width, bearing = font["hmtx"][name]
            if width > _WIDEST[character]:
                scale = _WIDEST[character] / width
                glyph = font["glyf"][name]
                glyph.coordinates.scale((scale, 1))
                glyph.recalcBounds(font["glyf"])
                font["hmtx"][name] = (_WIDEST[character], round(bearing * scale))


def _exchange(font: TTFont) -> None:
    for table in font["cmap"].tables:
        for character, (other, name) in _INSTEAD.items():
            if ord(character) in table.cmap:
                table.cmap[ord(character)] = name or table.cmap[ord(other)]


def _mend_accents(font: TTFont) -> None:
    names = font.getBestCmap()
    for character in set(_OVER) & set(map(chr, names)):
        _move(font, names[ord(character)], 1)
    _move(font, names[ord("\N{MACRON}")], _BAR)


def _move(font: TTFont, name: str, scale: float) -> None:
    # Sets a glyph at the beginning of its own width.
    glyph = font["glyf"][name]
    glyph.coordinates.scale((scale, 1))
    glyph.recalcBounds(font["glyf"])
    glyph.coordinates.translate((-glyph.xMin, 0))
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (glyph.xMax, 0)


def _set_constants(font: TTFont) -> None:
    for name, value in _CONSTANTS.items():
        getattr(font["MATH"].table.MathConstants, name).Value = value


def _join_arrows(font: TTFont) -> None:
    # Arrows are drawn out of parts, of which the font says at the wrong ends how far they overlap.
    for construction in font["MATH"].table.MathVariants.HorizGlyphConstruction:
        for part in getattr(construction.GlyphAssembly, "PartRecords", ()):
            overlap = max(part.StartConnectorLength, part.EndConnectorLength)
            part.StartConnectorLength = part.EndConnectorLength = overlap


def _rename(font: TTFont) -> None:
    # What was changed must not go by the name of the font that it was made from.
    for record in font["name"].names:
        if record.nameID in (1, 4, 6):
            record.string = "LierneMath" if record.nameID == 6 else "Lierne Math"
