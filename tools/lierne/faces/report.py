"""How problems are printed: for people, for programs, and for GitHub."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, TextIO

import click

from lierne.base.problem import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lierne.base.problem import Problem

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}
_SIGNS = {"+": "green", "-": "red", "@": "cyan"}
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}
# A name from a note may hold anything; on a terminal it must not move the cursor.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def sentence(error: OSError) -> str:
    """What kept a file from being read or written, with the file's name if that is known."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def report(
    problems: Sequence[Problem], style: str = "text", *, err: bool = True, summary: bool = False
) -> int:
    """Prints problems and says how the command should end.

    Args:
        problems: What to print, in this order.
        style: `text`, `json` or `github`.
        err: On stderr, or else on stdout.
        summary: Whether the text ends with a line that counts the problems.

    Returns:
        1 if an error or a warning is among them, else 0.
    """
    if style == "json":
        click.echo(as_json(problems), err=err)
    elif style == "github":
        for problem in problems:
            click.echo(as_github(problem), err=err)
    else:
        colour = coloured(sys.stderr if err else sys.stdout)
        for problem in problems:
            click.echo(as_text(problem), err=err, color=colour)
        if summary:
            click.echo(count(problems), err=err, color=colour)
    return exit_code(problems)


def exit_code(problems: Sequence[Problem]) -> int:
    """1 if an error or a warning is among them, else 0: hints do not count."""
    return int(any(p.severity.counts for p in problems))


def as_text(problem: Problem) -> str:
    """The line that editors turn into a link, under it both sides, and what to do."""
    place = click.style(printable(str(problem.place)), bold=True)
    code = click.style(problem.code, fg=_COLOURS[problem.severity])
    lines = [f"{place}: {code} {printable(problem.message)}"]
    if problem.diff:
        lines.append(coloured_diff(problem.diff).removesuffix("\n"))
    if problem.help:
        lines.append(f"{click.style('help:', fg='green')} {printable(problem.help)}")
    return "\n".join(lines)


def coloured_diff(diff: str) -> str:
    """A unified diff as a terminal shows it best, with control characters as escapes."""
    return "\n".join(_diff_line(line) for line in diff.split("\n"))


def _diff_line(line: str) -> str:
    safe = "\t".join(map(printable, line.split("\t")))
    return click.style(safe, fg=_SIGNS[line[0]]) if line[:1] in _SIGNS else safe


def as_json(problems: Sequence[Problem]) -> bytes:
    """A JSON list with one object a problem, in UTF-8 whatever the terminal speaks."""
    rows = [
        {
            "code": p.code,
            "severity": p.severity.value,
            "message": p.message,
            "help": p.help,
            "path": p.place.path,
            "line": p.place.line,
            "column": p.place.column,
            "end_line": p.place.end_line or p.place.line,
            "end_column": p.place.end_column or p.place.column,
        }
        for p in problems
    ]
    return data(rows)


def data(value: object) -> bytes:
    """JSON for a program to read; a file name that is not UTF-8 keeps its bytes as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "backslashreplace")


def as_github(problem: Problem) -> str:
    """The line that GitHub Actions turns into a note beside the changed lines."""
    place = problem.place
    values = {"file": place.path, "line": place.line, "col": place.column}
    if place.end_line:
        values["endLine"] = place.end_line
        if place.end_line == place.line:  # GitHub takes columns only within one line
            values["endColumn"] = place.end_column
    values["title"] = problem.code
    shown = ",".join(f"{key}={_property(str(value))}" for key, value in values.items())
    message = problem.message + (f"\nhelp: {problem.help}" if problem.help else "")
    return f"::{_GITHUB[problem.severity]} {shown}::{_escaped(message)}"


def count(problems: Sequence[Problem]) -> str:
    """One line that says how many problems of each severity there are."""
    if not problems:
        return "no problems"
    severities = Counter(p.severity for p in problems)
    parts = [many(severities[s], s.value) for s in Severity if severities[s]]
    return ", ".join(parts)


def coloured(stream: TextIO | None) -> bool:
    """Whether to use colour there: on a terminal, unless the environment says otherwise."""
    if stream is None or os.environ.get("NO_COLOR"):  # a stream that was closed is None
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def printable(text: str) -> str:
    """The text with control characters shown as escapes."""
    return _CONTROL.sub(lambda match: _escape(match[0]), text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def many(number: int, noun: str) -> str:
    """A number of things, in words that fit the number."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
