"""The manual's examples, played as its reader would play them, and its lists held against the tool.

A block with a title is a file that is saved, or, as `diff`, an edit of one; a `console` block is a
session in a shell, and has to print what the note shows. Each note begins in an empty folder, each
section of Problems as well.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

import lierne
from lierne import Vault
from lierne.base.config import Config, RunConfig
from lierne.base.problem import Kind
from lierne.faces import cli
from lierne.faces.cli import COMMANDS, main

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lierne import Block, Note

ROOT = Path(__file__).parents[2]
VAULT = Vault.open(ROOT / "vault")
MANUAL = [note for note in VAULT if note.path.startswith("Manual/")]
PATIENCE = 60.0  # seconds for what a command that goes on has to say

# What is another time another, or with another Python, and says nothing.
ALIKE = [
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "10:00:00"),
    (re.compile(r"\b\d+\.\d+ ?s(?:econds)?\b"), "0.10s"),
    (re.compile(r"^ *[~^]+\n", re.MULTILINE), ""),  # newer Pythons underline more
    (re.compile(r"[ \t]+$", re.MULTILINE), ""),
]

SHELL = {
    "COLUMNS": "80",
    "NO_COLOR": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    **{f"GIT_{who}_NAME": "me" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "me@localhost" for who in ("AUTHOR", "COMMITTER")},
}


def alike(text: str) -> str:
    """The text without what is another time another."""
    for what, instead in ALIKE:
        text = what.sub(instead, text)
    return text


class Reader:
    """Somebody who does what a note shows, in a folder of their own."""

    def __init__(self, folder: Path, note: str) -> None:
        self.folder = folder
        self.note = note
        self.code = 0
        self.going: Going | None = None

    def play(self, block: Block) -> None:
        """Saves the file that a block shows, edits it, or types what stands in it."""
        title = block.get("title")
        if block.language == "console":
            self.type(block)
        elif title is not None and block.language == "diff":
            self.edit(block, title)
        elif title is not None:
            self.save(title, block.code)

    def save(self, title: str, text: str) -> None:
        """Saves in one step, so that who watches never sees half of it."""
        path = self.path(title)
        beside = path.with_name(f".{path.name}")
        beside.write_text(text, "utf-8")
        beside.replace(path)

    def path(self, title: str) -> Path:
        """A file of the project, whose folders are made."""
        path = self.folder / title
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def edit(self, block: Block, title: str) -> None:
        """Puts the lines with `+` in the place of those with `-`; the others say where."""
        lines = block.code.splitlines(keepends=True)
        before = "".join(line[1:] or line for line in lines if line[:1] != "+")
        after = "".join(line[1:] or line for line in lines if line[:1] != "-")
        text = self.path(title).read_text("utf-8")
        assert text.count(before) == 1, self.at(block, 0, f"{title} has no such lines:\n{text}")
        self.save(title, text.replace(before, after))

    def type(self, block: Block) -> None:
        """Types the commands of a session, and compares what they print with what is shown."""
        for number, command, shown in session(block.code):
            printed = self.printed(command, shown)
            same = matches(shown, printed)
            assert same, self.at(block, number, f"prints:\n{printed}\nand not:\n{shown}")

    def printed(self, command: str, shown: str) -> str:
        """What a command prints, or one that goes on has printed since."""
        if command == "^C":
            return self.leave()
        if self.going is not None:
            return self.going.more(shown)
        words = shlex.split(command)
        if command == "lierne watch":
            self.going = Going([sys.executable, "-m", "lierne", *words[1:]], self.folder)
            return self.going.more(shown)
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve()
            return ""
        if words[0] == "lierne" and not set(words) & {"&&", "|", ">"}:
            return self.call(words[1:])
        return self.shell(command)

    def call(self, arguments: list[str]) -> str:
        """What our command prints, called without a process of its own."""
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            result = CliRunner().invoke(main, arguments, prog_name="lierne")
        finally:
            os.chdir(before)
        self.code = result.exit_code
        return self.made_alike(result.output)

    def shell(self, command: str) -> str:
        """What any other command prints."""
        here = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "GIT_"))}
        for ci in ("CI", "BUILD_NUMBER"):  # pytest shortens no line where it sees one of them
            inherited.pop(ci, None)
        done = subprocess.run(
            ["bash", "-c", f"(exit {self.code}); {command}"],
            cwd=self.folder,
            env={**inherited, **SHELL, "PATH": here},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=200,
            check=False,
        )
        self.code = done.returncode
        return self.made_alike(done.stdout)

    def made_alike(self, printed: str) -> str:
        """What was printed, without the name of a folder that is gone tomorrow."""
        return printed.replace(str(self.folder), f"/home/me/{self.folder.name}")

    def at(self, block: Block, number: int, message: str) -> str:
        """A message that leads to a line of the manual."""
        return f"vault/{self.note}:{block.code_line + number}: {message}"

    def leave(self) -> str:
        """Stops what goes on; what it says last."""
        going, self.going = self.going, None
        return "" if going is None else going.stop()


class Going:
    """A command that goes on until it is stopped."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(line)

    def more(self, shown: str) -> str:
        """What it prints next: as many lines as are shown, if they come."""
        lines: list[str] = []
        end = time.monotonic() + PATIENCE
        while len(lines) < shown.count("\n"):
            try:
                lines.append(self._lines.get(timeout=max(end - time.monotonic(), 0.01)))
            except Empty:
                break
        return "".join(lines)

    def stop(self) -> str:
        """Stops it as Ctrl-C does; what it says last."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return self.more("\n" * self._lines.qsize())


def session(code: str) -> Iterator[tuple[int, str, str]]:
    """The commands of a session: the line of each, what is typed, and what is printed then."""
    number, command, shown = 0, "", list[str]()
    for at, line in enumerate(code.splitlines()):
        if line.startswith("$ ") or line == "^C":
            if command or shown:
                yield number, command, "".join(shown)
            number, command, shown = at, line.removeprefix("$ "), []
        else:
            shown.append(f"{line}\n")
    yield number, command, "".join(shown)


def matches(shown: str, printed: str) -> bool:
    """Whether all that is shown was printed: a line `...` stands for any lines."""
    parts = re.split(r"^\.\.\.\n", alike(shown), flags=re.MULTILINE)
    return bool(re.fullmatch("(?s:.*)".join(map(re.escape, parts)), alike(printed)))


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("created a\n", "created a\n", True),
        ("created a\n", "created b\n", False),
        ("created a\n", "created a\nand more\n", False),
        ("10:00:00 stopped\n", "23:59:01 stopped\n", True),
        ("1 failed in 0.12s\n", "1 failed in 3.40s\n", True),
        ("x\n...\nz\n", "x\ny\nz\n", True),
        ("x\n...\nz\n", "x\ny\n", False),
        ("    f(x)\n    ^^^^\n", "    f(x)\n    ~^^^\n", True),
        ("a.b\n", "axb\n", False),
    ],
)
def test_what_is_shown_and_printed_is_compared(shown: str, printed: str, *, same: bool) -> None:
    assert matches(shown, printed) == same


def test_a_session_is_parted_into_commands() -> None:
    found = session("12:00:00 still there\n$ ls\na\nb\n$ rm a\n^C\nstopped\n")

    assert list(found) == [
        (0, "", "12:00:00 still there\n"),
        (1, "ls", "a\nb\n"),
        (4, "rm a", ""),
        (5, "^C", "stopped\n"),
    ]


def sections(note: Note) -> Iterator[tuple[str, list[Block]]]:
    """The parts of a note that begin in an empty folder: the whole, or one for each problem."""
    blocks = list(note.blocks)
    if note.name != "Problems":
        yield note.name, blocks
        return
    for heading in note.headings:
        if heading.level == 3:
            lines = range(heading.place.line, heading.end_line)
            yield heading.title, [block for block in blocks if block.place.line in lines]


PARTS = [(note, title, blocks) for note in MANUAL for title, blocks in sections(note)]


@pytest.mark.skipif(os.name == "nt", reason="the sessions are those of a POSIX shell")
@pytest.mark.parametrize(
    ("note", "title", "blocks"), PARTS, ids=[f"{n.name}::{t.split()[0]}" for n, t, _ in PARTS]
)
def test_what_the_manual_shows_is_so(
    note: Note, title: str, blocks: list[Block], tmp_path: Path
) -> None:
    (tmp_path / "project").mkdir()
    reader = Reader(tmp_path / "project", note.path)
    try:
        for block in blocks:
            reader.play(block)
    finally:
        reader.leave()
    code = title.partition(" ")[0]
    if note.name == "Problems":
        assert any(code in block.code for block in blocks), f"nothing in {title} prints {code}"


# --- What must not be missing, or left over -------------------------------------------------------


def manual(name: str) -> Note:
    """A note of the manual."""
    return VAULT[f"Manual/{name}"]


def kinds() -> set[Kind]:
    """Every kind of problem that the tool declares."""
    names = [module.name for module in pkgutil.walk_packages(lierne.__path__, "lierne.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    return {found for module in modules for found in vars(module).values() if type(found) is Kind}


def test_every_kind_of_problem_has_its_section() -> None:
    headings = [heading.raw for heading in manual("Problems").headings if heading.level == 3]

    expected = [f"{kind.code} {kind.title[0].upper()}{kind.title[1:]}" for kind in kinds()]
    assert sorted(headings) == sorted(expected)


def lines(title: str) -> list[str]:
    """A section of Commands and Settings."""
    note = manual("Commands and Settings")
    heading = next(h for h in note.headings if h.title == title)
    return note.text.data.decode().splitlines()[heading.place.line : heading.end_line - 1]


def named(title: str) -> list[str]:
    """What the first cells of a section's tables name."""
    cells = [line.split("|")[1] for line in lines(title) if line.startswith("| `")]
    return [word for cell in cells for word in re.findall("`([^`]+)`", cell)]


