"""The two tools that are compared: how each is called, and how each has its notes written."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

TOOLS = Path(__file__).parents[3] / "tools"
SECONDS = 300
_OPENING = re.compile(r"^([ >]*)(`{3,})(\w+) ([^\r\n]+)", re.MULTILINE)
_MARKER = re.compile(r"^\s*# ~/~ (?:begin <<.*>>\[\w+\]|end)$")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    """Its exit code."""
    said: str
    """What it printed, on both streams."""


class Tool(Protocol):
    """A two-way tool, as the cases need it."""

    name: str
    """What stands above its column."""
    settings: tuple[str, str]
    """The name and the text of the file that says where the notes are."""
    state: str
    """The folder where it remembers what it wrote."""

    def run(self, root: Path, command: str) -> Ended:
        """Calls `tangle` or `stitch` in a project's folder."""

    def note(self, text: str) -> str:
        """A note in the tool's own syntax, from one in Lierne's."""

    def code(self, text: str) -> str:
        """What is code in a file that it wrote."""

    def age(self, root: Path) -> None:
        """Makes what it remembers that of another version."""


class Lierne:
    """This project, called as a command."""

    name = "Lierne"
    settings = ("lierne.toml", 'vault = "vault"\n')
    state = ".lierne"

    def run(self, root: Path, command: str) -> Ended:
        """Calls it with the Python that runs this."""
        return call([sys.executable, "-m", "lierne", command], root)

    def note(self, text: str) -> str:
        """Notes are written in Lierne's syntax."""
        return text

    def code(self, text: str) -> str:
        """All that stands in a target is code."""
        return text

    def age(self, root: Path) -> None:
        """Gives the store another number."""
        with closing(sqlite3.connect(root / ".lierne/store.db")) as store:
            store.execute("PRAGMA user_version = 9999")


class Entangled:
    """The best-known two-way tool, in a virtual environment of its own."""

    settings = ("entangled.toml", 'version = "2.0"\nwatch_list = ["vault/**/*.md"]\n')
    state = ".entangled"

    def __init__(self, program: Path) -> None:
        self._program = str(program)
        version = call([self._program, "--version"], Path.cwd()).said
        found = re.search(r"\d+(?:\.\d+)+", version)
        self.name = f"Entangled {found[0] if found else '(version unknown)'}"

    def run(self, root: Path, command: str) -> Ended:
        """Calls it."""
        return call([self._program, command], root)

    def note(self, text: str) -> str:
        """Puts a fence's language and attributes into braces, as Entangled wants them."""
        return _OPENING.sub(r"\1\2 {.\3 \4}", text)

    def code(self, text: str) -> str:
        """Leaves out the comments that Entangled puts around each block."""
        lines = text.splitlines(keepends=True)
        return "".join(line for line in lines if not _MARKER.match(line.rstrip()))

    def age(self, root: Path) -> None:
        """Writes another version into its data base."""
        path = root / ".entangled/filedb.json"
        known = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps(known | {"version": "2.0.0"}), "utf-8")


def call(command: Sequence[str], folder: Path) -> Ended:
    """Runs a command in a folder, without colours and without a terminal."""
    environment = {**os.environ, "PYTHONPATH": str(TOOLS), "NO_COLOR": "1", "COLUMNS": "200"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling at each start would be timed
    if command[0] != sys.executable:
        del environment["PYTHONPATH"]
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout)
