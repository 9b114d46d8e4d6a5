from __future__ import annotations

import errno
import os
import threading
import time
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from lierne.base import disk
from lierne.base.disk import BusyError, ChangedError, read_file
from lierne.base.paths import Refusal
from lierne.base.plan import Change, Plan, digest, holds, intended, perform
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

    states = {"src/a.py": {digest(b"one\nthree\n")}, "src/b.py": {digest(b"new")}}
    assert seen == [states]  # and not what it replaces, which may be anybody's


class TestNotes:
    CHANGES = (
        Change("src/a.py", b"edited\n", b"merged\n"),
        Change("vault/A.md", b"old\n", b"with the edit\n", note=True),
        Change("vault/B.md", b"old\n", b"with another\n", note=True),
    )
    REMEMBER: ClassVar = {("target", "src/a.py"): b"merged", ("target", "src/same.py"): b"edited"}

    @pytest.fixture
    def plan(self, tmp_path: Path) -> Plan:
        for folder in ("src", "vault"):
            (tmp_path / folder).mkdir()
        for change in self.CHANGES:
            (tmp_path / change.path).write_bytes(change.before or b"")
        return Plan(tmp_path, self.CHANGES, remember=self.REMEMBER, vault="vault")

    def test_they_are_written_first_and_the_disk_has_them_before_a_target_goes(
        self, plan: Plan, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        order: list[tuple[str, bool]] = []
        real = disk.write_file

        def look(path: Path, *rest: Any, **named: Any) -> object:
            order.append((path.name, named.get("precious", False)))
            return real(path, *rest, **named)

        monkeypatch.setattr(disk, "write_file", look)
        plan.apply()

        assert order[-3:] == [("A.md", True), ("B.md", True), ("a.py", False)]
        assert [read_file(plan.root / c.path) for c in plan.changes] == [
            change.after for change in plan.changes
        ]
        assert not list(plan.root.rglob(".lierne-*"))

    def test_one_that_cannot_be_written_holds_every_target_back(self, plan: Plan) -> None:
        (plan.root / "vault/A.md").write_bytes(b"saved\n")

        failures = plan.carry_out()

        assert [str(error.filename) for error in failures] == [
            str(plan.root.resolve() / path) for path in ("vault/A.md", "src/a.py")
        ]
        assert (plan.root / "src/a.py").read_bytes() == b"edited\n"
        assert (plan.root / "vault/A.md").read_bytes() == b"saved\n"
        assert (plan.root / "vault/B.md").read_bytes() == b"with another\n"
        with Store(plan.root) as store:
            assert store.all("target") == {}
            assert intended(store) == {}

    @pytest.mark.parametrize("name", ["A.md", "a.py"])
    def test_wherever_it_is_interrupted_an_edited_target_is_nobodys_but_the_editors(
        self, plan: Plan, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        real = disk.write_file

        def crash(path: Path, *rest: Any, **named: Any) -> object:
            if path.name == name:
                raise KeyboardInterrupt
            return real(path, *rest, **named)

        monkeypatch.setattr(disk, "write_file", crash)
        with pytest.raises(KeyboardInterrupt):
            plan.carry_out()

        with Store(plan.root) as store:
            assert digest(b"edited\n") not in intended(store).get("src/a.py", set())

    def test_one_that_is_a_link_in_the_vault_stays_one(self, plan: Plan) -> None:
        (plan.root / "vault/deep").mkdir()
        (plan.root / "vault/A.md").rename(plan.root / "vault/deep/Real.md")
        (plan.root / "vault/A.md").symlink_to("deep/Real.md")

        assert plan.carry_out() == []

        assert (plan.root / "vault/A.md").is_symlink()
        assert (plan.root / "vault/deep/Real.md").read_bytes() == b"with the edit\n"

    @pytest.mark.parametrize("where", ["outside", "vault/.obsidian"])
    def test_none_is_written_outside_the_vault(self, plan: Plan, where: str) -> None:
        (plan.root / where).mkdir()
        (plan.root / "vault/A.md").rename(plan.root / where / "A.md")
        (plan.root / "vault/A.md").symlink_to(plan.root / where / "A.md")

        failures = plan.carry_out()

        assert "leads out of the vault" in str(failures[0])
        assert (plan.root / where / "A.md").read_bytes() == b"old\n"

    def test_an_editor_that_saves_is_waited_for(
        self, plan: Plan, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        editor = (plan.root / "vault/A.md").open("r+b")

        def save(_: float) -> None:
            editor.write(b"saved while it was written\n")
            editor.close()

        monkeypatch.setattr(time, "sleep", save)
        failures = plan.carry_out()

        assert "changed just now" in str(failures[0])
        assert (plan.root / "vault/A.md").read_bytes() == b"saved while it was written\n"
        assert (plan.root / "src/a.py").read_bytes() == b"edited\n"

    def test_what_was_saved_into_a_note_when_we_were_killed_is_found(self, plan: Plan) -> None:
        (plan.root / "vault/A.md").write_bytes(b"with the edit\n")
        disk._beside(plan.root / "vault/A.md").write_bytes(b"saved\n")
        with Store(plan.root, write=True) as store:
            state = digest(b"old\n") + digest(b"with the edit\n")
            store.put({("beside", "vault/A.md"): state})

        failures = Plan(plan.root, conclude={("run", "last"): b"x"}).carry_out()

        assert "what was saved is in `A.md.saved`" in str(failures[0])
        assert (plan.root / "vault/A.md.saved").read_bytes() == b"saved\n"


def test_another_process_keeps_it_out(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lierne.base.plan.PATIENCE", 0.1)
    with disk.lock(project, "watch"), pytest.raises(BusyError, match="lierne watch"):
        Plan(project, CHANGES).apply()

    assert not (project / "src/b.py").exists()


def test_another_process_that_soon_lets_go_is_waited_for(project: Path) -> None:
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with disk.lock(project, "watch"):
            held.set()
            release.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    threading.Timer(0.3, release.set).start()

    Plan(project, CHANGES).apply()

    holder.join()
    assert (project / "src/b.py").exists()


class TestReadOnly:
    @pytest.fixture(autouse=True)
    def project(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        def refuse(folder: Path) -> Path:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(folder))

        monkeypatch.setattr(disk, "own_folder", refuse)
        return project

    def test_a_project_that_cannot_be_written_is_fine_where_nothing_changes(
        self, project: Path
    ) -> None:
        plan = Plan(project, remember={("target", "src/a.py"): b"kept"})

        assert perform(project, "tangle", lambda: plan) == (plan, [])

    def test_where_a_file_would_change_it_is_not(self, project: Path) -> None:
        with pytest.raises(OSError, match="Read-only"):
            perform(project, "tangle", lambda: Plan(project, CHANGES))


def test_nothing_to_do_touches_nothing(tmp_path: Path) -> None:
    assert Plan(tmp_path).carry_out() == []
    assert list(tmp_path.iterdir()) == []


def test_line_ends_make_no_difference() -> None:
    assert digest(b"a\r\nb\r\n") == digest(b"a\nb\n")
    assert digest(b"a\rb\n") != digest(b"a\nb\n")
    assert digest(None) == b""


def test_a_file_holds_a_text_whatever_its_line_ends() -> None:
    assert holds(b"a\r\nb\n", "a\nb\n")
    assert holds(b"", "")
    assert not holds(b"a\nb", "a\nb\n")
    assert not holds(None, "")
    assert not holds(b"", None)
    assert not holds(Refusal("it is a link", "remove it"), "")
