"""What all tests share: a browser, figures at the end of a run, notes that run too long for it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any, Protocol

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

PATIENCE = 30_000
"""Milliseconds, for what comes in a tenth of a second where nothing else is going on."""
SITES = ("tests/site/", "tests/faces/serve/")
"""Folders whose tests share a browser, and sites that take seconds to make."""
LONG_NOTES = {
    *("Character Model.md", "Copy, Reverse, Sort.md", "Depth and Norm.md", "Memory.md"),
    *("Hi How Are You.md", "Training.md", "What Heads Learn.md", "What Sinusoids Measure.md"),
    "Why Divide.md",
}
"""Notes that train for longer than a test may: `lierne check` holds their outputs by their keys."""


def process_of(nodeid: str) -> str:
    """What a test shares a process with, where there are several: its file, or all of the sites.

    So a note is run once for all of its blocks, and what is made for a whole file is made once.
    """
    file = nodeid.partition("::")[0]
    return "sites" if file.startswith(SITES) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Sends what belongs together to one process, in the order of the tests."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return process_of(nodeid)

    config.option.loadscopereorder = False
    return Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves the blocks of long notes to the long runs; begins with what takes longest."""
    items.sort(key=lambda item: process_of(item.nodeid) != "sites")
    for item in items:
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
    api.expect.set_options(timeout=PATIENCE)
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
