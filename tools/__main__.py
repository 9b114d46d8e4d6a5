"""Sets Lierne up in `.venv` and does a job there: `python3 tools build|test|serve|bench`.

Standard library only. Python 3.8 can read this file, because only what can be read can say
that it needs a newer Python.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

USAGE = """\
usage: python3 tools build|test|serve|bench [arguments]

  build   writes the code from the notes and makes the site
  test    runs the tests; arguments go to pytest
  serve   shows the site and refreshes it on every save
  bench   runs the benchmarks, all or those that are named

The first run makes `.venv` in the project's folder and installs into it what Lierne needs."""

NEEDED = (3, 11)
TRIED_IN_TURN = ("python3.14", "python3.13", "python3.12", "python3.11")

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "lierne-stamp"
LOCK = ROOT / ".lierne" / "set-up.lock"
# The Python that `.venv` is made from, also where `.venv` itself is the one that runs this file.
BASE = getattr(sys, "_base_executable", None) or sys.executable
# On all processors; what shares a site stays in one process.
ALL_TESTS = ("-n", "auto", "--dist", "loadgroup")
FETCH_SECONDS = 60
ADVICE = "on Debian and Ubuntu, first: sudo apt install python3-venv"


class SetUpError(Exception):
    """Ends the program with a sentence that says what is wrong and what to do."""


def main(arguments: list[str]) -> int:
    """Sets up what is missing, does the job and passes its exit code on."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    if arguments[:1] not in (["build"], ["test"], ["serve"], ["bench"]):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        if sys.version_info[:2] < NEEDED:
            return run([newer_python(), str(Path(__file__).resolve()), *arguments])
        commands = job(*arguments)
        set_up()
        return next(filter(None, [run([str(PYTHON), *command]) for command in commands]), 0)
    except (SetUpError, OSError) as error:
        say(f"error: {error}")
        return 2
    except KeyboardInterrupt:
        return 130


def job(name: str, *arguments: str) -> list[list[str]]:
    """Says what Python has to be called with, once or several times, to do a job."""
    if name == "test":
        return [["-m", "pytest", *(arguments or ALL_TESTS)]]
    if name != "bench":
        return [["-m", "lierne", name, *arguments]]
    scripts = {path.stem: path for path in sorted((ROOT / "tests/benchmarks").glob("[!_]*.py"))}
    unknown = [argument for argument in arguments if argument not in scripts]
    if unknown or not scripts:
        there = ", ".join(scripts) or "none yet"
        raise SetUpError(
            f"no benchmark {' '.join(unknown) or 'to run'} in tests/benchmarks: {there}"
        )
    return [[str(scripts[stem])] for stem in arguments or scripts]


def newer_python() -> str:
    """Finds a Python on the path that is new enough, where the one that runs is not."""
    this = ".".join(map(str, sys.version_info[:2]))
    for name in TRIED_IN_TURN:
        path = shutil.which(name)
        if path and version_of(path) >= NEEDED:
            say(f"Python {this} is too old; going on with {path}")
            return path
    raise SetUpError(f"Python 3.11 or newer is needed, this is {this}")


def set_up() -> None:
    """Makes `.venv` hold this project and what it needs, unless it does already."""
    if stamp() == [venv_mark(), project_mark()]:
        return
    doing = "Bringing .venv up to date" if venv_stands() else "Setting up .venv (about a minute)"
    say(f"{doing}...")
    with alone():
        if stamp() == [venv_mark(), project_mark()]:
            return  # somebody else has just done it
        if not venv_stands():
            make_venv()
        # Written before and after: what is interrupted here is installed again, not trusted.
        write_stamp(venv_mark())
        install()
        write_stamp(venv_mark(), project_mark())


def venv_mark() -> str:
    """Names what a virtual environment depends on: which Python, and where it lies."""
    return f"Python {sys.version_info[0]}.{sys.version_info[1]} in {VENV}"


def project_mark() -> str:
    """Names what is to be installed, by the file that lists it."""
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()


def stamp() -> list[str]:
    """Reads how far the set-up of `.venv` has come; empty where it is not ours or not there."""
    try:
        return STAMP.read_text(encoding="utf-8").splitlines() if PYTHON.exists() else []
    except (OSError, UnicodeError):
        return []


def write_stamp(*marks: str) -> None:
    """Notes how far the set-up of `.venv` has come."""
    STAMP.write_text("".join(f"{mark}\n" for mark in marks), encoding="utf-8")


def venv_stands() -> bool:
    """Whether `.venv` can be installed into: whole, where it was made, and of this Python."""
    if STAMP.exists():
        return stamp()[:1] == [venv_mark()]
    # Without a stamp somebody else made it, by hand or with uv: kept if it will do.
    return PYTHON.exists() and version_of(str(PYTHON)) == sys.version_info[:2]


def make_venv() -> None:
    """Makes `.venv` from nothing; without its own pip where this Python cannot give it one."""
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    write_stamp("unfinished")
    for options in ((), ("--without-pip",)):
        if call([BASE, "-m", "venv", *options, str(VENV)]) is not None:
            return
    raise SetUpError(f"{BASE} cannot make a virtual environment; {ADVICE}")


def install() -> None:
    """Installs the project, editable, and everything its tests need."""
    ways = [str(PYTHON), "-m", "pip"], [BASE, "-m", "pip", "--python", str(PYTHON)]
    pip = next((way for way in ways if call([*way[:3], "--version"]) is not None), None)
    if pip is None:
        raise SetUpError(f"this Python has neither ensurepip nor pip; {ADVICE}")
    quietly = ["--quiet", "--no-input", "--disable-pip-version-check"]
    if call([*pip, "install", *quietly, "--editable", ".[dev]"], loud=True) is None:
        raise SetUpError(
            "pip could not install Lierne, for the reason above; mend it and run this again"
        )
    # Text of another licence that one test reads; without it that test is skipped, and says so.
    call([str(PYTHON), "tests/read/test_commonmark.py"], timeout=FETCH_SECONDS)


def version_of(python: str) -> tuple[int, ...]:
    """Asks a Python for its version; `()` where it does not answer."""
    answer = call([python, "-c", "import sys; print(*sys.version_info[:2])"])
    return tuple(map(int, answer.split())) if answer else ()


def call(command: list[str], *, loud: bool = False, timeout: float | None = None) -> str | None:
    """Runs a step of the set-up and returns what it printed, or None where it failed.

    Args:
        command: The program and its arguments.
        loud: Whether to show what a failing step printed.
        timeout: After how many seconds the step is given up.
    """
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=timeout,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode and loud:
        say(done.stdout.rstrip())
    return None if done.returncode else done.stdout


def run(command: list[str]) -> int:
    """Runs the job itself on the caller's terminal and returns its exit code."""
    with subprocess.Popen(command, cwd=ROOT, env=environment()) as child:
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        while True:
            try:
                code = child.wait()
            except KeyboardInterrupt:
                continue  # the child heard it too, and ends in its own time
            return code if code >= 0 else 128 - code  # ended by a signal: as a shell says it


def environment() -> dict[str, str]:
    """The caller's environment without what would bend another Python, such as PYTHONHOME."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Lets one set-up at a time through; the lock of a process that dies dies with it."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("a") as lock:
        if sys.platform == "win32":
            import msvcrt

            while True:
                with contextlib.suppress(OSError):  # it gives up after ten seconds
                    msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(line: str) -> None:
    """Tells the person something; stdout belongs to the job."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
