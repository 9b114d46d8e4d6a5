"""Thirteen cases that readers of Obsidian's notes get wrong, up to the note model.

The notes are in `tests/vaults/thirteen`; the cases are numbered in `Cases.md`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lierne.base.config import Config
from lierne.read.vault.vault import Destination, Vault

if TYPE_CHECKING:
    from lierne.read.note import Link, Note

FOLDER = Path(__file__).parents[1] / "vaults" / "thirteen"


@pytest.fixture(scope="module")
def vault() -> Vault:
    return Vault(Config(FOLDER))


@pytest.fixture(scope="module")
def cases(vault: Vault) -> Note:
    return vault["Cases"]


def link(cases: Note, number: int) -> Link:
    """The only link of a case."""
    (found,) = links(cases, number)
    return found


def links(cases: Note, number: int) -> list[Link]:
    """The links of a case: those up to the line on which the next begins."""
    lines = [*cases.text.lines, "99. end"]
    first, after = (
        next(n for n, line in enumerate(lines, 1) if line.startswith((f"{case}. ", "99.")))
        for case in (number, number + 1)
    )
    return [found for found in cases.links if first <= found.place.line < after]


def leads(vault: Vault, found: Link) -> Destination:
    return vault.resolve(found, "Cases.md")


def kinds(cases: Note) -> list[str]:
    inline = [child for token in cases.tokens for child in token.children or ()]
    return [token.type for token in (*cases.tokens, *inline)]


def test_1_case_does_not_count(vault: Vault, cases: Note) -> None:
    assert leads(vault, link(cases, 1)).path == "Folder/Note One.md"


def test_2_the_shorter_path_is_meant_and_both_are_told(vault: Vault, cases: Note) -> None:
    found = leads(vault, link(cases, 2)).found

    assert found.path == "Other/Dup.md"
    assert found.ambiguous
    assert found.candidates == ("Other/Dup.md", "Folder/Dup.md")


def test_3_a_missing_note_is_unresolved(vault: Vault, cases: Note) -> None:
    found = leads(vault, link(cases, 3))

    assert (found.path, found.whole) == (None, False)


def test_4_a_link_in_a_table_has_its_text_and_heading(vault: Vault, cases: Note) -> None:
    found = link(cases, 4)
    heading = leads(vault, found).heading

    assert found.text == "x/y"
    assert heading is not None
    assert heading.raw == "She/Her"
    written = cases.text.data[found.place.offset : found.place.end_offset]
    assert written == rb"[[Heads#She/Her\|x/y]]"


def test_5_a_turkish_heading_is_found_and_its_anchor_is_there(vault: Vault, cases: Note) -> None:
    found = leads(vault, link(cases, 5))

    assert found.heading is not None
    assert found.heading.raw == "İstanbul ve Çağ"
    assert found.note is not None
    anchors = [token.attrGet("id") for token in found.note.tokens if token.type == "heading_open"]
    assert found.heading.anchor in anchors


def test_6_a_link_in_inline_code_is_code(cases: Note) -> None:
    assert links(cases, 6) == []


def test_7_a_fence_is_untouched(cases: Note) -> None:
    (block,) = cases.blocks

    assert links(cases, 7) == []
    assert block.code.encode() in cases.text.data
    assert block.code == (
        '[[ -f "$x" ]] && echo "${#arr[@]} %%keep%%" # [[Note One]]\nx="${#arr} ]]"\n'
    )


def test_8_a_comment_is_hidden(cases: Note) -> None:
    assert links(cases, 8) == []
    assert kinds(cases).count("comment") == 1


def test_9_a_table_holds_a_link_with_text_and_a_sized_picture(vault: Vault, cases: Note) -> None:
    note, picture = links(cases, 9)

    assert (leads(vault, note).path, note.text, note.embed) == ("N.md", "a", False)
    assert (leads(vault, picture).path, picture.text, picture.embed) == ("i.svg", "100", True)


def test_10_a_section_ends_where_the_next_begins(vault: Vault, cases: Note) -> None:
    found = leads(vault, link(cases, 10))

    assert found.note is not None
    assert found.heading is not None
    section = found.note.text.lines[found.heading.place.line - 1 : found.heading.end_line - 1]
    assert "".join(section) == ("## Sub\n\nOnly the section.\n\n### Below\n\nAlso the section.\n\n")


def test_11_a_block_is_its_paragraph(vault: Vault, cases: Note) -> None:
    found = leads(vault, link(cases, 11))

    assert found.note is not None
    assert found.block is not None
    first, after = found.block.lines
    assert found.note.text.lines[first - 1 : after - 1] == ("Only the block. ^blk\n",)


def test_12_highlight_tag_and_footnote(cases: Note) -> None:
    assert [tag.name for tag in cases.tags] == ["tag/x"]
    assert {"mark_open", "mark_close", "tag", "footnote_ref"} <= set(kinds(cases))


def test_13_a_script_is_raw_html_for_the_site_to_remove(cases: Note) -> None:
    raw = [token for token in cases.tokens if token.type == "html_block"]
    inline = [c for token in cases.tokens for c in token.children or () if c.type == "html_inline"]

    assert any("<script>" in token.content for token in (*raw, *inline))


def test_nothing_is_wrong_with_the_notes_themselves(vault: Vault) -> None:
    assert vault.problems == ()
