"""What pytest calls. It is loaded wherever Lierne is installed, so it does nothing by itself.

What takes time is imported for the first failure in a project, and for the first note.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from lierne.base.known import known_project

if TYPE_CHECKING:
    import warnings
    from pathlib import Path

    from lierne.faces.pytest.names import Names
    from lierne.faces.pytest.notes import NoteFile, Notes

_NOTES: pytest.StashKey[Notes] = pytest.StashKey()
CACHED = "--lierne-cached"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds our one option."""
    parser.getgroup("lierne", "Lierne").addoption(
        CACHED,
        action="store_true",
        help="do not run blocks of notes again where nothing has changed that they depend on",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Listens to all that is reported."""
    config.pluginmanager.register(_Listener(config.invocation_params.dir), "lierne-names")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> NoteFile | None:
    """Takes a note of a project's vault for a file of tests."""
    if file_path.suffix != ".md" or known_project(os.fspath(file_path.parent)) is None:
        return None
    from lierne.faces.pytest.notes import Notes  # noqa: PLC0415 - see above

    stash = parent.config.stash
    if _NOTES not in stash:
        config = parent.config
        stash[_NOTES] = Notes(config.rootpath, cached=config.getoption(CACHED))
    return stash[_NOTES].file(file_path, parent)


class _Listener:
    """Hears of failures and warnings before anybody shows them, and has them name notes."""

    def __init__(self, here: Path) -> None:
        self._here = here
        self._found: Names | None = None

    @property
    def _names(self) -> Names:
        if self._found is None:
            from lierne.faces.pytest.names import Names  # noqa: PLC0415 - see above

            self._found = Names(str(self._here))
        return self._found

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.longrepr is not None:
            self._names.in_report(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.longrepr is not None:
            self._names.in_report(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        self._names.in_warning(warning_message)
