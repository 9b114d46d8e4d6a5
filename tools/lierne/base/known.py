"""Whether a folder lies in a project at all: asked by what is started everywhere, and so cheap."""

from __future__ import annotations

import os


def known_project(start: str) -> str | None:
    """The nearest folder, from one upwards, that says it belongs to a project, if there is one.

    Says so by its settings, as a vault of Obsidian's, or by what a command has left there. Which
    project that is, and with which settings, `config.find` says.
    """
    folder = os.path.realpath(start)
    while True:
        if any(map(os.path.exists, (f"{folder}{os.sep}{mark}" for mark in _MARKS))):
            return folder
        if _has_table(f"{folder}{os.sep}pyproject.toml"):
            return folder
        above = os.path.dirname(folder)  # noqa: PTH120 - pathlib takes longer than all the rest
        if above == folder:
            return None
        folder = above


_MARKS = ("lierne.toml", ".lierne", ".obsidian")


def _has_table(path: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            data = file.read()
        if b"lierne" not in data:
            return False
        import tomllib  # noqa: PLC0415 - for the few files that come here

        return "lierne" in tomllib.loads(data.decode())["tool"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
