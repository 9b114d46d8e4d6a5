"""Every kind of problem, as somebody reads it: code, place, message and help.

The cases stand in `fixtures/*.md`: a title, the files of a small project, and all that checking it
says. `@ path` begins a file; then everything is tangled; `@@ path` begins a file that is written
after that, and `@@ -path` removes one.
"""

from __future__ import annotations

import importlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from lierne import Kind, Vault
from lierne.faces.report import as_text
from lierne.graph.build import NOT_PYTHON

if TYPE_CHECKING:
    from collections.abc import Iterator

FIXTURES = Path(__file__).parent / "fixtures"
MODULES = ("circles", "code", "inside", "links", "names", "outputs", "properties")


@dataclass(frozen=True)
class Case:
    """One small project, and what is wrong with it."""

    place: str
    title: str
    before: dict[str, str]
    after: dict[str, str | None]
    expected: str


def cases() -> Iterator[Case]:
    """Reads all fixtures."""
    for path in sorted(FIXTURES.glob("*.md")):
        line = 1
        parts = re.split(r"^\.\n", path.read_text("utf-8"), flags=re.MULTILINE)
        for title, files, expected in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
            begin = line + len(title) - len(title.lstrip("\n"))
            found = re.findall(r"^(@@?) (.*)\n((?:(?!@@? ).*\n)*)", files, re.MULTILINE)
            before = {name: text for mark, name, text in found if mark == "@"}
            after = {
                name.removeprefix("-"): None if name.startswith("-") else text
                for mark, name, text in found
                if mark == "@@"
            }
            yield Case(f"{path.name}:{begin}", title.strip(), before, after, expected)
            line += (title + files + expected).count("\n") + 2


CASES = list(cases())


def write(root: Path, files: dict[str, str | None]) -> None:
    for name, text in files.items():
        path = root / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())


def said(vault: Vault) -> str:
    """All problems, as they are printed."""
    return "".join(f"{click.unstyle(as_text(problem))}\n" for problem in vault.check())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.place} {case.title}")
def test_what_checking_says(case: Case, tmp_path: Path) -> None:
    write(tmp_path, dict(case.before))
    Vault.open(tmp_path).tangle().apply()
    write(tmp_path, case.after)

    assert said(Vault.open(tmp_path)) == case.expected


def test_every_kind_has_a_case() -> None:
    modules = [importlib.import_module(f"lierne.check.{name}") for name in MODULES]
    kinds = {NOT_PYTHON.code} | {
        k.code for module in modules for k in vars(module).values() if isinstance(k, Kind)
    }
    shown = {code for case in CASES for code in re.findall(r": ([A-Z]\d{3}) ", case.expected)}

    assert len(kinds) > 15
    assert kinds - shown == {"N206", "N208"}  # below: they need a disk that holds such names


def test_problems_stand_in_the_order_of_their_places(tmp_path: Path) -> None:
    write(tmp_path, {"B.md": "[[x]]\n\n[[A#y]]\n", "A.md": "[[z]]\n"})

    places = [(p.place.path, p.place.line) for p in Vault.open(tmp_path).check()]

    assert places == [("A.md", 1), ("B.md", 1), ("B.md", 3)]


def test_checking_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"A.md": "---\ntangle: src/a.py\n---\n```python\nx = 1\n```\n"})

    assert [p.code for p in Vault.open(tmp_path).check()] == ["T101"]
    assert [path.name for path in tmp_path.iterdir()] == ["A.md"]


def test_names_that_differ_only_by_case(tmp_path: Path) -> None:
    write(tmp_path, {"Softmax.md": "", "softmax.md": ""})
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this disk does not tell capital and small letters apart")

    assert said(Vault.open(tmp_path)) == (
        "softmax.md:1:1: N206 `softmax.md` and `Softmax.md` differ only by case\n"
        "help: rename one of them: some systems, and all links, take them for one file\n"
    )


def test_names_that_windows_refuses(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("this is Windows")
    named = ["a: b/c/one.md", "a: b/two.md", "aux.md", "console.md", "end./x.md", "why?.png"]
    write(tmp_path, dict.fromkeys(named, ""))

    help_ = "help: rename it, if the vault is ever to be opened there\n"
    assert said(Vault.open(tmp_path)).split(help_) == [
        "a: b:1:1: N208 Windows cannot hold `a: b`, for `:` in its name\n",
        "aux.md:1:1: N208 `aux` is a device on Windows, and no name there\n",
        "end.:1:1: N208 Windows cannot hold `end.`, for the blank or dot at the end of its name\n",
        "why?.png:1:1: N208 Windows cannot hold `why?.png`, for `?` in its name\n",
        "",
    ]


def test_names_that_differ_only_by_unicode_form(tmp_path: Path) -> None:
    write(tmp_path, {"Ağ.md": "", "Ag\u0306.md": ""})
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this disk joins the two")

    assert "differ only by Unicode form" in said(Vault.open(tmp_path))
