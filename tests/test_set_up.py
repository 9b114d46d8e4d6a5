"""`python3 tools …`: what it says, when it sets up, and that it survives what befalls a first run.

The project it sets up here is so small that nothing is fetched: a copy of `tools/__main__.py` and
a package that needs nothing and brings its own build backend. Where pip itself does not matter,
the Python it starts from is a shell script that notes what pip was asked for.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parent.parent
STARTER = ROOT / "tools" / "__main__.py"
BASE = Path(getattr(sys, "_base_executable", None) or sys.executable)

needs_pip = pytest.mark.skipif(
    subprocess.run([BASE, "-m", "pip", "--version"], capture_output=True, check=False).returncode,
    reason="this Python has no pip of its own",
)
posix = pytest.mark.skipif(os.name == "nt", reason="stands in for Python with a shell script")

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "small"
version = "1"
[project.optional-dependencies]
dev = []
"""
BACKEND = '''\
"""Builds an editable wheel of the package under tools/."""
import pathlib, zipfile

def build_editable(folder, settings=None, metadata=None):
    with zipfile.ZipFile(pathlib.Path(folder, "small-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("small.pth", str(pathlib.Path("tools").resolve()))
        wheel.writestr("small-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: small\\n"
                       "Version: 1\\nProvides-Extra: dev\\n")
        wheel.writestr("small-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: small\\n"
                       "Root-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("small-1.dist-info/RECORD", "")
    return "small-1-py3-none-any.whl"
'''
JOB = '''\
"""Says how it was called, and ends as it is told."""
import os, sys, time

print(sys.argv[1:], sys.prefix, os.getcwd(), os.environ.get("PYTHONHOME"), flush=True)
if "wait" in sys.argv:
    time.sleep(600)
sys.exit(int(sys.argv[-1]) if sys.argv[-1].isdigit() else 0)
'''


# Debian's Python without python3-venv: it makes no virtual environment that has a pip.
BARE = """\
#!/bin/sh
case "$*" in
  "-m venv --without-pip "*) ;;
  "-m venv "*) echo "ensurepip is not available"; exit 1 ;;
  "-m pip "*) {pip} ;;
esac
exec "{python}" "$@"
"""
REAL, NONE = ":", "exit 1"
NOTED = 'echo "$*" >>"{log}"; echo "{tools}" >"{site}/small.pth"; exit 0'
# Runs the starter with another Python to start from than the one that runs it.
DRIVER = """\
import runpy, sys
starter, base, sys.argv[1:] = sys.argv[1], sys.argv[2], sys.argv[3:]
sys._base_executable = base
runpy.run_path(starter, run_name="__main__")
"""


