"""What all tests share: figures shown at the end of a run, and which notes run too long for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN = pytest.StashKey[list[str]]()

LONG_NOTES = {
    *("Character Model.md", "Copy, Reverse, Sort.md", "Depth and Norm.md", "Memory.md"),
    *("What Sinusoids Measure.md", "Why Divide.md"),
}
"""Notes that train for longer than a test may: `lierne check` holds their outputs by their keys."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves the blocks of these notes to the long runs."""
    for item in items:
        if item.path.name in LONG_NOTES:
            item.add_marker(pytest.mark.stress)
            item.add_marker(pytest.mark.timeout(600))


class Figures(Protocol):
    """Keeps what a test has counted, to be shown when all tests are done."""

    def __call__(self, what: str, **counted: object) -> None: ...


@pytest.fixture
def figures(pytestconfig: pytest.Config) -> Iterator[Figures]:
    """Shows what a test has counted, whether it passes or not."""
    shown = pytestconfig.stash.setdefault(_SHOWN, [])

    def show(what: str, **counted: object) -> None:
        rest = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counted.items())
        shown.append(f"{what}: {rest}")

    return show


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Prints the figures."""
    lines = config.stash.get(_SHOWN, [])
    if lines:
        terminalreporter.section("figures")
        for line in sorted(lines):
            terminalreporter.line(line)
