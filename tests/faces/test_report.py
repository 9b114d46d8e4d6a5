"""How problems are printed."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import click
import pytest

from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.faces import report

ERROR = Kind("X001", Severity.ERROR, "an error")
WARNING = Kind("X002", Severity.WARNING, "a warning")
HINT = Kind("X003", Severity.HINT, "a hint")
PLACE = Place("vault/Dikkat Mekanizması.md", 12, 5, 140, 12, 17, 152)

PROBLEMS = (
    Problem(ERROR, PLACE, "there is no chunk `stable`", "did you mean `<<table>>`?"),
    Problem(WARNING, Place("vault/B.md", 3), "two notes are called `Dup`"),
    Problem(HINT, Place("vault/C.md", 1, 2, 1, 4, 1, 90), "half%done\nand more", "wait, or: do"),
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(capsys: pytest.CaptureFixture[str], style: str, *, err: bool = False) -> str:
    report.report(PROBLEMS, style, err=err, summary=True)
    out = capsys.readouterr()
    assert (out.out if err else out.err) == ""
    return out.err if err else out.out


def test_text_is_a_clickable_line_and_a_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "text").splitlines() == [
        "vault/Dikkat Mekanizması.md:12:5: X001 there is no chunk `stable`",
        "help: did you mean `<<table>>`?",
        "vault/B.md:3:1: X002 two notes are called `Dup`",
        "vault/C.md:1:2: X003 half%done\\x0aand more",
        "help: wait, or: do",
        "1 error, 1 warning, 1 hint",
    ]


def test_both_sides_stand_between_the_line_and_the_way_out() -> None:
    diff = "--- note\n+++ target\n@@ -1 +1 @@\n-a\t= 1\n+a\t= \x1b[2J\n same\n"
    problem = Problem(ERROR, PLACE, "both were edited", "choose one", diff)
    lines = report.as_text(problem).splitlines()

    assert click.unstyle("\n".join(lines)).splitlines() == [
        "vault/Dikkat Mekanizması.md:12:5: X001 both were edited",
        *("--- note", "+++ target", "@@ -1 +1 @@", "-a\t= 1", "+a\t= \\x1b[2J", " same"),
        "help: choose one",
    ]
    assert lines[4] == click.style("-a\t= 1", fg="red")
    assert lines[5] == click.style("+a\t= \\x1b[2J", fg="green")
    assert lines[6] == " same"


def test_programs_are_not_given_both_sides() -> None:
    plain = Problem(ERROR, PLACE, "both were edited", "choose one")
    problem = replace(plain, diff="--- note\n+++ target\n")

    assert report.as_json([problem]) == report.as_json([plain])
    assert report.as_github(problem) == report.as_github(plain)


def test_other_commands_say_it_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "text", err=True).startswith("vault/Dikkat")


def test_json_has_every_key_of_every_problem(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(shown(capsys, "json"))

    assert rows[0] == {
        "code": "X001",
        "severity": "error",
        "message": "there is no chunk `stable`",
        "help": "did you mean `<<table>>`?",
        "path": "vault/Dikkat Mekanizması.md",
        "line": 12,
        "column": 5,
        "end_line": 12,
        "end_column": 17,
    }
    assert [row["severity"] for row in rows] == ["error", "warning", "hint"]
    assert (rows[1]["end_line"], rows[1]["end_column"]) == (3, 1)


def test_no_problems_are_an_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert report.report((), "json", err=False) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_github_lines_escape_what_would_end_them(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "github").splitlines()

    assert lines[0] == (
        "::error file=vault/Dikkat Mekanizması.md,line=12,col=5,endLine=12,endColumn=17,"
        "title=X001::there is no chunk `stable`%0Ahelp: did you mean `<<table>>`?"
    )
    assert (
        lines[1] == "::warning file=vault/B.md,line=3,col=1,title=X002::two notes are called `Dup`"
    )
    assert lines[2] == (
        "::notice file=vault/C.md,line=1,col=2,endLine=4,title=X003"
        "::half%25done%0Aand more%0Ahelp: wait, or: do"
    )
    assert len(lines) == 3


def test_github_property_with_colon_and_comma() -> None:
    problem = Problem(ERROR, Place("a,b: c.md", 1), "bad")

    assert report.as_github(problem) == "::error file=a%2Cb%3A c.md,line=1,col=1,title=X001::bad"


@pytest.mark.parametrize(
    ("kinds", "expected"), [((), 0), ((HINT,), 0), ((HINT, WARNING), 1), ((ERROR,), 1)]
)
def test_hints_do_not_count(kinds: tuple[Kind, ...], expected: int) -> None:
    problems = [Problem(kind, PLACE, "x") for kind in kinds]

    assert report.exit_code(problems) == expected


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colour(
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    terminal: bool,
    expected: bool,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert report.coloured(Terminal() if terminal else io.StringIO()) is expected


def test_colour_is_seen_only_where_it_is_wanted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31mX001" in shown(capsys, "text")

    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shown(capsys, "text")


def test_a_name_cannot_move_the_cursor() -> None:
    problem = Problem(ERROR, Place("a\x1b[2J.md", 1), "no note `b\u202e\x07`")

    text = report.as_text(problem)

    assert "a\\x1b[2J.md" in text
    assert "`b\\u202e\\x07`" in text


def test_a_file_name_that_is_not_utf8_stays_json() -> None:
    row = json.loads(report.as_json([Problem(ERROR, Place("a\udcff.md", 1), "x")]))[0]

    assert row["path"] == "a\udcff.md"
