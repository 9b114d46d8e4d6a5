from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from lierne.base import disk
from lierne.base.disk import BusyError, ChangedError
from lierne.base.plan import Change, Plan, digest, intended
from lierne.base.store import Store

if TYPE_CHECKING:
    from pathlib import Path

PLAN_DIFF = """\
--- a/src/a.py
+++ b/src/a.py
@@ -1,2 +1,2 @@
 one
-two
+three
--- /dev/null
+++ b/src/b.py
@@ -0,0 +1 @@
+new
\\ No newline at end of file
--- a/src/c.py
+++ /dev/null
@@ -1 +0,0 @@
-gone
--- a/src/run
+++ b/src/run
new mode: executable
"""

CHANGES = (
    Change("src/a.py", b"one\r\ntwo\r\n", b"one\r\nthree\r\n"),
    Change("src/b.py", None, b"new"),
    Change("src/c.py", b"gone\n", None),
    Change("src/run", b"#!\n", b"#!\n", executable=True),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    for change in CHANGES:
        if change.before is not None:
            (tmp_path / change.path).write_bytes(change.before)
    return tmp_path


def test_a_plan_shows_all_that_it_would_do(project: Path) -> None:
    plan = Plan(project, CHANGES)

    assert plan.diff() == PLAN_DIFF
    assert [c.verb for c in plan.changes] == ["change", "create", "remove", "make executable"]
    assert [c.lines for c in plan.changes] == [(1, 1), (1, 0), (0, 1), (0, 0)]
    assert plan
    assert not Plan(project)


def test_applied_it_has_done_just_that(project: Path) -> None:
    Plan(project, CHANGES, roots=("src",)).apply()

    assert (project / "src/a.py").read_bytes() == b"one\r\nthree\r\n"
    assert (project / "src/b.py").read_bytes() == b"new"
    assert not (project / "src/c.py").exists()
    assert os.access(project / "src/run", os.X_OK)


def test_one_file_that_cannot_be_written_holds_no_other_up(project: Path) -> None:
    (project / "src/a.py").write_bytes(b"somebody's\n")
    (project / "src/c.py").write_bytes(b"somebody's too\n")
    where = ("target", "src/a.py"), ("target", "src/b.py"), ("run", "last")
    plan = Plan(
        project,
        CHANGES,
        remember=dict.fromkeys(where[:2], b"kept"),
        conclude={where[2]: b"all is well"},
    )

    with pytest.raises(ChangedError) as caught:
        plan.apply()

    assert "src/a.py" in str(caught.value)
    assert "src/c.py" in caught.value.__notes__[0]
    assert (project / "src/a.py").read_bytes() == b"somebody's\n"
    assert (project / "src/b.py").read_bytes() == b"new"
    with Store(project) as store:
        assert store.all("target") == {"src/b.py": b"kept"}
        assert store.get("run", "last") is None
        assert set(intended(store)) == {"src/a.py", "src/c.py"}


def test_before_it_writes_it_says_what_it_will_write(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, set[bytes]]] = []

    def crash(*_: object, **__: object) -> None:
        with Store(project) as store:
            seen.append(intended(store))
        raise KeyboardInterrupt

    with disk.lock(project, "tangle"):
        pass  # so that our folder is there
    monkeypatch.setattr(disk, "write_file", crash)
    with pytest.raises(KeyboardInterrupt):
        Plan(project, CHANGES[:2]).apply()

    states = {digest(b"one\ntwo\n"), digest(b"one\nthree\n")}
    assert seen == [{"src/a.py": states, "src/b.py": {digest(b"new")}}]


def test_another_process_keeps_it_out(project: Path) -> None:
    with disk.lock(project, "watch"), pytest.raises(BusyError, match="lierne watch"):
        Plan(project, CHANGES).apply()

    assert not (project / "src/b.py").exists()


def test_nothing_to_do_touches_nothing(tmp_path: Path) -> None:
    assert Plan(tmp_path).carry_out() == []
    assert list(tmp_path.iterdir()) == []


def test_line_ends_make_no_difference() -> None:
    assert digest(b"a\r\nb\r\n") == digest(b"a\nb\n")
    assert digest(b"a\rb\n") != digest(b"a\nb\n")
    assert digest(None) == b""
