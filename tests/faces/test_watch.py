"""`lierne watch` as somebody runs it: a real process, real files, and all that it says.

Nothing here waits for a fixed time. What is to happen is waited for; what is not to happen is
looked for after something else happened, saved later: rounds come one after the other.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from lierne.base import disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOOLS = Path(__file__).parents[2] / "tools"
PATIENCE = 60.0  # seconds, on the slowest of machines
CLOCK = re.compile(r"\d\d:\d\d:\d\d ")

MAIN = "from lierne.faces.cli import main; main()"
FULL = """\
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
"""
"""A disk on which there is no room for a large file."""
PATIENT = "from lierne.faces.commands import watch; watch._PATIENCE_WITH_GIT = 600"
"""Git may take as long as it likes, as it does where the machine is busy."""

SOFTMAX = """\
---
tangle: src/softmax.py
---
# Softmax

```python
def softmax(x):
    return x
```
"""
PARTS = """\
```python file=src/parts.py
<<Part#one>>
```
"""
PART = """\
```python #one
one = 1
```
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a signal")


class Watcher:
    """One `lierne watch`, and what it has said so far."""

    def __init__(self, root: Path, *arguments: str, first: str = "") -> None:
        self.root = root
        self._log = root.parent / f"{root.name}-{time.monotonic_ns()}.log"
        self._count = 0
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    f"{first}\n{MAIN}",
                    "watch",
                    "--root",
                    str(root),
                    *arguments,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(TOOLS)},
                cwd=root,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def said(self) -> list[str]:
        """Its lines without the time; those about `settle` are left out."""
        return [line for line in self.lines if "settled" not in line]

    @property
    def lines(self) -> list[str]:
        """All its lines, without the time."""
        return [CLOCK.sub("", line, count=1) for line in self._log.read_text().splitlines()]

    def hears(self, line: str) -> None:
        """Waits until it says a line."""
        until(lambda: line in self.said, lambda: f"never said `{line}`: {self.said}")

    def settle(self) -> list[str]:
        """Waits until all that was saved before is done, and said; what it said."""
        for _ in range(2):  # the second save is seen only after all was said of the first
            self._count += 1
            text = f"settled = {self._count}\n"
            write(self.root / "vault/Settled.md", f"```python file=src/settled.py\n{text}```\n")
            self.becomes("src/settled.py", text)
        return self.said

    def becomes(self, path: str, text: str) -> None:
        """Waits until a file has this text."""
        file = self.root / path
        until(lambda: read(file) == text, lambda: f"{path}: {read(file)!r}; {self.said}")

    def stop(self) -> int:
        """Presses Ctrl-C; its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


def until(condition: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Waits for something to happen."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, otherwise()
        time.sleep(0.02)


def read(path: Path) -> str | None:
    return path.read_text() if path.is_file() else None


def write(path: Path, text: str) -> None:
    """Saves as good editors do: whole, and in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text)
    beside.replace(path)


@contextmanager
def holding(root: Path, command: str) -> Iterator[None]:
    """Writes to the project, as another command does, as soon as no round is under way."""
    with ExitStack() as stack:

        def taken() -> bool:
            with suppress(disk.BusyError):
                stack.enter_context(disk.lock(root, command))
                return True
            return False

        until(taken, lambda: "never a moment without a round")
        yield


def git(root: Path, *arguments: str) -> str:
    named = ["-c", "user.name=a", "-c", "user.email=a@b"]
    done = subprocess.run(
        ["git", *named, *arguments], cwd=root, check=True, capture_output=True, text=True
    )
    return done.stdout


