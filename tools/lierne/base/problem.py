"""What is wrong, where it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ALIKE = 0.6
"""The part of two names that must be the same in both, for one to be meant by the other."""


class Severity(StrEnum):
    """How much a problem matters; errors and warnings make a command exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    @property
    def counts(self) -> bool:
        """Whether a command that found such a problem exits with 1."""
        return self is not Severity.HINT


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; each is declared once, beside the code that finds it."""

    code: str
    """Stable name for people and programs: a letter for the area and three digits."""
    severity: Severity
    title: str
    """What is wrong, in general; a problem's message says it of one place."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one file, from its first character to just past its last."""

    path: str
    """From the project's root, with `/`."""
    line: int = 1
    """Counts from 1."""
    column: int = 1
    """Counts characters (code points) from 1."""
    offset: int = 0
    """Counts bytes of the file from 0."""
    end_line: int = 0
    """The line on which the stretch ends; 0 where only its start is known."""
    end_column: int = 0
    """Just past its last character, on that line."""
    end_offset: int = 0
    """Just past its last byte."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong at one place."""

    kind: Kind
    place: Place
    message: str
    """What is wrong, in one line without a full stop."""
    help: str = ""
    """What to do about it, in one line; empty only where the message says it."""
    diff: str = ""
    """Both sides, where two differ, as a unified diff."""

    @property
    def code(self) -> str:
        """The stable code of its kind."""
        return self.kind.code

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return self.kind.severity

    def __str__(self) -> str:
        """The one line that editors and terminals turn into a link."""
        return f"{self.place}: {self.code} {self.message}"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sorts problems by place and says each only once."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (p.place, p.code, p.message)))


def nearest(name: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Finds the names that somebody who wrote `name` may have meant, best first."""
    folded: dict[str, list[str]] = {}
    for candidate in names:
        folded.setdefault(_fold(candidate), []).append(candidate)
    found: list[str] = []
    for match in _closest(_fold(name), folded, most):
        found.extend(folded[match])
    return found[:most]


def either(names: Sequence[str]) -> str:
    """What may be meant, in one phrase: `a`, `b` or `c`."""
    quoted = [f"`{name}`" for name in names]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _fold(name: str) -> str:
    # Turkish dotted and dotless i differ only by a slip of the keyboard layout.
    return name.translate({0x130: "i", 0x131: "i"}).casefold().replace("\u0307", "")


def _closest(name: str, others: Iterable[str], most: int) -> list[str]:
    from difflib import SequenceMatcher  # noqa: PLC0415 - most runs have nothing to suggest

    matcher = SequenceMatcher(b=name)

    def bound(other: str) -> float:
        matcher.set_seq1(other)
        return matcher.quick_ratio()

    # In the order of how close they can be at most, so that few are compared in full.
    best: list[tuple[float, str]] = []
    least = _ALIKE
    for at_most, other in sorted(((bound(other), other) for other in others), reverse=True):
        if at_most < least:
            break
        matcher.set_seq1(other)
        if (ratio := matcher.ratio()) >= least:
            best = sorted([*best, (ratio, other)], reverse=True)[:most]
            least = best[-1][0] if len(best) == most else _ALIKE
    return [other for _, other in best]
