"""Where the lines of notes are once outputs are put into them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lierne.base.problem import Problem
    from lierne.code.rewrite import Edit


class Lines:
    """The way from the lines of notes as they were run to those of the notes as they are now."""

    def __init__(self, edits: Mapping[str, Sequence[Edit]]) -> None:
        """Takes what was changed in notes, by their paths as they are shown."""
        self._edits = edits
        paths = "|".join(map(re.escape, edits))
        # As tracebacks and as problems name a line.
        self._place = re.compile(rf'(?<![^\s"`(])({paths})(", line |:)(\d+)')

    def now(self, path: str, line: int) -> int:
        """Where a line of a note is now."""
        above = (edit for edit in self._edits.get(path, ()) if edit.end <= line)
        return line + sum(len(edit.lines) - (edit.end - edit.first) for edit in above)

    def of_problem(self, problem: Problem) -> Problem:
        """A problem at the place where it is now."""
        place = problem.place
        line = self.now(place.path, place.line)
        end_line = place.end_line and self.now(place.path, place.end_line)
        return replace(
            problem,
            place=replace(place, line=line, end_line=end_line),
            message=self.in_text(problem.message),
            help=self.in_text(problem.help),
        )

    def in_text(self, text: str) -> str:
        """A text in which each place is named as it is now."""
        return self._place.sub(self._renumbered, text) if self._edits else text

    def _renumbered(self, match: re.Match[str]) -> str:
        path, between, line = match.groups()
        return f"{path}{between}{self.now(path, int(line))}"