def options(parameters: Iterable[click.Parameter]) -> set[str]:
    """What parameters are called on the command line."""
    return {
        name.upper().rstrip("S") if isinstance(parameter, click.Argument) else name
        for parameter in parameters
        for name in parameter.opts
    }


COMMON = {"--root", "-q", "--quiet", "-v", "--verbose"}


@pytest.mark.parametrize("name", [*COMMANDS, "help"])
def test_every_option_of_a_command_is_named(name: str) -> None:
    command: Any = main.get_command(click.Context(main), name)

    assert sorted(named(name)) == sorted(options(command.params) - COMMON)


def test_every_option_of_all_commands_is_named() -> None:
    assert sorted(named("Options of every command")) == sorted({*COMMON, "-h", "--help"})


def test_every_command_is_named() -> None:
    headings = manual("Commands and Settings").headings

    assert [heading.title for heading in headings if heading.level == 3] == [*COMMANDS, "help"]


def test_every_setting_is_named() -> None:
    settings = [f.name for f in fields(Config) if f.name not in ("root", "run")]

    assert sorted(named("Settings")) == sorted(settings + [f.name for f in fields(RunConfig)])


def test_every_way_to_end_is_named() -> None:
    text = "\n".join(lines("How a command ends"))

    codes = [cli.FINE, cli.FOUND, cli.USAGE, cli.BUG, cli.INTERRUPTED]
    assert re.findall(r"^\| (\d+) \|", text, re.MULTILINE) == [str(code) for code in codes]
