from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lierne.code.map import Map, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lierne.code.tangle import Tangled

    Tangle = Callable[[Mapping[str, str]], Tangled]

MAP = Map(
    "src/x.py",
    (
        Run(1, 3, "A.md", 10),
        Run(4, 2, "Sub/B.md", 7, "    ", "> "),
        Run(8, 1, "A.md", 20, "", "   "),
        Run(9, 2, "Sub/B.md", 7),
    ),
)


@pytest.mark.parametrize(
    ("target", "note"),
    [
        ((1, 1), ("A.md", 10, 1)),
        ((3, 5), ("A.md", 12, 5)),
        ((4, 5), ("Sub/B.md", 7, 3)),
        ((5, 9), ("Sub/B.md", 8, 7)),
        ((8, 2), ("A.md", 20, 5)),
        ((10, 4), ("Sub/B.md", 8, 4)),
    ],
)
def test_60_a_place_of_a_target_and_of_its_note_lead_to_each_other(
    target: tuple[int, int], note: tuple[str, int, int]
) -> None:
    assert MAP.note_at(*target) == note
    assert target in MAP.target_at(*note)


def test_what_is_used_twice_is_found_twice() -> None:
    assert MAP.target_at("Sub/B.md", 8, 7) == [(5, 9), (10, 7)]


def test_a_place_in_the_indent_leads_to_the_start_of_the_line() -> None:
    assert MAP.note_at(4, 2) == ("Sub/B.md", 7, 3)
    assert MAP.target_at("Sub/B.md", 7, 1) == [(4, 5), (9, 1)]


def test_a_reference_leads_to_where_its_chunk_begins_each_time(tangled: Tangle) -> None:
    note = (
        "```python file=src/a.py\nimport os\n```\n"
        "```python file=src/a.py\ndef f():\n    <<outer>>\n    <<nothing>>\n    <<inner>>\n```\n"
        "```python #outer\n\nif f:\n    <<inner>>\n```\n"
        "```python #inner\nreturn\n```\n"
        "```python #nothing\n```\n"
    )

    target = tangled({"A.md": note}).targets["src/a.py"]

    assert target.text == "import os\n\n\ndef f():\n\n    if f:\n        return\n    return\n"
    went = {line: target.map.target_at("A.md", line) for line in (6, 7, 8, 13)}
    assert went == {6: [(5, 5)], 7: [], 8: [(8, 5)], 13: [(7, 9)]}


def test_lines_between_blocks_and_past_the_end_come_from_nowhere() -> None:
    assert [MAP.note_at(line) for line in (0, 6, 7, 11)] == [None] * 4
    assert MAP.target_at("A.md", 13) == []
    assert MAP.target_at("Other.md", 10) == []
    assert Map("src/empty").note_at(1) is None


def test_the_map_is_written_as_documented() -> None:
    data = MAP.to_json()

    assert data["version"] == 1
    assert data["target"] == "src/x.py"
    assert data["runs"][1] == {
        "lines": [4, 5],
        "note": "Sub/B.md",
        "note_lines": [7, 8],
        "block": 0,
        "indent": "    ",
        "prefix": "> ",
    }
    assert Map.from_json(json.loads(json.dumps(data))) == MAP


def test_a_map_of_another_version_is_not_read() -> None:
    with pytest.raises(ValueError, match="version 2"):
        Map.from_json({**MAP.to_json(), "version": 2})


# --- The maps of tangled notes --------------------------------------------------------------------

LINES = st.lists(
    st.sampled_from(
        [
            *(
                "x = 1",
                "    y = 2",
                "def f():",
                "class A:",
                "",
                "  ",
                "\treturn",
                "# şiir",
                "<<a>>",
            ),
            *("  <<b>>", "<<Note 1#a>>", "\t<<Note 2#^id>>", "text <<a>>", "'''", "else:", "@d"),
        ]
    ),
    max_size=6,
)
INFOS = st.sampled_from(
    [
        *("python", "python #a", "python #b", "python file=src/x.py", "py file=src/y.txt #a"),
        *("js", "js file=src/z.js", "python skip", "python run", "", "python #a file=src/x.py"),
    ]
)
CONTAINERS = st.sampled_from(["", "", "", "> ", "   "])


@st.composite
def notes(draw: st.DrawFn) -> dict[str, str]:
    """A vault of notes whose blocks refer to each other, rightly or wrongly."""
    vault = {}
    for number in range(draw(st.integers(1, 3))):
        front = draw(st.sampled_from(["", f"---\ntangle: src/n{number}.py\n---\n"]))
        parts = [front]
        for _ in range(draw(st.integers(0, 5))):
            prefix = draw(CONTAINERS)
            head = "1. item\n" if prefix.isspace() else "text\n\n"
            block = [f"```{draw(INFOS)}", *draw(LINES), "```"]
            end = draw(st.sampled_from(["\n", "\n^id\n\n"]))
            parts.append(head + "".join(f"{prefix}{line}\n" for line in block) + end)
        vault[f"Note {number}.md"] = "".join(parts)
    return vault


@given(notes())
@settings(max_examples=150, deadline=None)
def test_every_line_of_a_target_stands_in_the_note_that_its_map_names(
    tangled: Tangle, vault: dict[str, str]
) -> None:
    made = tangled(vault)

    for target in made.targets.values():
        lines = (target.text or "").split("\n")[:-1]
        for number, line in enumerate(lines, 1):
            origin = target.map.note_at(number, len(line) + 1)
            if origin is None:
                assert not line  # only tangling's own blank lines come from no note
                continue
            note, note_line, column = origin
            run = target.map.run_at(number)
            assert run is not None
            inside = line.removeprefix(run.indent)
            there = vault[note].split("\n")[note_line - 1]
            assert there.rstrip().endswith(inside.rstrip())
            if inside:
                assert there[column - 1 - len(inside) : column - 1] == inside
                assert (number, len(line) + 1) in target.map.target_at(note, note_line, column)


@given(notes())
@settings(max_examples=60, deadline=None)
def test_tangling_is_the_same_each_time_and_in_any_order(
    tangled: Tangle, vault: dict[str, str]
) -> None:
    made = tangled(vault)
    again = tangled(dict(reversed(vault.items())))

    assert made == again


@given(notes())
@settings(max_examples=60, deadline=None)
def test_a_target_split_at_its_runs_gives_the_code_of_its_blocks(
    tangled: Tangle, vault: dict[str, str]
) -> None:
    made = tangled(vault)

    for target in made.targets.values():
        lines = (target.text or "").split("\n")[:-1]
        covered = [n for run in target.map.runs for n in range(run.line, run.end)]
        assert covered == sorted(set(covered))
        assert all(not line for n, line in enumerate(lines, 1) if n not in covered)
        assert not covered or covered[-1] == len(lines)
