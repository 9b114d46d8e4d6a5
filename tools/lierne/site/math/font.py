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
# How wide a root's sign may be, in thousandths of the letters' size.
_ROOT = 900

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
    + "\u00a0¬±·×÷ℎℝ′″→←↦⇒∀∂∃∅∇∈∉∏∑−∘√∝∞∥∧∨∩∪∫≈≠≡≤≥⊂⊆⊕⊗⊙⊤⋅⋯…‖ˆ˜¯˙‾_\u0302\u0303\u20d7"  # noqa: RUF001
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
    # The date of the making would give the same font other bytes in each build.
    whole = TTFont(io.BytesIO(source.read_bytes()), recalcTimestamp=False)
    options = Options(layout_features=["ssty", "dtls"], hinting=False, name_IDs=_NAMES)
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(whole)
    _narrow_roots(whole)
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


def _narrow_roots(font: TTFont) -> None:
    # Chromium gives a root the width of the widest sign that the font has for any root, which
    # leaves a gap after all smaller ones. So all signs become about as wide as the smallest.
    variants = font["MATH"].table.MathVariants
    index = variants.VertGlyphCoverage.glyphs.index(font.getBestCmap()[ord("\N{SQUARE ROOT}")])
    sizes = variants.VertGlyphConstruction[index]
    names = {record.VariantGlyph for record in sizes.MathGlyphVariantRecord}
    names |= {record.glyph for record in sizes.GlyphAssembly.PartRecords}
    for name in names:
        width, bearing = font["hmtx"][name]
        if width > _ROOT:
            glyph = font["glyf"][name]
            glyph.coordinates.scale((_ROOT / width, 1))
            glyph.recalcBounds(font["glyf"])
            font["hmtx"][name] = (_ROOT, round(bearing * _ROOT / width))


def _rename(font: TTFont) -> None:
    # What was changed must not go by the name of the font that it was made from.
    for record in font["name"].names:
        if record.nameID in (1, 4, 6):
            record.string = "LierneMath" if record.nameID == 6 else "Lierne Math"
