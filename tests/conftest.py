"""What all tests share: a browser, figures at the end of a run, notes that run too long for it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Protocol

import pytest

# Before anybody imports NumPy: with a thread for each core, small products spend their time
# waiting for cores that are busy with something else.
for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

SITES = {"addresses", "browser", "garden_site", "own_site"}
"""What takes seconds to make: tests that want one of these run beside each other."""
LONG_NOTES = {
    *("Character Model.md", "Copy, Reverse, Sort.md", "Depth and Norm.md", "Memory.md"),
    *("Hi How Are You.md", "Training.md", "What Heads Learn.md", "What Sinusoids Measure.md"),
    "Why Divide.md",
}
"""Notes that train for longer than a test may: `lierne check` holds their outputs by their keys."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves the blocks of long notes to the long runs, and has each site built once."""
    for item in items:
        if SITES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("sites"))
        if item.path.name in LONG_NOTES:
            item.add_marker(pytest.mark.stress)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, as the system has it."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield chromium
        chromium.close()


class Figures(Protocol):
    """Keeps what a test has counted, to be shown when all tests are done."""

    def __call__(self, what: str, **counted: object) -> None: ...


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Shows what a test has counted, whether it passes or not."""

    def show(what: str, **counted: object) -> None:
        rest = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counted.items())
        request.node.user_properties.append(("figures", f"{what}: {rest}"))

    return show


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the figures, also those of tests that ran in another process."""
    reports = [report for some in terminalreporter.stats.values() for report in some]
    said = [pair for report in reports for pair in getattr(report, "user_properties", ())]
    lines = {line for what, line in said if what == "figures"}
    if lines:
        terminalreporter.section("figures")
        for line in sorted(lines):
            terminalreporter.line(line)
