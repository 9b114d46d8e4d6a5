"""What is wrong with a run block that pytest ran, and how that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lierne.base.problem import Problem
    from lierne.code.run.result import Failure


@dataclass(frozen=True, slots=True)
class Crash:
    """Where and why, in one line, as pytest writes it into its summary."""

    path: str
    lineno: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.lineno}: {self.message}"


class Verdict(Exception):  # noqa: N818 - it is no error of ours
    """A block that does not do what its note says."""

    def __init__(self, crash: Crash, lines: Sequence[str]) -> None:
        """Says what is wrong.

        Args:
            crash: Where, and what, in one line.
            lines: All that there is to see of it.
        """
        super().__init__(crash)
        self.reprcrash = crash
        self.lines = tuple(lines)

    @classmethod
    def of(cls, problem: Problem) -> Verdict:
        """A problem of a block as pytest shows failures."""
        crash = Crash(problem.place.path, problem.place.line, problem.message)
        return cls(crash, [*problem.diff.splitlines(), f"help: {problem.help}"])

    @classmethod
    def failed(cls, note: str, failure: Failure) -> Verdict:
        """A block that did not come to its end."""
        return cls(Crash(note, failure.line, failure.message), failure.traceback.splitlines())

    def __str__(self) -> str:
        return "\n".join([*self.lines, "", str(self.reprcrash)])

    def toterminal(self, writer: Any) -> None:
        """Shows it, as pytest shows a failure: the place comes last, where editors find it."""
        for line in self.lines:
            sign = "" if line.startswith(("---", "+++")) else line[:1]
            writer.line(line, red=sign == "-", green=sign == "+")
        writer.line()
        writer.write(self.reprcrash.path, bold=True, red=True)
        writer.line(f":{self.reprcrash.lineno}: {self.reprcrash.message}")
