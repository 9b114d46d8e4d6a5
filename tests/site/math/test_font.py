"""The font for formulas."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
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


@pytest.mark.parametrize(("character", "spread"), [("√", 150), ("(", 150), ("}", 160), ("⌊", 140)])
def test_no_root_or_bracket_is_much_wider_than_the_smallest(character: str, spread: int) -> None:
    made = read(font(""))
    variants = made["MATH"].table.MathVariants
    index = variants.VertGlyphCoverage.glyphs.index(made.getBestCmap()[ord(character)])
    sizes = variants.VertGlyphConstruction[index].MathGlyphVariantRecord

    widths = [made["hmtx"][record.VariantGlyph][0] for record in sizes]
    assert len(widths) > 2
    assert max(widths) - min(widths) < spread


def test_marks_over_letters_have_a_width_that_browsers_can_centre() -> None:
    made = read(font(""))

    for mark in "\u20d7\u0302\u0303¯":
        name = made.getBestCmap()[ord(mark)]
        glyph = made["glyf"][name]
        assert made["hmtx"][name] == (glyph.xMax, 0)
        assert glyph.xMin == 0
        assert 280 < glyph.xMax < 500


def test_the_parts_of_an_arrow_overlap() -> None:
    made = read(font("→↔⇐"))
    variants = made["MATH"].table.MathVariants
    names = made.getBestCmap()

    for arrow in "→↔⇐":
        index = variants.HorizGlyphCoverage.glyphs.index(names[ord(arrow)])
        parts = variants.HorizGlyphConstruction[index].GlyphAssembly.PartRecords
        for one, other in pairwise(parts):
            overlap = min(one.EndConnectorLength, other.StartConnectorLength)
            assert overlap >= variants.MinConnectorOverlap


def test_a_prime_of_an_index_is_lower_and_larger_than_one_of_a_text() -> None:
    made = read(font(""))
    prime = made["glyf"][made.getBestCmap()[ord("′")]]

    assert prime.yMin < 100
    assert prime.yMax - prime.yMin > 400


def test_a_wide_wave_is_one_that_browsers_stretch() -> None:
    made = read(font(""))
    names = made.getBestCmap()

    assert names[ord("˜")] in made["MATH"].table.MathVariants.HorizGlyphCoverage.glyphs


def test_the_same_characters_give_the_same_bytes_in_any_order() -> None:
    assert font("ab∮") == font("∮ba∮")


def test_it_does_not_go_by_the_name_of_the_font_that_it_is_made_from() -> None:
    names = read(font(""))["name"]

    assert str(names.getDebugName(1)) == "Lierne Math"
    assert "Open Font License" in str(names.getDebugName(13))
