"""`lierne init`: an empty folder, somebody's vault, and what is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from lierne.faces.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--root", str(root), *arguments])


def files(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in root.rglob("*")
        if path.is_file() and ".lierne" not in path.parts
    }


def test_an_empty_folder_becomes_a_project_that_works(tmp_path: Path) -> None:
    result = run(tmp_path, "init")

    assert result.exit_code == 0
    assert sorted(files(tmp_path)) == ["lierne.toml", "vault/Greeting.md", "vault/Home.md"]
    assert run(tmp_path, "tangle").stdout == "created src/greeting.py\n"
    assert run(tmp_path, "run").exit_code == 0
    assert "'hi you'" in files(tmp_path)["vault/Greeting.md"]
    assert run(tmp_path, "check").stdout == "no problems\n"


def test_a_vault_keeps_its_notes(tmp_path: Path) -> None:
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "A.md").write_text("[[B]]\n")

    result = run(tmp_path, "init")

    assert result.stdout == "created lierne.toml\n"
    assert files(tmp_path)["A.md"] == "[[B]]\n"
    assert 'vault = "."' in files(tmp_path)["lierne.toml"]
    assert run(tmp_path, "check").exit_code == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("*.pyc", "*.pyc\n.lierne/\nsite/\n"),
        ("site\n", "site\n.lierne/\n"),
        ("a\r\n", "a\r\n.lierne/\r\nsite/\r\n"),
        ("/.lierne\n/site/\n", None),
    ],
)
def test_git_leaves_alone_what_can_be_made_anew(
    tmp_path: Path, before: str, after: str | None
) -> None:
    (tmp_path / ".gitignore").write_bytes(before.encode())

    run(tmp_path, "init")

    assert (tmp_path / ".gitignore").read_bytes() == (after or before).encode()


@pytest.mark.parametrize("option", ["--check", "--diff", "--dry-run"])
def test_what_only_looks_writes_nothing(tmp_path: Path, option: str) -> None:
    result = run(tmp_path, "init", option)

    assert (result.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "lierne.toml" in result.stdout


@pytest.mark.parametrize(
    ("name", "text"),
    [("lierne.toml", ""), ("pyproject.toml", "[tool.lierne]\n")],
)
def test_a_project_stays_as_it_is(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)

    result = run(tmp_path, "init")

    assert result.stderr == f"a project already, by its {name}\n"
    assert files(tmp_path) == {name: text}


def test_somebody_elses_project_gets_settings_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n')
    (tmp_path / "vault").mkdir()

    assert run(tmp_path, "init").stdout == "created lierne.toml\n"
    assert 'vault = "vault"' in files(tmp_path)["lierne.toml"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("a file where the folder would be")
    (tmp_path / "lierne.toml").mkdir()

    result = run(tmp_path, "init")

    assert result.exit_code == 2
    assert "lierne.toml" in result.stderr
