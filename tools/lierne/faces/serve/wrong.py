"""What is wrong, for the pages that show it: each page its own problems, and how many others."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from lierne.base.problem import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lierne.base.problem import Problem

MOST = 20
"""How many problems one page lists."""


class Wrong:
    """What is wrong with the site now. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._trouble = ""
        self._problems: tuple[Problem, ...] = ()
        self._pages: Mapping[str, str] = {}

    def found(self, problems: Iterable[Problem], pages: Mapping[str, str]) -> bool:
        """Takes the problems of the vault; says whether they are others than before.

        Args:
            problems: All of them, of which hints do not count.
            pages: The page that shows a file, by the path that places have.
        """
        counted = tuple(problem for problem in problems if problem.severity.counts)
        with self._lock:
            changed = (counted, pages) != (self._problems, self._pages)
            self._problems, self._pages = counted, pages
        return changed

    def trouble(self, text: str) -> bool:
        """Takes what keeps the whole site from being made; says whether that is news."""
        with self._lock:
            changed = text != self._trouble
            self._trouble = text
        return changed

    def on(self, page: str) -> dict[str, Any]:
        """What one page has to say, by its place in the site."""
        with self._lock:
            trouble, problems, pages = self._trouble, self._problems, self._pages
        own = sorted((p for p in problems if pages.get(p.place.path) == page), key=_rank)
        return {
            "trouble": trouble,
            "own": [_told(problem) for problem in own[:MOST]],
            "more": max(0, len(own) - MOST),
            "others": len(problems) - len(own),
        }


def _rank(problem: Problem) -> tuple[bool, bool]:
    """Errors come first, and last the outputs that are old because of something else."""
    return problem.severity is not Severity.ERROR, problem.code.startswith("R")


def _told(problem: Problem) -> dict[str, str]:
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "place": str(problem.place),
        "message": problem.message,
        "help": problem.help,
    }
