"""Front matter that is made to hurt: it costs a problem, and never the note."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lierne.base.text import Text
from lierne.read.parser import parse

if TYPE_CHECKING:
    from lierne.read.note import Note

BOMBS = {
    "P104": [
        "a: " + "[" * 5000,
        "a: " + "[" * 60_000,
        "a: " + "[" * 900 + "]" * 900,
        "a: " + "{a: " * 15_000,
        "a:\n" + " - " * 20_000,
        "a:\n" + "".join(" " * i + "k:\n" for i in range(1, 340)),
        "? " * 20_000,
        "a: b\n" * 20_000,
    ],
    "P103": [
        "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(9)),
        "a: &a [*a]",
        "a: *b",
    ],
    "P101": ["up: [[A]], [[B]]", "a: ![[b.png]]", "a: b: c", "a: @b", "a: 'b", 'a: "\\ud800"'],
}


def read(front: str) -> Note:
    source = f"---\n{front}\n---\ntext [[after]]\n"
    return parse("N.md", Text.decode("N.md", source.encode()))


@pytest.mark.parametrize(
    ("code", "front"), [(code, front) for code, fronts in BOMBS.items() for front in fronts]
)
def test_a_bomb_is_one_kind_of_problem_in_the_front_matter(code: str, front: str) -> None:
    note = read(front)

    assert {problem.code for problem in note.problems} == {code}
    assert all(1 < p.place.line < note.links[-1].place.line for p in note.problems)
    assert [link.target for link in note.links] == ["after"]


def test_tags_of_yaml_make_no_objects() -> None:
    note = read("a: !!python/object/apply:os.getcwd []\nb: !!python/name:os.system x")

    assert {key: found.value for key, found in note.properties.items()} == {"a": [], "b": "x"}


def test_what_stands_beside_a_broken_property_is_kept() -> None:
    note = read("up: [[A]], [[B]]\ntangle: src/x.py\ntitle: a: b\nlist:\n- x\n- y")

    assert {key: found.value for key, found in note.properties.items()} == {
        "tangle": "src/x.py",
        "list": ["x", "y"],
    }
    assert [(p.code, p.place.line) for p in note.problems] == [("P101", 2), ("P101", 4)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("NO", "NO"), ("yes", "yes"), ("on", "on"), ("12:30:45", "12:30:45"), ("1_000", "1_000")),
        *(
            ("true", True),
            ("FALSE", False),
            ("~", None),
            ("null", None),
            ('""', ""),
            ("'12'", "12"),
        ),
        *(("012", 12), ("0o17", 15), ("0x1F", 31), ("-3", -3), ("1e3", 1000.0), (".5", 0.5)),
        *(("1.2.3", "1.2.3"), ("2024-02-30", "2024-02-30"), ("24:00", "24:00"), ("=", "=")),
        *(("[a, [b]]", ["a", ["b"]]), ("{a: 1}", {"a": 1}), ("[]", []), ("{}", {}), ("<<", "<<")),
    ],
)
def test_values_are_what_a_reader_takes_them_for(text: str, value: object) -> None:
    found = read(f"a: {text}").properties["a"].value

    assert found == value
    assert type(found) is type(value)


def test_a_number_of_five_thousand_digits_stays_text() -> None:
    assert read("a: " + "9" * 5000).properties["a"].value == "9" * 5000


def test_attributes_and_properties_are_read_without_the_parser() -> None:
    code = (
        "import sys, lierne.read.rules.fence, lierne.read.front.properties;"
        "print([m for m in ('markdown_it', 'yaml') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"
