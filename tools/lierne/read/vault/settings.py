"""What Obsidian's own settings say about a vault, as far as reading it depends on them."""

from __future__ import annotations

import json
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lierne.base.problem import Kind, Place, Problem, Severity

if TYPE_CHECKING:
    from pathlib import Path

BAD_SETTINGS = Kind("N205", Severity.WARNING, "Obsidian's settings that cannot be read")

FILE = ".obsidian/app.json"
MOST_BYTES = 1_000_000
MOST_CHARACTERS = 400  # of a path that is searched; Windows opens none of more than 260
# What an expression may consist of. A vault may come from anybody, and `(a|aa)+b` takes years: no
# group is repeated, nothing refers back, and what can match in several ways is counted.
_PART = re.compile(
    r"""\\[dDwWsSbB\W_] | \[\^?(?:\\.|[^][\\])+\]
    | (?P<open>\((?:\?[:!=])?) | (?P<close>\)(?![*+{]))
    | \{\d{1,3}\} | (?P<many>[*+]|\{\d*,\d*\}) | (?P<choice>[?|])
    | [^][\\(){}]""",
    re.VERBOSE,
)
_WEIGHTS = {"many": 4, "choice": 1}
_MOST_WEIGHT = 10  # in one alternative: two `.*` and a little, or ten endings to choose from


@dataclass(frozen=True, slots=True)
class Settings:
    """The keys of `.obsidian/app.json` that matter to a reader."""

    strict_line_breaks: bool = False
    """Whether a single newline is only a blank; off, it is shown as a break."""
    ignored: tuple[re.Pattern[str], ...] = ()
    """The "Excluded files", as patterns to be searched for in vault paths."""
    problems: tuple[Problem, ...] = ()

    def ignores(self, path: str) -> bool:
        """Whether a file is one of the "Excluded files"."""
        return len(path) <= MOST_CHARACTERS and any(
            pattern.search(path) for pattern in self.ignored
        )


def read_settings(vault: Path, shown: str) -> Settings:
    """Reads a vault's settings; without any, or with bad ones, Obsidian's defaults.

    Args:
        vault: The folder of notes.
        shown: What stands before vault paths where places are shown.
    """
    place = Place(f"{shown}{FILE}")
    try:
        table = json.loads(_read(vault / FILE))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        return Settings(problems=(_problem(place, f"`{FILE}` cannot be read: {error}"),))
    if not isinstance(table, dict):
        return Settings(problems=(_problem(place, f"`{FILE}` is not a JSON object"),))
    return _settings(table, place)


def _read(path: Path) -> bytes:
    # A vault comes from anybody: what is no plain file may have no end, or never begin.
    info = path.lstat()
    if not stat.S_ISREG(info.st_mode):
        raise OSError("it is a link, or no file at all")
    if info.st_size > MOST_BYTES:
        raise OSError(f"it is bigger than {MOST_BYTES:,} bytes")
    return path.read_bytes()


def _settings(table: dict[str, Any], place: Place) -> Settings:
    ignored: list[re.Pattern[str]] = []
    problems: list[Problem] = []
    filters = table.get("userIgnoreFilters")
    for text in filters if isinstance(filters, list) else ():
        pattern = _pattern(text) if isinstance(text, str) else None
        if pattern is None:
            problems.append(_problem(place, f"the excluded files `{text}` cannot be understood"))
        else:
            ignored.append(pattern)
    return Settings(
        strict_line_breaks=table.get("strictLineBreaks") is True,
        ignored=tuple(ignored),
        problems=tuple(problems),
    )


def _pattern(text: str) -> re.Pattern[str] | None:
    # Between slashes it is a regular expression, else the beginning of a path.
    if not (len(text) > 2 and text.startswith("/") and text.endswith("/")):
        return re.compile(rf"\A{re.escape(text)}", re.IGNORECASE)
    expression = text[1:-1]
    try:
        return re.compile(expression, re.IGNORECASE) if _ends_soon(expression) else None
    except (re.error, RecursionError, OverflowError):
        return None


def _ends_soon(expression: str) -> bool:
    """Whether searching with it takes a moment at most, whatever the path."""
    position = depth = weight = 0
    while position < len(expression):
        part = _PART.match(expression, position)
        if part is None:
            return False
        position = part.end()
        depth += {"open": 1, "close": -1}.get(part.lastgroup or "", 0)
        # Alternatives outside all groups are tried one by one.
        first = part[0] == "|" and not depth
        weight = 0 if first else weight + _WEIGHTS.get(part.lastgroup or "", 0)
        if weight > _MOST_WEIGHT:
            return False
    return True


def _problem(place: Place, message: str) -> Problem:
    return Problem(BAD_SETTINGS, place, message, "set it again in Obsidian's settings")
