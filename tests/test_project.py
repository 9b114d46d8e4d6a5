"""The project as a whole: its style, its types, its package, its notes in step with its code."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
TOOLS = ROOT / "tools"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

posix = pytest.mark.skipif(os.name == "nt", reason="a shell script")


def call(*command: str | Path, cwd: Path = ROOT, **options: Any) -> str:
    """Runs a command that has to succeed; what it printed stands in the failure."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def committed() -> list[Path]:
    """Every file of the repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    return [ROOT / name for name in call("git", "ls-files", "-z").split("\0") if name]


# --- Style, types, and the vault's own state ------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--quiet", "--output-format=concise"],
        ["ruff", "format", "--check", "--quiet", "--diff"],
        ["mypy", "--no-error-summary"],
        ["lierne", "tangle", "--check"],
        ["lierne", "check"],
    ],
    ids=" ".join,
)
def test_the_project_is_in_order(command: list[str]) -> None:
    call(sys.executable, "-m", *command)


# --- Start-up -------------------------------------------------------------------------------------


def loaded_by(module: str, *paths: Path) -> set[str]:
    """What a fresh Python has loaded, beyond its own library, once a module is imported."""
    script = (
        f"import sys; sys.path[:0] = {list(map(str, paths))!r}; before = set(sys.modules)\n"
        f"import {module}\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    return set(call(sys.executable, "-c", script).split()) - set(sys.stdlib_module_names)


def test_the_command_starts_light() -> None:
    """Help, completion and a wrong option must not wait for a parser or a site generator."""
    assert loaded_by("lierne.faces.cli", TOOLS) <= {"lierne", "click", "colorama"}


def test_a_heavy_start_is_seen(tmp_path: Path) -> None:
    (tmp_path / "heavy.py").write_text("import markdown_it\n", encoding="utf-8")

    assert "markdown_it" in loaded_by("heavy", tmp_path)


# --- The package ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    return next(folder.glob("lierne-*.whl"))


def test_the_wheel_is_the_tool_alone(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {name.split("/")[0] for name in names} == {
        "lierne",
        f"lierne-{PYPROJECT['project']['version']}.dist-info",
    }


def test_the_wheel_has_all_of_the_tool(wheel: Path) -> None:
    """Style sheets and scripts too, and the mark that says its types can be used."""
    names = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("lierne/")}
    files = {
        path.relative_to(TOOLS).as_posix()
        for path in committed()
        if path.is_file() and path.is_relative_to(TOOLS / "lierne")
    }

    assert files - names == set()
    assert "lierne/py.typed" in names


def test_what_pip_mkdocs_and_pytest_are_promised_is_there() -> None:
    others = PYPROJECT["project"]["entry-points"]
    for points in (PYPROJECT["project"]["scripts"], others["mkdocs.plugins"], others["pytest11"]):
        for point in points.values():
            module, _, name = point.partition(":")
            call(sys.executable, "-c", f"from {module} import {name or '*'}")


# --- The repository -------------------------------------------------------------------------------


def test_every_text_file_has_lf_in_every_checkout() -> None:
    """What is tangled is compared byte for byte, on Windows too."""
    paths = ["vault/Softmax.md", "src/transformer/softmax.py", "tools/__main__.py", ".ci/run"]
    told = call("git", "check-attr", "eol", *paths)

    assert told.splitlines() == [f"{path}: eol: lf" for path in paths]


def test_fixtures_keep_their_bytes() -> None:
    told = call("git", "check-attr", "text", "tests/read/fixtures/crlf.md")

    assert told == "tests/read/fixtures/crlf.md: text: unset\n"


DOCUMENTS = ["README.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md"]
EXAMPLES = re.compile("its_name|greeting|vault/Greeting|vault/Name|src/x")
MADE = {"dist", "site", ".lierne", ".venv"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_is_there(document: str) -> None:
    """Paths in backticks, from the root or from the tool, and links within the repository."""
    text = (ROOT / document).read_text(encoding="utf-8")
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text)
    linked = re.findall(r"\]\((?!https?:)([^)#\s]+)[^)]*\)", text)
    homes = {path: [ROOT, TOOLS / "lierne"] for path in named}
    homes |= {path: [(ROOT / document).parent] for path in linked}

    assert [
        path
        for path, folders in homes.items()
        if not EXAMPLES.search(path)
        and path.split("/")[0] not in MADE
        and not any((folder / path).exists() for folder in folders)
    ] == []


@pytest.mark.parametrize("command", ["python3 tools build", "python3 tools test"])
def test_the_readme_names_the_commands(command: str) -> None:
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_changelog_tells_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert f"\n## [{PYPROJECT['project']['version']}]" in changelog


ELSEWHERE = re.compile(r"(?<![\w./~-])/(?:home|Users|root|work)/[\w.-]+|\.\./shared\b")
SOMEBODY = {"/home/me", "/Users/me"}  # where an example needs a path


def outside_paths(text: str) -> list[str]:
    """The paths in a text that mean one machine, or a folder beside the project."""
    return [found for found in ELSEWHERE.findall(text) if found not in SOMEBODY]


def test_the_project_names_no_path_outside_itself() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): paths
        for path in committed()
        if path.is_file() and (paths := outside_paths(path.read_bytes().decode("utf-8", "replace")))
    }

    assert found == {}


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("see /ho" + "me/ann/notes", ["/ho" + "me/ann"]),
        ("`/wo" + "rk/main`", ["/wo" + "rk/main"]),
        ("as in ../sha" + "red/design.md", ["../sha" + "red"]),
        ("https://example.org/home/ann", []),
        ("for example /home/me/vault", []),
        ("vault/home/ann", []),
        ("../shares", []),
    ],
)
def test_a_path_outside_is_seen(text: str, paths: list[str]) -> None:
    assert outside_paths(text) == paths


# --- Continuous integration -----------------------------------------------------------------------

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_no_more_rights_than_it_says(path: Path) -> None:
    """All it may do everywhere is read, and its actions are GitHub's own, pinned to a version."""
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    actions = [step["uses"] for step in steps if "uses" in step]

    assert workflow["permissions"] in ({}, {"contents": "read"})
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in actions)


