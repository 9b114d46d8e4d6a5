"""The font for formulas."""

from __future__ import annotations

import io

from fontTools.ttLib import TTFont

from lierne.site.math.font import font


def read(data: bytes) -> TTFont:
    return TTFont(io.BytesIO(data))


def test_it_has_the_characters_that_are_asked_for_and_few_others() -> None:
    small, more = read(font("x")), read(font("𝐖𝔤"))

    assert ord("𝐖") not in small.getBestCmap()
    assert {ord("𝐖"), ord("𝔤"), ord("x"), ord("∑")} <= set(more.getBestCmap())
    assert len(more.getBestCmap()) < 500
    assert len(font("x")) < 100_000


def test_brackets_can_grow() -> None:
    variants = read(font(""))["MATH"].table.MathVariants
    names = read(font("")).getBestCmap()

    assert {names[ord(c)] for c in "([{√∑⏞"} <= {
        *variants.VertGlyphCoverage.glyphs,
        *variants.HorizGlyphCoverage.glyphs,
    }


def test_no_root_is_much_wider_than_the_smallest() -> None:
    made = read(font(""))
    variants = made["MATH"].table.MathVariants
    index = variants.VertGlyphCoverage.glyphs.index(made.getBestCmap()[ord("√")])
    sizes = variants.VertGlyphConstruction[index].MathGlyphVariantRecord

    widths = [made["hmtx"][record.VariantGlyph][0] for record in sizes]
    assert len(widths) > 2
    assert max(widths) - min(widths) < 150


def test_the_same_characters_give_the_same_bytes_in_any_order() -> None:
    assert font("ab∮") == font("∮ba∮")


def test_it_does_not_go_by_the_name_of_the_font_that_it_is_made_from() -> None:
    names = read(font(""))["name"]

    assert str(names.getDebugName(1)) == "Lierne Math"
    assert "Open Font License" in str(names.getDebugName(13))
