"""Whatever git or an accident did to notes, targets and records: no conflict that is none."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from lierne.base.plan import Plan
from lierne.base.store import Store
from lierne.code.targets.known import BASES

if TYPE_CHECKING:
    from conftest import Clone, MakeClone

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")

ONE, TARGET = "vault/One.md", "src/one.py"
NOTE = """\
---
tangle: src/one.py
---
The first.

```python
a = 1
b = 1
c = 1
```

The last.

```python
d = 1
e = 1
```
"""
MADE = "a = 1\nb = 1\nc = 1\nd = 1\ne = 1\n"


@pytest.fixture
def clone(make_clone: MakeClone) -> Clone:
    """A fresh clone: what was committed, and no record."""
    return make_clone({ONE: NOTE, TARGET: MADE})


def comes_back(clone: Clone, **edits: str) -> None:
    """Edits the target, and finds these edits, and no other, in the note."""
    note = clone.read(ONE)
    for name, value in edits.items():
        old = next(line for line in clone.read(TARGET).split("\n") if line.startswith(f"{name} ="))
        old = old.removesuffix("\r")
        clone.edit(TARGET, old, f"{name} = {value}")
        note = note.replace(old, f"{name} = {value}")
    target = clone.read(TARGET)

    made = clone.stitch()

    assert made.problems == ()
    assert clone.read(ONE) == note
    assert clone.read(TARGET) == target
    assert not clone.tangle()


def on_another_branch(clone: Clone) -> None:
    """Changes both sides on a branch that is left again, with a record of what was there."""
    clone.git("checkout", "-q", "-b", "other")
    clone.edit(ONE, "a = 1\nb = 1", "a = 2\nnew = 0\nb = 2")
    clone.tangle()
    clone.commit()
    clone.git("checkout", "-q", "main")
    assert clone.read(TARGET) == MADE


def test_a_fresh_clone(clone: Clone) -> None:
    comes_back(clone, b="7")


def test_a_fresh_clone_whose_sides_disagree_is_a_conflict(clone: Clone) -> None:
    clone.edit(TARGET, "b = 1", "b = 2")
    clone.commit()
    clone.edit(TARGET, "d = 1", "d = 2")
    target = clone.read(TARGET)

    (problem,) = clone.stitch().problems

    assert problem.code == "T006"
    assert {"-b = 1", "+b = 2", "-d = 1", "+d = 2"} <= set(problem.diff.split("\n"))
    assert (clone.read(ONE), clone.read(TARGET)) == (NOTE, target)


@pytest.mark.parametrize("damage", [None, b"", b"\0" * 99, b"<<<<<<< HEAD\n" * 999])
def test_a_lost_or_damaged_record(clone: Clone, damage: bytes | None) -> None:
    clone.tangle()
    shutil.rmtree(clone.root / ".lierne")
    if damage is not None:
        clone.write(".lierne/store.db", damage)

    comes_back(clone, b="7")


def test_a_lost_record_of_a_change_that_was_not_committed(clone: Clone) -> None:
    clone.edit(ONE, "b = 1", "b = 2")
    clone.tangle()
    shutil.rmtree(clone.root / ".lierne")

    comes_back(clone, d="7")


def test_a_record_of_another_version(clone: Clone) -> None:
    clone.tangle()
    with Store(clone.root, write=True) as store:
        store.put({(BASES, TARGET): b'{"text": "", "map": {"version": 99, "runs": []}}'})

    comes_back(clone, b="7")


def test_another_branch(clone: Clone) -> None:
    on_another_branch(clone)

    comes_back(clone, a="7", b="7")


def test_another_branch_whose_note_is_edited_too(clone: Clone) -> None:
    on_another_branch(clone)
    clone.edit(ONE, "e = 1", "e = 2")
    clone.edit(TARGET, "b = 1", "b = 7")

    assert clone.stitch().problems == ()
    assert clone.read(TARGET) == MADE.replace("b = 1", "b = 7").replace("e = 1", "e = 2")
    assert not clone.tangle()


def test_a_branch_that_was_merged(clone: Clone) -> None:
    on_another_branch(clone)
    clone.edit(ONE, "e = 1", "e = 2")
    clone.tangle()
    clone.commit()
    clone.git("merge", "-q", "--no-edit", "other")

    comes_back(clone, a="7", e="7")


def test_a_branch_that_is_merged_and_not_committed_yet(clone: Clone) -> None:
    on_another_branch(clone)
    clone.tangle()
    clone.git("merge", "-q", "--no-commit", "--no-ff", "other")

    comes_back(clone, d="7")


def test_a_pull(clone: Clone) -> None:
    on_another_branch(clone)
    clone.tangle()
    clone.git("pull", "-q", "--ff-only", ".", "other")

    comes_back(clone, a="7", d="7")


def test_a_change_put_away_and_taken_back(clone: Clone) -> None:
    clone.edit(ONE, "a = 1", "a = 2")
    clone.tangle()
    clone.git("stash", "-q")
    comes_back(clone, b="7")
    clone.commit()
    clone.edit(ONE, "e = 1", "e = 3")
    clone.tangle()
    clone.git("stash", "-q")

    clone.git("stash", "pop", "-q")

    comes_back(clone, d="7")


def test_a_checkout_that_changes_line_ends(clone: Clone) -> None:
    clone.tangle()
    clone.git("config", "core.autocrlf", "true")
    for path in (ONE, TARGET):
        (clone.root / path).unlink()
    clone.git("checkout", "-q", "--", ".")
    assert "\r\n" in clone.read(ONE)
    assert not clone.stitch()

    comes_back(clone, b="7")

    assert clone.read(ONE).count("\n") == clone.read(ONE).count("\r\n")


def test_a_fresh_checkout_that_changes_line_ends(clone: Clone) -> None:
    clone.git("config", "core.autocrlf", "true")
    for path in (ONE, TARGET):
        (clone.root / path).unlink()
    clone.git("checkout", "-q", "--", ".")

    comes_back(clone, b="7")


@pytest.mark.parametrize("written", [True, False])
def test_a_run_that_was_killed(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, *, written: bool
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    clone.tangle()
    clone.edit(ONE, "a = 1", "a = 2")
    with monkeypatch.context() as patch:
        patch.setattr(Plan, "_lasting" if written else "_make", crash)
        with pytest.raises(KeyboardInterrupt):
            clone.tangle()
    clone.edit(TARGET, "d = 1", "d = 7")

    assert clone.stitch().problems == ()
    assert clone.read(ONE) == NOTE.replace("a = 1", "a = 2").replace("d = 1", "d = 7")
    assert clone.read(TARGET) == MADE.replace("a = 1", "a = 2").replace("d = 1", "d = 7")
    assert not clone.tangle()


def test_an_edit_that_goes_back_to_what_was_committed(clone: Clone) -> None:
    comes_back(clone, b="7")
    comes_back(clone, b="1")

    assert clone.read(TARGET) == MADE


def test_an_edited_target_that_goes_back_to_what_was_committed_while_the_note_is_edited(
    clone: Clone,
) -> None:
    clone.edit(ONE, "b = 1", "b = 7")
    clone.tangle()
    clone.edit(TARGET, "b = 7", "b = 1")

    (problem,) = clone.tangle().problems

    assert problem.code == "T007"
    assert clone.read(TARGET) == MADE


def test_an_edit_of_one_side_is_no_conflict_though_the_commit_looks_nearer(
    make_clone: MakeClone,
) -> None:
    note = "```js file=src/x.js\n{}```\n"
    clone = make_clone({ONE: note.format("b\nc\n"), "src/x.js": "b\nc\n"})
    clone.write(ONE, note.format("c\nb\nc\na\n"))
    clone.tangle()
    clone.write("src/x.js", "a\nb\nc\n")

    assert clone.stitch().problems == ()
    assert clone.read(ONE) == note.format("a\nb\nc\n")


def test_no_note_is_named_that_is_gone(clone: Clone) -> None:
    clone.tangle()
    (clone.root / ONE).rename(clone.root / "vault/Uno.md")
    clone.edit(TARGET, "d = 1", "d = 7")

    (problem,) = clone.tangle().problems

    assert "carries the edit into `vault/Uno.md`; to drop it" in problem.help


def test_of_several_notes_none_is_named_for_another_that_is_gone(make_clone: MakeClone) -> None:
    library = "```js #x\na();\n```\n```js #y\nb();\n```\n"
    user = "```js file=src/x.js\nfirst();\n<<Lib#x>>\n<<Lib#y>>\n```\n"
    clone = make_clone({"vault/Lib.md": library, "vault/User.md": user})
    clone.tangle()
    (clone.root / "vault/Lib.md").rename(clone.root / "vault/New.md")
    clone.edit("vault/User.md", "<<Lib#", "<<New#")
    clone.edit("src/x.js", "a();", "A();")

    (problem,) = clone.tangle().problems

    assert "carries the edit into its notes; to drop it" in problem.help


def test_a_note_that_was_renamed(clone: Clone) -> None:
    clone.tangle()
    (clone.root / ONE).rename(clone.root / "vault/Uno.md")
    assert not clone.tangle()
    clone.edit(TARGET, "d = 1", "d = 7")

    assert clone.stitch().problems == ()
    assert clone.read("vault/Uno.md") == NOTE.replace("d = 1", "d = 7")
    assert not clone.tangle()