def lierne(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lierne", *arguments, "--root", str(root)],
        env={**os.environ, "PYTHONPATH": str(TOOLS)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    write(root / "vault/Softmax.md", SOFTMAX)
    return root


@pytest.fixture
def watcher(root: Path) -> Iterator[Watcher]:
    with Watcher(root) as watcher:
        watcher.hears("created src/softmax.py")
        yield watcher


def test_saves_go_both_ways_until_it_is_stopped(root: Path, watcher: Watcher) -> None:
    write(root / "vault/Softmax.md", SOFTMAX.replace("return x", "return 2 * x"))
    watcher.becomes("src/softmax.py", "def softmax(x):\n    return 2 * x\n")
    watcher.hears("changed src/softmax.py (+1 -1)")
    write(root / "src/softmax.py", "def softmax(x):\n    return 3 * x\n")
    watcher.becomes("vault/Softmax.md", SOFTMAX.replace("return x", "return 3 * x"))
    watcher.settle()

    assert watcher.stop() == 0
    assert watcher.said == [  # and nothing of what it wrote itself
        "watching `vault`, `src`, `tests`; Ctrl-C stops",
        "created src/softmax.py",
        "changed src/softmax.py (+1 -1)",
        "changed vault/Softmax.md (+1 -1)",
        "stopped",
    ]


def test_it_begins_by_bringing_both_sides_together(root: Path) -> None:
    write(root / "vault/Other.md", "```js file=src/other.js\na();\n\nb();\n```\n")
    lierne(root, "tangle")
    write(root / "src/other.js", "a(1);\n\nb();\n")
    write(root / "vault/Other.md", "```js file=src/other.js\na();\n\nb(2);\n```\n")
    write(root / "vault/Softmax.md", SOFTMAX.replace("return x", "return 2 * x"))

    with Watcher(root) as watcher:
        watcher.becomes("vault/Other.md", "```js file=src/other.js\na(1);\n\nb(2);\n```\n")
        watcher.becomes("src/other.js", "a(1);\n\nb(2);\n")
        watcher.becomes("src/softmax.py", "def softmax(x):\n    return 2 * x\n")
        watcher.settle()
        watcher.stop()
        assert lierne(root, "tangle", "--check").returncode == 0


def test_half_written_notes_are_said_once_and_stop_nothing(root: Path, watcher: Watcher) -> None:
    write(root / "vault/Parts.md", PARTS)
    problem = "vault/Parts.md:2:1: C002 there is no note `Part`"
    watcher.hears(problem)
    write(root / "vault/Parts.md", f"More text above it.\n\n{PARTS}")
    write(root / "vault/Softmax.md", SOFTMAX.replace("return x", "return 2 * x"))
    watcher.becomes("src/softmax.py", "def softmax(x):\n    return 2 * x\n")
    watcher.settle()

    write(root / "vault/Part.md", PART)
    watcher.becomes("src/parts.py", "one = 1\n")
    said = watcher.settle()

    assert [line for line in said if "Part" in line] == [
        problem,
        "mended vault/Parts.md:4:1: C002 there is no note `Part`",
    ]


def test_code_that_does_not_parse_is_written_and_said(root: Path, watcher: Watcher) -> None:
    write(root / "vault/Softmax.md", SOFTMAX.replace("return x", "return (x"))
    watcher.becomes("src/softmax.py", "def softmax(x):\n    return (x\n")
    write(root / "src/softmax.py", "def softmax(x):\n    return (x +\n")
    watcher.becomes("vault/Softmax.md", SOFTMAX.replace("return x", "return (x +"))
    write(root / "src/own.py", "nobody's (\n")
    watcher.settle()
    write(root / "vault/Softmax.md", SOFTMAX)
    watcher.becomes("src/softmax.py", "def softmax(x):\n    return x\n")
    said = watcher.settle()

    problem = "G101 `src/softmax.py` is not valid Python: '(' was never closed (its line 2)"
    assert [line for line in said if "G101" in line] == [
        f"vault/Softmax.md:8:12: {problem}",
        f"mended vault/Softmax.md:8:12: {problem}",
    ]
    assert not any("own.py" in line for line in said)


def test_a_conflict_leaves_both_sides_and_is_said_once(root: Path, watcher: Watcher) -> None:
    with holding(root, "test"):  # so that both are saved before it looks
        note = SOFTMAX.replace("return x", "return 'note'")
        target = "def softmax(x):\n    return 'target'\n"
        write(root / "vault/Softmax.md", note)
        write(root / "src/softmax.py", target)
    watcher.settle()
    watcher.settle()

    assert (read(root / "vault/Softmax.md"), read(root / "src/softmax.py")) == (note, target)
    assert len([line for line in watcher.said if line.startswith("src/softmax.py:2:")]) == 1

    write(root / "src/softmax.py", "def softmax(x):\n    return 'note'\n")
    said = watcher.settle()
    assert [line for line in said if line.startswith("mended src/softmax.py:2:")], said
    watcher.stop()
    assert lierne(root, "tangle", "--check").returncode == 0


def test_a_note_that_goes_and_comes_back_keeps_its_target(root: Path, watcher: Watcher) -> None:
    before = (root / "src/softmax.py").stat()

    (root / "vault/Softmax.md").unlink()
    kept = "T020 no note makes `src/softmax.py` any more; watching leaves it there"
    watcher.hears(f"src/softmax.py:1:1: {kept}")
    write(root / "vault/Softmax.md", SOFTMAX)
    watcher.hears(f"mended src/softmax.py:1:1: {kept}")
    watcher.settle()
    after = (root / "src/softmax.py").stat()

    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    (root / "vault/Softmax.md").unlink()
    watcher.settle()
    assert (root / "src/softmax.py").exists()
    watcher.stop()
    assert lierne(root, "tangle").stdout == "removed src/softmax.py\n"


class TestGit:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        """A project with two branches, whose notes and targets differ."""
        root = tmp_path / "project"
        write(root / ".gitignore", ".lierne\nsrc/settled.py\nvault/Settled.md\n")
        for branch in ("main", "other"):
            for number in range(30):
                code = f"name = '{branch} {number}'\n"
                write(root / f"vault/{number}.md", f"```python file=src/a{number}.py\n{code}```\n")
            if branch == "main":
                git(root, "init", "-q", "-b", branch)
            else:
                git(root, "checkout", "-q", "-b", branch)
            write(root / "vault/Softmax.md", SOFTMAX)
            lierne(root, "tangle")
            git(root, "add", ".")
            git(root, "commit", "-q", "-m", branch)
        return root

    def test_another_branch_is_no_edit(self, root: Path) -> None:
        with Watcher(root) as watcher:
            watcher.settle()
            for branch in ("main", "other", "main"):
                git(root, "checkout", "-q", branch)
                said = watcher.settle()

            assert said == ["watching `vault`, `src`, `tests`; Ctrl-C stops"]
            assert git(root, "status", "--porcelain") == ""

    def test_a_branch_whose_targets_are_behind(self, root: Path) -> None:
        git(root, "rm", "-q", "--cached", "-r", "src")
        write(root / ".gitignore", ".lierne\nsrc\nvault/Settled.md\n")
        git(root, "add", ".gitignore")
        git(root, "commit", "-q", "-m", "no targets")
        with Watcher(root) as watcher:
            watcher.settle()
            git(root, "rev-parse", "main")
            write(root / "vault/5.md", "```python file=src/a5.py\nname = 'here'\n```\n")
            watcher.becomes("src/a5.py", "name = 'here'\n")
            git(root, "checkout", "-q", "--", "vault/5.md")
            watcher.becomes("src/a5.py", "name = 'other 5'\n")

    def test_what_git_does_in_one_go_is_one_burst(self, root: Path) -> None:
        with Watcher(root, "-v", first=PATIENT) as watcher:
            watcher.settle()
            lock = root / ".git/index.lock"
            with holding(root, "test"):  # so that no round has begun
                lock.touch()
            before = len(watcher.said)
            for number in range(10):
                text = f"```python file=src/a{number}.py\nslow = {number}\n```\n"
                write(root / f"vault/{number}.md", text)
                time.sleep(0.06)  # longer than what ends a burst of saves
            assert not any(line.startswith("changed") for line in watcher.said[before:])
            lock.unlink()
            watcher.hears("changed src/a9.py (+1 -1)")

            after = watcher.said[before:]
            first = after.index("changed src/a0.py (+1 -1)")
            assert after[first:][:10] == [f"changed src/a{n}.py (+1 -1)" for n in range(10)]


def test_a_burst_of_saves_is_few_rounds(root: Path) -> None:
    with Watcher(root, "-v") as watcher:
        watcher.hears("created src/softmax.py")
        written = root.with_name("written")
        written.mkdir()
        for number in range(200):
            text = f"```python file=src/a{number}.py\n{number}\n```\n"
            (written / f"{number}.md").write_text(text)
        for note in written.iterdir():  # in no time
            note.rename(root / "vault" / note.name)
        watcher.hears("created src/a199.py")
        watcher.settle()

        assert len([line for line in watcher.said if line.startswith("created src/a")]) == 200
        assert len([line for line in watcher.said if line.startswith("saved: vault/")]) < 20


def test_what_no_vault_lists_is_not_looked_at(root: Path) -> None:
    with Watcher(root, "-v") as watcher:
        watcher.hears("created src/softmax.py")
        watcher.settle()
        for folder in (".obsidian", ".trash", "node_modules/x", "site", "site/a", ".venv"):
            write(root / f"vault/{folder}/x.md", SOFTMAX)
        for name in ("404.html", "sitemap.xml"):
            write(root / f"vault/site/{name}", "")
        write(root / "src/__pycache__/softmax.pyc", "")
        watcher.settle()
        before = len(watcher.said)
        write(root / "vault/site/a/x.md", "changed\n")
        write(root / "src/__pycache__/softmax.pyc", "changed\n")
        write(root / "vault/.trash/x.md", "changed\n")
        watcher.settle()

        saved = " ".join(line for line in watcher.said[before:] if line.startswith("saved"))
        assert not re.search(r"site|pyc|trash|node", saved)


def test_a_second_watch_is_refused_and_one_that_was_killed_holds_no_lock(
    root: Path, watcher: Watcher
) -> None:
    second = lierne(root, "watch")

    assert second.returncode == 2
    assert f"`lierne watch (process {watcher.process.pid})`" in second.stderr
    watcher.process.kill()
    watcher.process.wait()
    write(root / "vault/Softmax.md", SOFTMAX.replace("return x", "return 2 * x"))
    with Watcher(root) as third:
        third.becomes("src/softmax.py", "def softmax(x):\n    return 2 * x\n")
        assert third.stop() == 0


def test_it_waits_for_another_command(root: Path, watcher: Watcher) -> None:
    with holding(root, "build"):
        write(root / "vault/Softmax.md", SOFTMAX.replace("return x", "return 2 * x"))
        watcher.hears(f"waiting: `lierne build (process {os.getpid()})` is writing to this project")
        assert read(root / "src/softmax.py") == "def softmax(x):\n    return x\n"
    watcher.becomes("src/softmax.py", "def softmax(x):\n    return 2 * x\n")


def test_a_vault_that_is_moved_away_is_waited_for(root: Path, watcher: Watcher) -> None:
    (root / "vault").rename(root / "elsewhere")
    missing = f"{root / 'vault'}: the vault is not there"
    watcher.hears(f"error: {missing}")
    (root / "elsewhere").rename(root / "vault")
    watcher.hears(f"mended {missing}")
    write(root / "vault/Softmax.md", SOFTMAX.replace("return x", "return 2 * x"))
    watcher.becomes("src/softmax.py", "def softmax(x):\n    return 2 * x\n")


def test_what_cannot_be_written_is_said_and_written_later(root: Path, watcher: Watcher) -> None:
    (root / ".lierne").rename(root / ".kept")
    (root / ".lierne").write_text("")
    write(root / "vault/Softmax.md", SOFTMAX.replace("return x", "return 2 * x"))
    error = f"{root / '.lierne'}: must be a folder; move the file away"
    watcher.hears(f"error: {error}")
    (root / ".lierne").unlink()
    (root / ".kept").rename(root / ".lierne")
    watcher.becomes("src/softmax.py", "def softmax(x):\n    return 2 * x\n")
    watcher.hears(f"mended {error}")


def test_on_a_full_disk_it_lives_on(root: Path) -> None:
    large = SOFTMAX.replace("return x", "x = x + 1\n    " * 20_000 + "return x")
    with Watcher(root, first=FULL) as watcher:
        watcher.hears("created src/softmax.py")
        write(root / "vault/Softmax.md", large)
        error = f"{root / 'src/softmax.py'}: File too large"
        watcher.hears(f"error: {error}")
        watcher.settle()
        assert read(root / "src/softmax.py") == "def softmax(x):\n    return x\n"

        write(root / "vault/Softmax.md", SOFTMAX.replace("return x", "return 2 * x"))
        watcher.becomes("src/softmax.py", "def softmax(x):\n    return 2 * x\n")
        watcher.hears(f"mended {error}")


def test_new_settings_count_at_once(root: Path, watcher: Watcher) -> None:
    write(root / "vault/Lib.md", "```js file=lib/a.js\na();\n```\n")
    watcher.hears("vault/Lib.md:1:7: T002 `lib/a.js` is not in `src/` or `tests/`")
    write(root / "lierne.toml", "targets = [")
    until(lambda: any("the settings stay" in x for x in watcher.said), lambda: str(watcher.said))
    write(root / "lierne.toml", 'targets = ["src", "lib"]\n')
    watcher.becomes("lib/a.js", "a();\n")
    write(root / "lib/a.js", "b();\n")
    watcher.becomes("vault/Lib.md", "```js file=lib/a.js\nb();\n```\n")
