"""Names, headings and block ids lead where they lead in Obsidian."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lierne.base.problem import Place
from lierne.base.text import Text
from lierne.read.note import BlockId, Heading, Note
from lierne.read.resolve import Found, Names, Parts, heading_key, name_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from _pytest.mark.structures import ParameterSet

TABLES = Path(__file__).parent / "fixtures" / "resolve.md"


def cases() -> Iterator[ParameterSet]:
    """One case for each row of the tables, named by its line."""
    paths: list[str] = []
    aliases: dict[str, list[str]] = {}
    for number, line in enumerate(TABLES.read_text("utf-8").splitlines(), 1):
        text = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), line)
        if text.startswith("## "):
            paths, aliases = [], {}
        elif text.startswith("- "):
            path, _, names = text[2:].partition(" = ")
            paths.append(path)
            if names:
                aliases[path] = names.split(", ")
        elif text.startswith("| `"):
            target, source, found, others = re.split(r" *\| *", text)[1:5]
            path = found.removesuffix(" (alias)")
            several = tuple(others.split(", ")) if others else (path,) if path else ()
            wanted = Found(path or None, several, alias=found != path)
            names = (list(paths), dict(aliases) or None)
            yield pytest.param(*names, target[1:-1], source, wanted, id=f"line {number}")


@pytest.mark.parametrize(("paths", "aliases", "target", "source", "wanted"), list(cases()))
def test_tables(
    paths: list[str], aliases: dict[str, list[str]], target: str, source: str, wanted: Found
) -> None:
    assert Names(paths, aliases).find(target, source) == wanted


def test_every_step_has_a_table() -> None:
    steps = {int(n) for n in re.findall(r"^## (\d+)\.", TABLES.read_text("utf-8"), re.MULTILINE)}

    assert steps == set(range(1, 12))


NAMES = st.text("abAB.éİıσ/ \u0301", min_size=1, max_size=8)


@given(st.lists(NAMES, max_size=8), NAMES, NAMES)
def test_whatever_is_asked_the_answer_is_a_file_of_the_vault(
    paths: list[str], target: str, source: str
) -> None:
    found = Names(paths).find(target, source)

    assert found.path is None or found.path in {*paths, source}
    assert (found.path is None) == (not found.candidates)
    assert found.path in (*found.candidates[:1], None)


@given(st.sets(st.text("abé", min_size=1, max_size=3), min_size=1, max_size=8).map(sorted))
def test_the_shortest_text_finds_its_file_from_everywhere(names: list[str]) -> None:
    paths = [f"{folder}{name}.md" for name in names for folder in ("", "x/", "x/y/")]
    vault = Names(paths)

    for path in paths:
        assert vault.find(vault.shortest(path), "other/z.md").path == path


class TestShortest:
    def test_a_name_that_is_unique_is_enough(self) -> None:
        assert Names(["a/Note.md", "b/pic.png"]).shortest("a/Note.md") == "Note"

    def test_an_attachment_keeps_its_ending(self) -> None:
        assert Names(["a/Note.md", "b/pic.png"]).shortest("b/pic.png") == "pic.png"

    def test_a_name_given_twice_needs_its_folder(self) -> None:
        assert Names(["a/N.md", "b/N.md"]).shortest("b/N.md") == "b/N"

    def test_a_note_named_as_an_attachment_keeps_its_ending(self) -> None:
        assert Names(["d.csv", "x/d.csv.md"]).shortest("x/d.csv.md") == "d.csv.md"


class TestNearest:
    names = Names(["Attention Mechanism.md", "Softmax.md", "a/Key.md", "b/Key.md", "i/ISPARTA.md"])

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("Atention Mechanism", "Attention Mechanism"),
            ("Soft max", "Softmax"),
            ("notes/Softmx#Formula", "Softmax"),
            ("ısparta", "ISPARTA"),
        ],
    )
    def test_a_slip_is_recognised(self, written: str, meant: str) -> None:
        assert self.names.nearest(written)[0] == meant

    def test_names_that_need_a_folder_are_told_with_it(self) -> None:
        assert set(self.names.nearest("x/a/Kex")) <= {"a/Key", "b/Key"}

    def test_what_resembles_nothing_has_no_near_name(self) -> None:
        assert self.names.nearest("Quokka") == []

    def test_ten_thousand_names_are_no_burden(self) -> None:
        many = Names(f"folder/{n:05d} some long name of a note.md" for n in range(10_000))

        assert "01234 some long name of a note" in many.nearest("01234 some long nme of a note")


def heading(level: int, raw: str) -> Heading:
    return Heading(level, raw, raw, raw, Place("n.md"), 0, (0, 0))


def note(*headings: Heading, ids: Sequence[str] = ()) -> Note:
    block_ids = [BlockId(i, i, Place("n.md"), (1, 2), (0, 0)) for i in ids]
    return Note("n.md", Text("n.md", b""), {}, headings=headings, block_ids=block_ids)


class TestHeadings:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("C# basics", "c basics"),
            ("Why?", "Why"),
            ("She/Her", "she her"),
            ("a  b\n c", "A B C"),
            ("`code` and **bold**", "code and bold"),
            ("[[Note|text]]", "note text"),
            ("(x) = {y}; <z>, 50% ~ 1:2!", "x y z 50 1 2"),
            ("\\alpha $x^2$", "alpha x 2"),
            ("İstanbul ve Çağ", "I\u0307stanbul ve C\u0327ag\u0306"),
        ],
    )
    def test_punctuation_case_and_blanks_do_not_count(self, one: str, other: str) -> None:
        assert heading_key(one) == heading_key(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [("don't", "don t"), ("a-b", "a b"), ("a_b", "a b"), ("x", "y"), ("Çağ", "Cag")],
    )
    def test_apostrophe_hyphen_and_underscore_do(self, one: str, other: str) -> None:
        assert heading_key(one) != heading_key(other)

    def test_the_first_of_two_is_meant(self) -> None:
        first, second = heading(2, "Same"), heading(2, "same")

        assert Parts(note(first, second)).heading(["Same"]) is first

    def test_a_path_goes_down(self) -> None:
        deep = heading(3, "Use")
        headings = heading(1, "Use"), heading(2, "Keys"), heading(2, "Values"), deep

        assert Parts(note(*headings)).heading(["Values", "Use"]) is deep
        assert Parts(note(*headings)).heading(["Use", "Values"]) is headings[2]

    def test_levels_may_be_skipped_but_not_go_up(self) -> None:
        headings = heading(2, "A"), heading(2, "B"), heading(1, "C"), heading(4, "D")

        assert Parts(note(*headings)).heading(["A", "B"]) is None
        assert Parts(note(*headings)).heading(["B", "C"]) is None
        assert Parts(note(*headings)).heading(["A", "D"]) is headings[3]

    def test_nothing_asked_nothing_found(self) -> None:
        assert Parts(note(heading(1, "A"))).heading([]) is None
        assert Parts(note(heading(1, "A"))).heading(["B"]) is None


@pytest.mark.parametrize("target", ["N", "../b/N", "Gone", "other"])
def test_a_name_is_looked_up_once_a_folder(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(["a/N.md", "b/N.md", "a/M.md"], {"a/M.md": ["other"]})
    first = {source: names.find(target, source) for source in ("a/M.md", "b/N.md", "M.md")}
    monkeypatch.setattr(Names, "_matches", lambda *_: pytest.fail("looked up again"))

    for source, found in first.items():
        assert names.find(f" {target}#part", source.replace(".md", "2.md")) == found
        assert names.find("#part", source).path == source


class TestBlocks:
    def test_case_does_not_count(self) -> None:
        blocks = note(ids=["Stable", "stable-2"])

        assert Parts(blocks).block("sTABLE").name == "Stable"
        assert Parts(blocks).block("stable-2").name == "stable-2"

    def test_unknown(self) -> None:
        assert Parts(note(ids=["a"])).block("b") is None


@given(st.text())
def test_keys_are_stable(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)
    assert heading_key(heading_key(text)) == heading_key(text)
