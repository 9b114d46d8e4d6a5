"""Obsidian's settings are honoured, and bad ones cost nothing but a word."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from lierne.read.vault.settings import MOST_BYTES, MOST_CHARACTERS, Settings, read_settings
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path


def settings(root: Path, value: object) -> Settings:
    (root / ".obsidian").mkdir(exist_ok=True)
    text = value if isinstance(value, str) else json.dumps(value)
    (root / ".obsidian/app.json").write_text(text)
    return read_settings(root, "")


def test_without_settings_obsidians_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(tmp_path, "") == settings(tmp_path, {}) == Settings()


def test_what_is_set_counts(tmp_path: Path) -> None:
    assert settings(tmp_path, {"strictLineBreaks": True}).strict_line_breaks


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"a": nope}', "[" * 9999])
def test_bad_settings_are_a_problem(tmp_path: Path, text: str) -> None:
    found = settings(tmp_path, text)

    assert [(p.code, p.place.path) for p in found.problems] == [("N205", ".obsidian/app.json")]
    assert not found.strict_line_breaks


@pytest.mark.parametrize("kind", ["fifo", "device", "link", "folder", "huge"])
def test_what_is_no_plain_small_file_is_not_read(tmp_path: Path, kind: str) -> None:
    file = tmp_path / ".obsidian/app.json"
    file.parent.mkdir()
    if kind == "fifo":
        if not hasattr(os, "mkfifo"):
            pytest.skip("no named pipes on this system")
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    elif kind == "huge":
        file.write_text(" " * MOST_BYTES + "{}")
    else:
        (tmp_path / "other.json").write_text('{"strictLineBreaks": true}')
        file.symlink_to("/dev/zero" if kind == "device" else tmp_path / "other.json")

    found = read_settings(tmp_path, "")

    assert [problem.code for problem in found.problems] == ["N205"]
    assert not found.strict_line_breaks


@pytest.mark.parametrize("value", [1, "yes", None, [], {"a": 1}])
def test_values_of_a_wrong_type_are_as_if_they_were_not_there(
    tmp_path: Path, value: object
) -> None:
    found = settings(tmp_path, {"strictLineBreaks": value, "userIgnoreFilters": value})

    assert not found.strict_line_breaks
    assert not found.ignores("a.md")


@pytest.mark.parametrize(
    ("pattern", "ignored", "kept"),
    [
        ("Templates/", "Templates/a.md", "My Templates/a.md"),
        ("a.b", "a.b/N.md", "axb/N.md"),
        ("/draft/", "x/my draft.md", "x/my dra.md"),
        ("/^Daily/\\d+/", "Daily/2024.md", "Daily/note.md"),
        ("/^.*\\/drafts\\/.*$/", "a/drafts/b.md", "a/draft/b.md"),
        ("/\\.(?:png|jpe?g|gif|svg|[^.]{4})$/", "a.jpeg", "a.md"),
        ("/^.*a.*1$|^.*b.*2$|^.*c.*3$/", "c/x3", "c/x2"),
    ],
)
def test_excluded_files_are_beginnings_or_expressions(
    tmp_path: Path, pattern: str, ignored: str, kept: str
) -> None:
    found = settings(tmp_path, {"userIgnoreFilters": [pattern]})

    assert found.ignores(ignored)
    assert not found.ignores(kept)


@pytest.mark.parametrize("pattern", ["/(/", "/(a+)+$/", "/((a|b)*)*c/", "/a{9999999999}/", 7])
def test_an_expression_that_cannot_be_used_is_a_problem(tmp_path: Path, pattern: object) -> None:
    found = settings(tmp_path, {"userIgnoreFilters": [pattern, "Ok/"]})

    assert [problem.code for problem in found.problems] == ["N205"]
    assert not found.ignores("a" * 40)
    assert found.ignores("Ok/x.md")


@pytest.mark.parametrize(
    "pattern",
    [
        *("((a+))+$", "(a|a)*b", "(a|aa)+$", "(a|aa){30}$", "a*a*a*a*a*a*a*a*b", r"(a*)\1\1b"),
        *("a?" * 30 + "a" * 30, "(a|a)" * 30 + "b", "(a{0,9}){9,99}b", "(?:(?=a*)a*)*b"),
    ],
)
def test_an_expression_that_may_take_years_is_a_problem(tmp_path: Path, pattern: str) -> None:
    found = settings(tmp_path, {"userIgnoreFilters": [f"/{pattern}/"]})

    assert [problem.code for problem in found.problems] == ["N205"]


@pytest.mark.parametrize("pattern", [".*.*b", "a*a*a?a?b", "(a|a)" * 10 + "b", "a*(a|a)(a|a)?b"])
def test_any_other_expression_ends_soon(tmp_path: Path, pattern: str) -> None:
    found = settings(tmp_path, {"userIgnoreFilters": [f"/{pattern}/"]})

    begin = time.process_time()
    assert not found.problems
    assert not found.ignores("a" * MOST_CHARACTERS)
    assert not found.ignores("a" * 9_999)
    assert time.process_time() - begin < 10


def test_excluded_notes_are_not_read_but_can_be_linked(tmp_path: Path) -> None:
    settings(tmp_path, {"userIgnoreFilters": ["Templates/"]})
    for path in ("N.md", "Templates/T.md", "Templates/p.png"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    vault = Vault.open(tmp_path)

    assert (vault.paths, vault.excluded) == (("N.md",), ("Templates/T.md",))
    assert vault.files == ("Templates/p.png",)
    assert vault.names.find("T", "N.md").path == "Templates/T.md"
    assert not vault.published("Templates/T.md")
