"""The command line: its help, its commands, and how each run ends."""

from __future__ import annotations

import errno
import importlib
import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from lierne.base.config import ConfigError
from lierne.faces import cli

ROOT = Path(__file__).parents[2]
HEAVY = {
    "yaml",
    "markdown_it",
    "mkdocs",
    "networkx",
    "rich",
    "pygments",
    "numpy",
    "sqlite3",
    "watchfiles",
}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments, prog_name="lierne")


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lierne", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def test_bare_lierne_prints_help() -> None:
    result = run()

    assert result.exit_code == 0
    assert result.stdout == run("--help").stdout == run("help").stdout
    assert all(f"\n  {name} " in result.stdout for name in cli.COMMANDS)
    assert "Exit codes: 0 fine" in result.stdout


def test_version_is_the_installed_one() -> None:
    result = run("--version")

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (result.exit_code, result.stdout) == (0, f"lierne {project['version']}\n")


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    result = run("help", name)

    assert result.exit_code == 0
    assert result.stdout == run(name, "--help").stdout
    assert f"lierne {name}" in result.stdout
    assert "--root" in result.stdout


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_list_says_what_the_command_says_of_itself(name: str) -> None:
    module, line = cli.COMMANDS[name]
    command = getattr(importlib.import_module(module), name)

    assert isinstance(command, click.Command)
    assert line.rstrip(".") == command.get_short_help_str(100).rstrip(".")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("chek",), "No such command `chek`. Did you mean `check`?"),
        (("zzz",), "No such command `zzz`."),
        (("help", "chek"), "Did you mean `check`?"),
        (("--rot", "."), "No such option"),
        (("check", "--format", "xml"), "'xml' is not one of"),
    ],
)
def test_what_was_mistyped_ends_with_2(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)

    assert result.exit_code == cli.USAGE
    assert message in result.stderr
    assert result.stdout == ""


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> Result:
    def check() -> None:
        raise error

    module = importlib.import_module("lierne.faces.commands.check")
    monkeypatch.setattr(module, "check", click.Command("check", callback=check))
    return run("check")


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ConfigError("lierne.toml: unknown setting `volt`"), 2, "error: lierne.toml: unknown"),
        (PermissionError(errno.EACCES, "Permission denied", "src/a.py"), 2, "src/a.py: Perm"),
        (click.ClickException("no such target"), 2, "error: no such target"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_each_ending_has_its_code(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, message: str
) -> None:
    result = failing(monkeypatch, error)

    assert result.exit_code == code
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_bug_is_one_sentence_and_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    result = failing(monkeypatch, ZeroDivisionError("division by zero"))

    [file] = tmp_path.iterdir()
    assert result.exit_code == cli.BUG
    assert len(result.stderr.splitlines()) == 1
    assert str(file) in result.stderr
    assert "ZeroDivisionError: division by zero" in file.read_text("utf-8")


def test_a_folder_that_is_not_there() -> None:
    result = run("check", "--root", "no such folder")

    assert result.exit_code == cli.USAGE
    assert "no such folder: no such folder" in result.stderr


def test_wrong_settings_end_with_2(tmp_path: Path) -> None:
    (tmp_path / "lierne.toml").write_text('valt = "notes"\n')

    result = run("check", "--root", str(tmp_path))

    assert result.exit_code == cli.USAGE
    assert "did you mean `vault`?" in result.stderr


@pytest.mark.parametrize("before", [True, False])
def test_options_stand_before_or_after_the_command(tmp_path: Path, *, before: bool) -> None:
    (tmp_path / "A.md").write_text("[[B]]\n")
    root = ["--root", str(tmp_path), "-q"]

    result = run(*root, "check") if before else run("check", *root)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("A.md:1:1: L")


def test_start_up_is_light() -> None:
    code = (
        "import sys, lierne.faces.cli as c\n"
        "try: c.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(*sys.modules)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert not HEAVY.intersection(out.split())
    assert "lierne.faces.cli" in out.split()


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "A.md").write_text("".join(f"[[Note {n}]]\n" for n in range(3000)))
    command = [sys.executable, "-m", "lierne", "check", "--root", str(tmp_path)]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        said = child.stderr.read()

    assert said == b""
    assert child.returncode != cli.BUG


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "A.md").write_text("[[B]]\n")
    command = [sys.executable, "-m", "lierne", "graph", "--root", str(tmp_path)]

    with Path("/dev/full").open("w") as full:
        child = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)

    assert child.returncode == cli.USAGE
    assert child.stderr == b"error: No space left on device\n"


def test_a_terminal_without_unicode_gets_every_message(tmp_path: Path) -> None:
    (tmp_path / "Dikkat Mekanizması.md").write_text("[[Geri Yayılım]]\n", "utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}

    text = process("check", "--root", str(tmp_path), env=environment)
    rows = process("check", "--format", "json", "--root", str(tmp_path), env=environment)

    assert text.returncode == 0
    assert "Dikkat Mekanizmas\\u0131.md:1:1:" in text.stdout
    assert json.loads(rows.stdout)[0]["path"] == "Dikkat Mekanizması.md"


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_quietly() -> None:
    code = (
        "import click, time, lierne.faces.commands.check as m, lierne.faces.cli as c\n"
        "def wait():\n    print('ready', flush=True); time.sleep(30)\n"
        "m.check = click.Command('check', callback=wait)\n"
        "c.main(['check'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGINT)
        said = child.stderr.read()

    assert child.returncode == cli.INTERRUPTED
    assert said.strip() == ""