class Small:
    """A small project that `python3 tools` can set up without a network."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = root.parent / "pip.txt"
        (root / "tools" / "lierne").mkdir(parents=True)
        shutil.copy(STARTER, root / "tools")
        (root / "tools" / "lierne" / "__init__.py").touch()
        (root / "tools" / "lierne" / "__main__.py").write_text(JOB, encoding="utf-8")
        (root / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
        (root / "backend.py").write_text(BACKEND, encoding="utf-8")
        self.use_pip(NOTED)

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def stamp(self) -> Path:
        return self.venv / "lierne-stamp"

    def use_pip(self, pip: str) -> None:
        """Says what pip the Python to start from has."""
        site = self.venv / f"lib/python3.{sys.version_info.minor}/site-packages"
        pip = pip.format(log=self.log, tools=self.root / "tools", site=site)
        self.base = self.root.parent / "python3"
        self.base.write_text(BARE.format(pip=pip, python=BASE))
        self.base.chmod(0o755)

    def command(self, *arguments: str) -> list[str]:
        starter = self.root / "tools" / "__main__.py"
        return [sys.executable, "-c", DRIVER, str(starter), str(self.base), *arguments]

    def call(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            check=False,
            cwd=self.root.parent,
            env={**os.environ, **environment},
        )

    @property
    def installs(self) -> int:
        """How often pip was asked to install the project."""
        calls = self.log.read_text().splitlines() if self.log.exists() else []
        return sum(" install " in call and call.endswith("--editable .[dev]") for call in calls)


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(tmp_path / "small project")


@pytest.fixture
def starter() -> ModuleType:
    """`tools/__main__.py` as a module."""
    spec = importlib.util.spec_from_file_location("starter", STARTER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pretend(starter: ModuleType, monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    for name, value in values.items():
        monkeypatch.setattr(starter, name, value)


# --- What it says ---------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["biuld"], ["build?"], ["--version"]])
def test_what_is_no_job_gets_the_usage(small: Small, arguments: list[str]) -> None:
    done = small.call(*arguments)

    assert done.returncode == 2
    assert done.stderr.startswith("usage: python3 tools build|test|serve|bench")
    assert done.stdout == ""
    assert not small.venv.exists()


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_who_asks_for_help_gets_it(small: Small, word: str) -> None:
    done = small.call(word)

    assert done.returncode == 0
    assert done.stdout.startswith("usage: python3 tools build|test|serve|bench")


def test_python_3_8_can_read_the_file() -> None:
    ast.parse(STARTER.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_an_old_python_says_what_is_needed(
    starter: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 18, "final", 0))
    pretend(starter, monkeypatch, version_of=lambda _: (3, 10))

    assert starter.main(["build"]) == 2
    assert capsys.readouterr().err == "error: Python 3.11 or newer is needed, this is 3.8\n"


def test_an_old_python_hands_over_to_a_newer_one(
    starter: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(sys, "version_info", (3, 9, 1, "final", 0))
    monkeypatch.setattr(shutil, "which", lambda name: f"/opt/{name}")
    pretend(
        starter,
        monkeypatch,
        version_of=lambda path: () if path.endswith("3.14") else (3, int(path.split(".")[1])),
        run=lambda command: called.append(command) or 7,
    )

    assert starter.main(["test", "-x"]) == 7
    assert called == [["/opt/python3.13", str(STARTER), "test", "-x"]]
    assert "Python 3.9 is too old; going on with /opt/python3.13" in capsys.readouterr().err


@pytest.mark.parametrize("minor", ["8", "9", "10"])
def test_a_real_old_python_says_so(minor: str, tmp_path: Path) -> None:
    old = shutil.which(f"python3.{minor}")
    if old is None or subprocess.run([old, "-V"], capture_output=True, check=False).returncode:
        pytest.skip(f"no Python 3.{minor} on the path")
    done = subprocess.run(
        [old, ROOT / "tools", "build"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": str(tmp_path)},
    )

    assert done.returncode == 2
    assert done.stderr == f"error: Python 3.11 or newer is needed, this is 3.{minor}\n"


# --- The set-up -----------------------------------------------------------------------------------


@posix
@needs_pip
def test_a_first_run_without_ensurepip(small: Small) -> None:
    """The job runs in `.venv`, gets the arguments and gives its exit code; then all is ready."""
    small.use_pip(REAL)
    first = small.call("build", "--strict", "7")
    small.use_pip(NONE)
    second = small.call("serve")

    assert first.stderr == "Setting up .venv (about a minute)...\n"
    assert first.returncode == 7
    assert first.stdout == f"['build', '--strict', '7'] {small.venv} {small.root} None\n"
    assert not list((small.venv / "bin").glob("pip*"))
    assert (second.returncode, second.stderr) == (0, "")


@posix
def test_variables_of_the_caller_do_not_bend_it(small: Small) -> None:
    bent = small.call("build", PYTHONPATH="/nowhere", PYTHONWARNINGS="error", PYTHONUSERBASE="x")

    assert bent.returncode == 0, bent.stderr
    assert bent.stderr == "Setting up .venv (about a minute)...\n"


@posix
def test_what_pyproject_names_anew_is_installed(small: Small) -> None:
    small.call("build")
    (small.root / "pyproject.toml").write_text(PYPROJECT + "# changed\n", encoding="utf-8")
    again = small.call("build")

    assert again.stderr == "Bringing .venv up to date...\n"
    assert small.installs == 2


@posix
def test_what_one_test_would_like_is_not_waited_for(small: Small) -> None:
    """Where the network answers nothing, the set-up goes on without the text it fetches."""
    starter = small.root / "tools" / "__main__.py"
    patience = "FETCH_SECONDS = 60"
    text = starter.read_text(encoding="utf-8")
    assert patience in text
    starter.write_text(text.replace(patience, "FETCH_SECONDS = 3"), encoding="utf-8")
    fetch = small.root / "tests" / "read" / "test_commonmark.py"
    fetch.parent.mkdir(parents=True)
    fetch.write_text("import time\nopen('begun', 'w').close()\ntime.sleep(600)\n")

    done = small.call("build")

    assert done.returncode == 0, done.stderr
    assert (small.root / "begun").exists()


@posix
def test_an_interrupted_install_is_done_again(small: Small) -> None:
    """What pip left half done is not trusted, even when `pyproject.toml` is as it was before."""
    small.call("build")
    marks = small.stamp.read_text().splitlines()
    small.use_pip(NONE)
    (small.root / "pyproject.toml").write_text(PYPROJECT + "# changed\n", encoding="utf-8")
    failed = small.call("build")
    (small.root / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    small.use_pip(NOTED)
    again = small.call("build")

    assert [failed.returncode, again.returncode] == [2, 0]
    assert small.installs == 2
    assert small.stamp.read_text().splitlines() == marks


@posix
def test_a_half_made_venv_is_made_anew(small: Small) -> None:
    small.call("build")
    debris = small.venv / "debris"
    debris.touch()
    small.stamp.write_text("unfinished\n")
    done = small.call("build")

    assert done.returncode == 0, done.stderr
    assert not debris.exists()


@posix
def test_a_venv_whose_python_has_gone_is_made_anew(small: Small) -> None:
    """A system that replaces its Python leaves a link to nowhere."""
    small.call("build")
    (small.venv / "bin" / "python").unlink()
    (small.venv / "bin" / "python").symlink_to("/nowhere/python3")
    done = small.call("build")

    assert done.returncode == 0, done.stderr
    assert small.installs == 2


@posix
def test_a_project_that_was_moved_is_set_up_where_it_is(small: Small) -> None:
    """The scripts of a virtual environment name its place, and so does an editable install."""
    small.call("build")
    small.root = small.root.rename(small.root.with_name("moved"))
    small.use_pip(NOTED)
    moved = small.call("build")

    assert moved.returncode == 0, moved.stderr
    assert moved.stdout == f"['build'] {small.venv} {small.root} None\n"
    assert small.installs == 2


@posix
def test_two_at_once_set_up_once(small: Small) -> None:
    small.use_pip("sleep 0.5; " + NOTED)
    both = [subprocess.Popen(small.command("build"), stderr=subprocess.PIPE) for _ in range(2)]
    for one in both:
        one.communicate()

    assert [one.returncode for one in both] == [0, 0]
    assert small.installs == 1


@posix
def test_a_venv_of_somebody_else_is_kept(small: Small) -> None:
    """One made by hand or by uv has no stamp; what else it holds stays."""
    subprocess.run([BASE, "-m", "venv", "--without-pip", small.venv], check=True)
    mine = small.venv / "mine.txt"
    mine.touch()
    done = small.call("build")

    assert done.returncode == 0, done.stderr
    assert small.installs == 1
    assert mine.exists()


@posix
def test_neither_ensurepip_nor_pip(small: Small) -> None:
    small.use_pip(NONE)
    done = small.call("build")

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "error: this Python has neither ensurepip nor pip; "
        "on Debian and Ubuntu, first: sudo apt install python3-venv"
    )


@posix
@needs_pip
def test_an_install_that_fails_says_why(small: Small) -> None:
    small.use_pip(REAL)
    (small.root / "backend.py").write_text("raise OSError('the disk is full')\n")
    done = small.call("build")

    assert done.returncode == 2
    assert "the disk is full" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: pip could not install Lierne")
    assert done.stdout == ""


# --- The job --------------------------------------------------------------------------------------


@posix
def test_a_job_that_is_stopped_stops(small: Small) -> None:
    """SIGTERM reaches the job, and is told as a shell tells it."""
    with subprocess.Popen(small.command("serve", "wait"), stdout=subprocess.PIPE) as job:
        assert job.stdout is not None
        assert b"wait" in job.stdout.readline()
        job.send_signal(signal.SIGTERM)
        code = job.wait()

    assert code == 128 + signal.SIGTERM


def test_tests_are_pytest_with_the_arguments(starter: ModuleType) -> None:
    assert starter.job("test") == [["-m", "pytest", "-n", "auto", "--dist", "loadgroup"]]
    assert starter.job("test", "-k", "softmax") == [["-m", "pytest", "-k", "softmax"]]


def test_benchmarks_are_found_by_name(
    starter: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "tests" / "benchmarks"
    folder.mkdir(parents=True)
    for name in ["tangle.py", "parse.py", "_notes.py"]:
        (folder / name).touch()
    pretend(starter, monkeypatch, ROOT=tmp_path)

    assert starter.job("bench") == [[str(folder / "parse.py")], [str(folder / "tangle.py")]]
    assert starter.job("bench", "tangle") == [[str(folder / "tangle.py")]]
    with pytest.raises(starter.SetUpError, match=r"no benchmark tngle in .*: parse, tangle"):
        starter.job("bench", "tngle")


def test_every_benchmark_runs_and_the_first_fault_counts(
    starter: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = iter([0, 3, 1])
    pretend(
        starter,
        monkeypatch,
        job=lambda _: [["a"], ["b"], ["c"]],
        set_up=lambda: None,
        run=lambda _: next(codes),
    )

    assert starter.main(["bench"]) == 3
    assert next(codes, None) is None


@pytest.mark.stress
@pytest.mark.timeout(600)
def test_this_project_from_nothing(tmp_path: Path) -> None:
    """A clone with nothing but Python, and what `pyproject.toml` names, comes to run its tests."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
    done = subprocess.run(
        [BASE, clone / "tools", "test", "tests/base"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