def test_the_workflow_publishes_what_the_readme_builds() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/pages.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["build"]["steps"]

    assert "python3 tools build" in [step.get("run") for step in steps]
    assert {"uses": "actions/upload-pages-artifact@v5", "with": {"path": "site"}} in steps
    assert workflow["jobs"]["publish"]["permissions"] == {"pages": "write", "id-token": "write"}


@posix
@pytest.mark.parametrize("apt", ["gets it", "fails", "is not there"])
def test_ci_calls_the_readmes_command(tmp_path: Path, apt: str) -> None:
    """Whatever becomes of the browser, the tests run, and their exit code is the run's."""
    for name in ["bash", "dirname", "env", "timeout", "tail"]:
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    script(tmp_path / "id", "echo 0")
    script(tmp_path / "python3", f'echo "$*" >>"{tmp_path}/calls"; [ "$1" != tools ] || exit 5')
    if apt != "is not there":
        code = 100 if apt == "fails" else 0
        script(tmp_path / "apt-get", f'echo "apt-get $*" >>"{tmp_path}/calls"; exit {code}')
    done = subprocess.run(
        [ROOT / ".ci" / "run"],
        env={"PATH": str(tmp_path)},
        input="",
        capture_output=True,
        text=True,
        check=False,
    )
    calls = (tmp_path / "calls").read_text().splitlines()

    assert done.returncode == 5
    assert calls[-1] == "tools test"
    assert any("install" in line and "chromium" in line for line in calls) == (apt == "gets it")
    assert ("Going on without git chromium" in done.stdout) == (apt != "gets it")


def script(path: Path, text: str) -> None:
    path.write_text(f"#!{shutil.which('sh')}\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
