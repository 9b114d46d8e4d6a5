"""Front matter is told from prose, and its `tangle` only where YAML would say the same."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lierne.read.front.key import Front, UnsureError, find_front, plain_tangle


@pytest.mark.parametrize(
    ("note", "inside"),
    [
        ("---\na: b\n---\ntext", "a: b\n"),
        ("--- \t\r\na: b\r\n---\r\n", "a: b\r\n"),
        ("---\n---\n", ""),
        ("---\na: ---\n--- \n", "a: ---\n"),
        ("---\na\n----\n---", "a\n----\n"),
    ],
)
def test_it_stands_between_two_lines(note: str, inside: str) -> None:
    front = find_front(note)

    assert front.closed
    assert note[front.start : front.end] == inside


@pytest.mark.parametrize(
    "note", ["", "---", "----\na\n---\n", " ---\na\n---\n", "a\n---\nb\n---\n"]
)
def test_without_it_there_is_none(note: str) -> None:
    assert not find_front(note)


def test_one_that_is_never_closed_reaches_to_the_end() -> None:
    assert find_front("---\na: b\n") == Front(4, 9, closed=False)


@pytest.mark.parametrize(
    ("lines", "tangle"),
    [
        (["tangle: src/a.py"], (0, "src/a.py", 16)),
        (["title: x", "tangle:   'src/a b.py'  "], (1, "src/a b.py", 22)),
        (['tangle: "tests/test_ş.py"'], (0, "tests/test_ş.py", 25)),
        (["tags:", "  - a", "  - b", "tangle: a.py"], (3, "a.py", 12)),
        (["tags:", "- a", 'needs: ["[[A]]", b]', "tangle: a.py"], (3, "a.py", 12)),
        (["url: https://a.b/c?d=e", "when: 12:30"], None),
    ],
)
def test_plain_lines(lines: list[str], tangle: tuple[int, str, int] | None) -> None:
    assert plain_tangle(lines) == tangle


@pytest.mark.parametrize(
    "line",
    [
        "tangle:",
        "tangle: 1.5",
        "tangle: yes",
        "tangle: [a.py]",
        "tangle: a.py # why",
        "tangle: a.py: b",
        "tangle: |",
        "tangle: &x a.py",
        "tangle: *x",
        "tangle: !!str a.py",
        'tangle: "a\\n.py"',
        "tangle : a.py",
        "tangle:\ta.py",
        "  tangle: a.py",
        "- tangle: a.py",
        "{tangle: a.py}",
        "tangle: a.py\x07",
        "tags: []x",
    ],
)
def test_what_is_not_plain_is_left_to_yaml(line: str) -> None:
    with pytest.raises(UnsureError):
        plain_tangle([line])


def test_a_key_given_twice_is_not_plain() -> None:
    with pytest.raises(UnsureError):
        plain_tangle(["tangle: a.py", "tangle: b.py"])


LINES = st.text("ab:#-'\"[]{},.|>&*!?%@ \t/1é\u2028", max_size=12)


@settings(max_examples=400)
@given(
    st.lists(st.one_of(LINES, LINES.map("k: {}".format), LINES.map("  - {}".format)), max_size=5)
)
def test_what_is_plain_is_yaml(lines: list[str]) -> None:
    lines.append("tangle: src/a.py")
    try:
        found = plain_tangle(lines)
    except UnsureError:
        return

    assert found is not None
    assert yaml.safe_load("\n".join(lines))["tangle"] == found[1] == "src/a.py"


@pytest.mark.parametrize("piece", [" ", "a", "'", '"', ",", "a, ", "[", "a:", "\u00e9", "- "])
def test_a_long_line_takes_no_longer_than_its_length(piece: str) -> None:
    before = time.process_time()
    for line in (f"a: x{piece * 60_000}:", f"a: ['x{piece * 60_000}", f"- x{piece * 60_000}\x00"):
        with pytest.raises(UnsureError):
            plain_tangle([line])

    assert time.process_time() - before < 1
