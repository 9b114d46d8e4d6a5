"""What all tests share: a browser, figures at the end of a run, notes that run too long for it."""

from __future__ import annotations

import gc
import os
import shutil
from math import inf
from threading import Timer
from typing import TYPE_CHECKING, Any, Protocol

import pytest

# Before anybody imports NumPy: with a thread for each core, small products spend their time
# waiting for cores that are busy with something else.
for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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
"""Milliseconds, for what comes in a tenth of a second where nothing else is going on.

What is waited for in a page is a function (`() => …`): if an expression has to be tried a second
time, the page evaluates it, and its policy forbids that.
"""
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
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests wait for browsers, watchers and processes."""
    return (os.cpu_count() or 1) + 1


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


@pytest.fixture
def time_is_up(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The time of a note is up as soon as it has written a file, however slowly it comes to that.

    It has as much time as it needs to say where it was, if it will.
    """

    def when_written(file: Path, grace: float = 60.0) -> None:
        class Written(Timer):
            def run(self) -> None:
                while not self.finished.wait(0.01):
                    if file.is_file() and file.stat().st_size:
                        return self.function()
                return None

        monkeypatch.setattr("lierne.code.run.process.process.Timer", Written)
        monkeypatch.setattr("lierne.code.run.process.process._GRACE", grace)

    return when_written


class Grows(Protocol):
    """Holds how much more CPU time something may take when there is more of it."""

    def __call__(
        self, seconds: Callable[[int], float], few: int, many: int, *, times: float, more: float = 0
    ) -> None: ...


@pytest.fixture
def grows() -> Grows:
    """Measures until it is as quick as it should be, or is not to be.

    Whatever else the machine does makes it slower, never faster: the least of some measurements
    comes near to the truth, and one that is quick enough is proof. Meanwhile nobody walks through
    all the garbage that other tests have left.
    """

    def hold(
        seconds: Callable[[int], float], few: int, many: int, *, times: float, more: float = 0
    ) -> None:
        least = {few: inf, many: inf}
        gc.collect()
        gc.disable()
        try:
            seconds(few)  # imports, and what is made once
            for _ in range(10):
                least = {size: min(least[size], seconds(size)) for size in least}
                if least[many] < times * least[few] + more:
                    return
        finally:
            gc.enable()
        pytest.fail(f"{least[few]:.4f} s for {few} became {least[many]:.4f} s for {many}")

    return hold


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
