"""Where no record knows a target, as in a fresh clone, the last commit says what was edited."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from lierne.code.targets import git

if TYPE_CHECKING:
    from conftest import Clone, MakeClone

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")

NOTE = "---\ntangle: src/one.py\n---\n```python\na = 1\n<<Two Şiir#x>>\n```\n"
TWO = "```python #x\nx = 1\n```\n"
ONE = "a = 1\nx = 1\n"
NAMES = ['"quoted" $(x)', "-f", "a:b", "HEAD", "çığ", " blank ", "new\nline"]
FILES = {"vault/One.md": NOTE, "vault/Two Şiir.md": TWO, "src/one.py": ONE}


@pytest.fixture
def clone(make_clone: MakeClone) -> Clone:
    return make_clone(FILES)


@pytest.mark.parametrize("inner", [".", "a/deep folder"])
def test_what_nobody_edited_follows_its_note(make_clone: MakeClone, inner: str) -> None:
    clone = make_clone(FILES, inner)
    clone.write("vault/Two Şiir.md", TWO.replace("1", "2"))

    assert clone.tangle().problems == ()
    assert clone.read("src/one.py") == "a = 1\nx = 2\n"


def test_a_checkout_with_other_line_ends_is_no_edit(clone: Clone) -> None:
    clone.write("src/one.py", ONE.replace("\n", "\r\n"))
    clone.write("vault/One.md", NOTE.replace("1", "2"))

    assert clone.tangle().problems == ()
    assert clone.read("src/one.py") == "a = 2\r\nx = 1\r\n"


def test_another_branch_is_no_edit(clone: Clone) -> None:
    clone.write("vault/One.md", NOTE.replace("1", "2"))
    clone.tangle()
    clone.git("checkout", "-q", "-f", "-b", "other")
    clone.write("vault/One.md", NOTE.replace("1", "3"))

    assert clone.tangle().problems == ()
    assert clone.read("src/one.py") == "a = 3\nx = 1\n"


def test_an_edit_since_the_commit_is_kept_and_told_at_its_line(clone: Clone) -> None:
    clone.write("src/one.py", ONE + "mine = 1\n")
    clone.write("vault/One.md", NOTE.replace("1", "2"))

    (problem,) = clone.tangle().problems

    assert str(problem).startswith("src/one.py:3:1: T007")
    assert "`vault/Two Şiir.md:2`" in problem.help
    assert clone.read("src/one.py") == ONE + "mine = 1\n"


def test_an_edit_that_was_committed_is_kept(clone: Clone) -> None:
    clone.write("src/one.py", ONE + "mine = 1\n")
    clone.commit()
    clone.write("vault/One.md", NOTE.replace("1", "2"))

    assert [problem.code for problem in clone.tangle().problems] == ["T006"]
    assert clone.read("src/one.py") == ONE + "mine = 1\n"


@pytest.mark.parametrize(
    "note",
    [
        NOTE.replace("Two Şiir", "Nobody"),  # held back by an error
        NOTE.replace("tangle: src/one.py", "tangle: [no"),
        NOTE.encode() + b"\xff",
        "No code.\n",
    ],
)
def test_a_commit_whose_notes_do_not_make_the_target_proves_nothing(
    clone: Clone, note: str | bytes
) -> None:
    clone.write("vault/One.md", note)
    clone.commit()
    clone.write("vault/One.md", NOTE.replace("1", "2"))

    assert [problem.code for problem in clone.tangle().problems] == ["T006"]
    assert clone.read("src/one.py") == ONE


def test_a_link_in_the_commit_is_no_file(clone: Clone) -> None:
    (clone.root / "src/one.py").rename(clone.root / "real.py")
    (clone.root / "src/one.py").symlink_to("../real.py")
    clone.commit()

    assert "real.py" in git.committed(clone.root)
    assert "src/one.py" not in git.committed(clone.root)


@pytest.mark.skipif(os.name == "nt", reason="Windows allows few of these names")
@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_read(clone: Clone, name: str) -> None:
    clone.write(name, f"in {name}")
    clone.commit()
    found = git.committed(clone.root)

    assert git.texts(clone.root, [found[name]]) == {found[name]: f"in {name}".encode()}


def test_what_git_does_not_have_is_left_out(clone: Clone) -> None:
    one = git.committed(clone.root)["src/one.py"]
    empty = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"

    assert git.texts(clone.root, ["0" * 40, one, empty, one]) == {one: ONE.encode()}


def test_nothing_of_the_repository_is_run(clone: Clone) -> None:
    trap = clone.root / "trap"
    clone.write(".gitattributes", "* diff=x filter=x\n")
    clone.commit()
    for key in (
        "core.fsmonitor",
        "core.pager",
        "diff.x.textconv",
        "filter.x.smudge",
        "core.sshCommand",
    ):
        clone.git("config", key, f"touch '{trap}' #")
    clone.write("vault/One.md", NOTE.replace("1", "2"))

    assert clone.tangle().problems == ()
    assert not trap.exists()


def test_variables_of_git_lead_nowhere_else(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    clone.write("vault/One.md", NOTE.replace("1", "2"))

    assert clone.tangle().problems == ()


@pytest.mark.parametrize("how", ["no git", "no repository", "no commit", "git in the project"])
def test_without_a_commit_what_differs_is_somebody_elses(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "no git":
        monkeypatch.setenv("PATH", str(clone.root))
    elif how == "git in the project":
        clone.write("git", "#!/bin/sh\ntouch trap\n")
        (clone.root / "git").chmod(0o755)
        monkeypatch.chdir(clone.root)
        monkeypatch.setenv("PATH", ".")
    else:
        shutil.rmtree(clone.root / ".git")
        if how == "no commit":
            clone.git("init", "-q")
    clone.write("vault/One.md", NOTE.replace("1", "2"))

    assert [problem.code for problem in clone.tangle().problems] == ["T006"]
    assert not (clone.root / "trap").exists()


def test_git_is_not_asked_where_nothing_is_in_doubt(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(subprocess, "run", asked)

    assert clone.tangle().problems == ()  # what the notes make already
    clone.write("vault/One.md", NOTE.replace("1", "2"))
    assert clone.tangle().problems == ()  # by our own record
    assert clone.read("src/one.py") == "a = 2\nx = 1\n"
