"""The texts that an edited target may have come from, whatever happened to records and commits."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from lierne.base.store import Store
from lierne.code.tangle import tangle
from lierne.code.targets.ancestor import Ancestors
from lierne.code.targets.head import Head
from lierne.code.targets.known import BASES, Known
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from conftest import Clone, MakeClone

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")

ONE = "vault/One.md"
NOTE = "---\ntangle: src/one.py\n---\nText\n```python\na = 1\n```\n\n```python\nb = 1\n```\n"
MADE = "a = 1\nb = 1\n"


@pytest.fixture
def clone(make_clone: MakeClone) -> Clone:
    return make_clone({ONE: NOTE, "src/one.py": MADE})


def ancestors(clone: Clone, path: str = "src/one.py") -> list[str]:
    """The candidates for a target, as texts."""
    vault = Vault(clone.config)
    tangled = tangle(vault.outlines(), vault.names, vault.config)
    with Store(clone.root) as store:
        known = Known.read(store, Head(vault))
        found = Ancestors(known, tangled.targets).of(path)
    for base in found:
        assert base.map.target
        assert base.map.note_at(1) in {("One.md", 6, 1), ("Uno.md", 6, 1)}
    return [base.text for base in found]


def test_what_was_tangled_last_is_the_first(clone: Clone) -> None:
    clone.edit(ONE, "a = 1", "a = 2")
    clone.tangle()
    clone.edit(ONE, "a = 2", "a = 3")
    clone.edit("src/one.py", "b = 1", "b = 2")

    assert ancestors(clone) == ["a = 2\nb = 1\n", MADE]


def test_where_record_and_commit_agree_there_is_one(clone: Clone) -> None:
    clone.tangle()
    clone.edit("src/one.py", "b = 1", "b = 2")

    assert ancestors(clone) == [MADE]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_fresh_clone_has_the_commit(make_clone: MakeClone, line_end: str) -> None:
    files = {ONE: NOTE.replace("\n", line_end), "src/one.py": MADE.replace("\n", line_end)}
    clone = make_clone(files)
    clone.edit("src/one.py", "b = 1", "b = 2")

    assert ancestors(clone) == [MADE]


@pytest.mark.parametrize("edited", ["src/one.py", ONE])
def test_a_commit_whose_sides_disagree_is_none(clone: Clone, edited: str) -> None:
    clone.edit(edited, "b = 1", "b = 2")
    clone.commit()

    assert ancestors(clone) == []


def test_a_checkout_that_changes_line_ends_is_the_commit_still(clone: Clone) -> None:
    clone.git("config", "core.autocrlf", "true")
    for path in (ONE, "src/one.py"):
        (clone.root / path).unlink()
    clone.git("checkout", "-q", "--", ".")
    assert clone.read("src/one.py") == MADE.replace("\n", "\r\n")
    clone.edit("src/one.py", "b = 1", "b = 2")

    assert ancestors(clone) == [MADE]


@pytest.mark.parametrize("damage", [None, b"", b"\0" * 99, b"<<<<<<< HEAD\n" * 999])
def test_a_lost_or_damaged_record_leaves_the_commit(clone: Clone, damage: bytes | None) -> None:
    clone.tangle()
    shutil.rmtree(clone.root / ".lierne")
    if damage is not None:
        clone.write(".lierne/store.db", damage)

    assert ancestors(clone) == [MADE]


@pytest.mark.parametrize(
    "other",
    [b"", b"[]", b"\xff", b'{"text": "a = 1\\n", "map": {"version": 99, "runs": []}}'],
)
def test_a_record_of_another_version_leaves_the_commit(clone: Clone, other: bytes) -> None:
    clone.tangle()
    with Store(clone.root, write=True) as store:
        store.put({(BASES, "src/one.py"): other})

    assert ancestors(clone) == [MADE]


def test_without_record_and_commit_there_is_none(clone: Clone) -> None:
    shutil.rmtree(clone.root / ".git")

    assert ancestors(clone) == []


def test_another_branch_has_its_own_commit(clone: Clone) -> None:
    clone.git("checkout", "-q", "-b", "other")
    clone.edit(ONE, "a = 1", "a = 2")
    clone.tangle()
    clone.commit()
    clone.git("checkout", "-q", "main")
    clone.edit("src/one.py", "b = 1", "b = 2")

    assert ancestors(clone) == ["a = 2\nb = 1\n", MADE]


def test_a_change_that_was_put_away_leaves_the_commit(clone: Clone) -> None:
    clone.edit(ONE, "a = 1", "a = 2")
    clone.tangle()
    clone.git("stash", "-q")
    clone.edit("src/one.py", "b = 1", "b = 2")

    assert ancestors(clone) == ["a = 2\nb = 1\n", MADE]


def test_a_merge_of_both_sides_is_a_commit_like_any_other(clone: Clone) -> None:
    clone.git("checkout", "-q", "-b", "other")
    clone.edit(ONE, "Text", "More")  # apart from what the other branch changes
    clone.edit(ONE, "a = 1", "a = 2")
    clone.tangle()
    clone.commit()
    clone.git("checkout", "-q", "main")
    clone.write("vault/Two.md", "Text\n")
    clone.commit()
    clone.git("merge", "-q", "--no-edit", "other")
    clone.edit("src/one.py", "b = 1", "b = 2")

    assert ancestors(clone) == ["a = 2\nb = 1\n"]


UNO = NOTE.replace("src/one.py", "src/uno.py")
OTHER = "\n```python file=src/other.py\nelse_ = 1\n```\n"


@pytest.mark.parametrize(
    ("note", "heir"),
    [
        (UNO, "src/uno.py"),
        (UNO + OTHER, "src/uno.py"),
        (UNO.replace("a = 1", "a = 2\nc = 3"), None),  # half of it is gone
        (UNO.replace("a = 1", "a = 1\nc = 3"), "src/uno.py"),
        (NOTE.replace("tangle: src/one.py", "tags: x") + OTHER, None),
        ("Text\n", None),
    ],
)
def test_what_a_note_calls_its_target_now(clone: Clone, note: str, heir: str | None) -> None:
    clone.write("vault/Twin.md", NOTE.replace("one", "twin"))  # never another note's
    clone.tangle()
    clone.edit("src/one.py", "b = 1", "b = 2")
    clone.write(ONE, note)

    plan = clone.tangle()

    assert [problem.code for problem in plan.problems] == ["T008"]
    made = f"`lierne stitch` carries the edit into `{ONE}`, which makes `{heir}` now"
    assert plan.problems[0].help == (
        made if heir else "move the edit into a note, or delete the file"
    )


def test_a_note_that_was_renamed_keeps_its_targets(clone: Clone) -> None:
    clone.tangle()
    (clone.root / ONE).rename(clone.root / "vault/Uno.md")
    clone.edit("src/one.py", "b = 1", "b = 2")

    assert ancestors(clone) == [MADE]
