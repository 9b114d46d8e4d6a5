from __future__ import annotations

import os
import shutil
import stat
import unicodedata
from typing import TYPE_CHECKING

import pytest

from lierne.base import disk
from lierne.base.config import Config
from lierne.base.plan import Plan, digest, intended
from lierne.base.store import Store
from lierne.code.targets import known, last
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path


ONE = "---\ntangle: src/one.py\n---\nText\n```python\na = 1\n```\nText\n```python\nb = 2\n```\n"
TWO = "```js file=src/two/two.js\ntwo();\n```\n"


class Project:
    """A project in a folder, whose notes are tangled as the command does it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config = Config(root, vault="vault")
        self.write("vault/One.md", ONE)
        self.write("vault/Two.md", TWO)

    def write(self, path: str, text: str | bytes) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(text.encode() if isinstance(text, str) else text)

    def read(self, path: str) -> str | None:
        found = self.root / path
        return found.read_bytes().decode() if found.is_file() else None

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert text is not None
        assert old in text
        self.write(path, text.replace(old, new))

    def plan(self) -> Plan:
        return last.plan(Vault(self.config))

    def tangle(self) -> Plan:
        made = self.plan()
        assert made.carry_out() == []
        return made

    def codes(self, plan: Plan) -> list[str]:
        return [problem.code for problem in plan.problems]

    def does(self, plan: Plan) -> list[tuple[str, str]]:
        return [(change.verb, change.path) for change in plan.changes]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.tangle()
    return made


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


class TestUnchanged:
    def test_all_targets_are_written_at_first(self, project: Project) -> None:
        assert project.read("src/one.py") == "a = 1\nb = 2\n"
        assert project.read("src/two/two.js") == "two();\n"

    @pytest.mark.parametrize("remembered", [True, False])
    def test_35_nothing_is_written_where_nothing_changed(
        self, project: Project, remembered: bool
    ) -> None:
        if not remembered:
            with Store(project.root, write=True) as store:
                store.put({("run", "last"): None})
        before = {p: p.stat().st_mtime_ns for p in (project.root / "src").rglob("*")}

        plan = project.tangle()

        assert not plan
        assert before == {p: p.stat().st_mtime_ns for p in (project.root / "src").rglob("*")}

    def test_36_one_note_changed_rewrites_its_targets_alone(self, project: Project) -> None:
        project.edit("vault/Two.md", "two()", "deux()")

        assert project.does(project.tangle()) == [("change", "src/two/two.js")]

    def test_a_chunk_changed_rewrites_those_who_refer_to_it(self, project: Project) -> None:
        project.write("vault/Three.md", "```js file=src/three.js\n<<Two#two>>\n```\n")
        project.write("vault/Two.md", "```js #two\ntwo();\n```\n")
        project.tangle()
        project.edit("vault/Two.md", "two()", "deux()")

        assert project.does(project.tangle()) == [("change", "src/three.js")]
        assert project.read("src/three.js") == "deux();\n"

    def test_37_a_deleted_target_comes_back(self, project: Project) -> None:
        (project.root / "src/one.py").unlink()

        assert project.does(project.tangle()) == [("create", "src/one.py")]

    def test_38_a_touched_target_is_as_it_was(self, project: Project) -> None:
        os.utime(project.root / "src/one.py", (1, 1))

        assert not project.tangle()

    def test_problems_are_said_again_by_a_run_that_finds_nothing_new(
        self, project: Project
    ) -> None:
        project.write("vault/Bad.md", "```js file=src/bad.js\n<<nothing>>\n```\n")
        first = project.tangle()

        second = project.tangle()

        assert project.codes(first) == ["C001"]
        assert second.problems == first.problems

    def test_a_shebang_makes_a_target_executable_and_nothing_else_does(
        self, project: Project
    ) -> None:
        project.write("vault/Run.md", "```sh file=src/run.sh\n#!/bin/sh\n```\n")
        project.tangle()
        mode = (project.root / "src/run.sh").stat().st_mode
        assert mode & stat.S_IXUSR
        assert not (project.root / "src/one.py").stat().st_mode & stat.S_IXUSR

        (project.root / "src/run.sh").chmod(0o644)

        assert project.does(project.tangle()) == [("make executable", "src/run.sh")]
        assert (project.root / "src/run.sh").stat().st_mode == mode

    def test_44_a_plan_alone_writes_nothing(self, tmp_path: Path) -> None:
        project = Project(tmp_path)

        plan = project.plan()

        assert plan
        assert "+a = 1\n" in plan.diff()
        assert files(tmp_path) == ["vault/One.md", "vault/Two.md"]


class TestEdited:
    def test_an_edited_target_is_refused_at_the_line_and_the_others_are_written(
        self, project: Project
    ) -> None:
        project.edit("src/one.py", "b = 2", "b = 3")
        project.edit("vault/Two.md", "two()", "deux()")

        plan = project.tangle()

        assert project.does(plan) == [("change", "src/two/two.js")]
        (problem,) = plan.problems
        assert str(problem).startswith("src/one.py:2:1: T007")
        assert "`vault/One.md:10`" in problem.help
        assert project.read("src/one.py") == "a = 1\nb = 3\n"

    @pytest.mark.parametrize(
        ("old", "new", "place", "note"),
        [
            ("a = 1", "import os\na = 1", "src/one.py:1:1", "vault/One.md:6"),
            ("b = 2\n", "b = 2\nc = 3\n", "src/one.py:3:1", "vault/One.md:10"),
            ("b = 2\n", "", "src/one.py:2:1", "vault/One.md:10"),
            ("b = 2\n", "b = 2", "src/one.py:2:1", "vault/One.md:10"),
        ],
    )
    def test_an_edit_at_either_end_is_not_lost(
        self, project: Project, old: str, new: str, place: str, note: str
    ) -> None:
        project.edit("src/one.py", old, new)

        plan = project.tangle()

        assert not plan.changes
        assert [str(p.place) for p in plan.problems] == [place]
        assert f"`{note}`" in plan.problems[0].help

    def test_it_is_refused_until_somebody_acts(self, project: Project) -> None:
        project.edit("src/one.py", "b = 2", "b = 3")
        project.edit("vault/One.md", "a = 1", "a = 7")

        assert project.codes(project.tangle()) == ["T007"]
        assert project.codes(project.tangle()) == ["T007"]

    def test_a_change_that_was_carried_into_the_note_is_no_edit_any_more(
        self, project: Project
    ) -> None:
        project.edit("src/one.py", "b = 2", "b = 3")
        project.edit("vault/One.md", "b = 2", "b = 3")

        plan = project.tangle()
        project.edit("vault/One.md", "b = 3", "b = 4")

        assert not plan
        assert not plan.problems
        assert project.does(project.tangle()) == [("change", "src/one.py")]

    def test_line_ends_are_the_checkouts_business(self, project: Project) -> None:
        project.write("src/one.py", "a = 1\r\nb = 2\r\n")
        assert not project.tangle()

        project.edit("vault/One.md", "b = 2", "b = 3")
        project.tangle()

        assert project.read("src/one.py") == "a = 1\r\nb = 3\r\n"
        assert not project.tangle()

    def test_notes_with_such_line_ends_make_plain_targets(self, project: Project) -> None:
        project.write("vault/Crlf.md", "```js file=src/crlf.js\r\na();\r\n\r\nb();\r\n```\r\n")
        project.write("vault/Bom.md", "\ufeff```js file=src/bom.js\na();\n```\n")
        project.tangle()

        assert project.read("src/crlf.js") == "a();\n\nb();\n"
        assert project.read("src/bom.js") == "a();\n"

    def test_22_an_unmanaged_file_is_refused(self, project: Project) -> None:
        project.write("src/own.js", "mine();\n")
        project.write("vault/Own.md", "```js file=src/own.js\nnotes();\n```\n")

        plan = project.tangle()

        assert project.codes(plan) == ["T006"]
        assert str(plan.problems[0].place) == "vault/Own.md:1:7"
        assert "`lierne stitch --markers`" in plan.problems[0].help
        assert project.read("src/own.js") == "mine();\n"

    def test_22_equal_content_is_adopted(self, project: Project) -> None:
        project.write("src/own.js", "notes();\r\n")
        project.write("vault/Own.md", "```js file=src/own.js\nnotes();\n```\n")
        assert not project.tangle()

        project.edit("vault/Own.md", "notes()", "more()")

        assert project.does(project.tangle()) == [("change", "src/own.js")]

    def test_a_target_of_bytes_that_are_no_text_is_refused_too(self, project: Project) -> None:
        project.write("src/one.py", b"\xff\xfe\0")

        assert project.codes(project.tangle()) == ["T007"]

    def test_a_folder_or_link_in_its_place_is_said_at_the_claim(self, project: Project) -> None:
        (project.root / "src/one.py").unlink()
        (project.root / "src/one.py").symlink_to("two/two.js")
        shutil.rmtree(project.root / "src/two")
        project.write("src/two", "a file\n")

        plan = project.tangle()

        assert not plan
        assert [str(p)[:20] for p in plan.problems] == [
            "vault/One.md:2:1: T0",
            "vault/Two.md:1:7: T0",
        ]
        assert project.codes(plan) == ["T009", "T009"]


class TestRemoved:
    def test_28_an_unedited_target_goes_with_its_empty_folders(self, project: Project) -> None:
        (project.root / "vault/Two.md").unlink()

        plan = project.tangle()

        assert project.does(plan) == [("remove", "src/two/two.js")]
        assert files(project.root / "src") == ["one.py"]
        assert not (project.root / "src/two").exists()
        assert not project.tangle()

    def test_28_the_root_of_the_targets_stays(self, project: Project) -> None:
        (project.root / "vault/One.md").unlink()
        (project.root / "vault/Two.md").unlink()
        project.tangle()

        assert list((project.root / "src").iterdir()) == []

    def test_28_an_edited_one_stays_and_is_told_each_time(self, project: Project) -> None:
        project.edit("src/two/two.js", "two()", "mine()")
        (project.root / "vault/Two.md").unlink()

        assert project.codes(project.tangle()) == ["T008"]
        assert project.codes(project.tangle()) == ["T008"]
        assert project.read("src/two/two.js") == "mine();\n"

    def test_a_file_of_somebody_elses_is_never_removed(self, project: Project) -> None:
        project.write("src/own.js", "mine();\n")
        (project.root / "vault/Two.md").unlink()
        project.tangle()

        assert project.read("src/own.js") == "mine();\n"

    def test_a_renamed_target_moves(self, project: Project) -> None:
        project.edit("vault/One.md", "src/one.py", "src/uno.py")

        plan = project.tangle()

        assert project.does(plan) == [("remove", "src/one.py"), ("create", "src/uno.py")]

    def test_40_a_renamed_note_changes_no_target(self, project: Project) -> None:
        (project.root / "vault/Sub").mkdir()
        (project.root / "vault/One.md").rename(project.root / "vault/Sub/Uno.md")

        plan = project.tangle()

        assert not plan
        assert not plan.problems

    def test_39_a_target_that_loses_a_note_is_no_conflict(self, project: Project) -> None:
        project.write("vault/Two.md", "```js file=src/two/two.js\n<<Three#x>>\ntwo();\n```\n")
        project.write("vault/Three.md", "```js #x\nthree();\n```\n")
        project.tangle()
        project.edit("vault/Two.md", "<<Three#x>>\n", "")
        (project.root / "vault/Three.md").unlink()

        assert project.does(project.tangle()) == [("change", "src/two/two.js")]

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    def test_what_a_folder_owned_stays_while_it_cannot_be_read(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project.write("vault/Deep/Three.md", "```js file=src/three.js\nthree();\n```\n")
        project.tangle()
        real = os.scandir

        def scandir(path: str | Path) -> object:
            if str(path).rstrip("/").endswith("Deep"):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path)

        monkeypatch.setattr(os, "scandir", scandir)
        for _ in range(2):
            plan = project.tangle()
            assert not plan
            assert [str(p) for p in plan.problems] == [
                "vault/Deep:1:1: N201 `Deep` cannot be read: Permission denied"
            ]

        monkeypatch.undo()
        assert project.tangle().problems == ()
        shutil.rmtree(project.root / "vault/Deep")
        assert project.does(project.tangle()) == [("remove", "src/three.js")]

    def test_what_a_note_owned_stays_while_it_is_a_link_that_leads_out(
        self, project: Project, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        project.tangle()
        outside = tmp_path_factory.mktemp("outside") / "One.md"
        (project.root / "vault/One.md").rename(outside)
        (project.root / "vault/One.md").symlink_to(outside)

        plan = project.tangle()

        assert not plan
        assert project.codes(plan) == ["N203"]

    @pytest.mark.parametrize(
        "broken",
        [
            b"\xff\xfe not text",
            b"---\ntangle: [src/one.py\n---\n```python\na = 1\n```\n",
            b"---\ntangle:\n  - src/one.py\n---\n```python\na = 1\n```\n",
            b"---\ntangle: ../one.py\n---\n```python\na = 1\n```\n",
            b"```text\nnot closed\n---\ntangle: src/one.py\n---\n",
            b"```python fiel=src/one.py\na = 1\n```\n",
        ],
        ids=["bytes", "yaml", "list", "path", "fence", "attribute"],
    )
    def test_what_a_broken_note_owned_stays(self, project: Project, broken: bytes) -> None:
        project.write("vault/One.md", broken)

        plan = project.tangle()

        assert not plan
        assert project.read("src/one.py") == "a = 1\nb = 2\n"
        project.write("vault/One.md", ONE)
        assert not project.tangle()
        assert not project.tangle().problems

    def test_no_other_note_gets_what_a_broken_one_owned(self, project: Project) -> None:
        project.write("vault/One.md", b"\xff")
        project.write("vault/Thief.md", "```python file=src/one.py\nstolen = 1\n```\n")

        plan = project.tangle()

        assert "T010" in project.codes(plan)
        assert project.read("src/one.py") == "a = 1\nb = 2\n"

    def test_a_store_that_lies_removes_nothing_outside(self, project: Project) -> None:
        project.write("secret", "secret\n")
        with Store(project.root) as store:
            value = known.Known.read(store).owners["src/one.py"]
        assert value[0] == "One.md"
        entry = b'{"note": "Gone.md", "digest": "%s"}' % digest(b"secret\n").hex().encode()
        with Store(project.root, write=True) as store:
            store.put(
                {(known.TARGETS, path): entry for path in ("secret", "../x", "src/../secret")}
                | {("run", "last"): None}
            )

        assert not project.tangle()
        assert project.read("secret") == "secret\n"

    def test_a_name_that_now_differs_in_case_is_not_removed_with_its_old_spelling(
        self, project: Project
    ) -> None:
        # Two names of one file, as on a disk that does not tell case apart.
        project.edit("vault/One.md", "src/one.py", "src/One.py")
        (project.root / "src/One.py").hardlink_to(project.root / "src/one.py")

        assert not project.tangle()
        assert project.read("src/One.py") == "a = 1\nb = 2\n"


class TestState:
    @pytest.mark.parametrize("damage", [None, b"", b"<<<<<<< HEAD\n" * 999, b"\0" * 99])
    def test_41_without_state_targets_that_are_as_noted_are_taken_over(
        self, project: Project, damage: bytes | None
    ) -> None:
        shutil.rmtree(project.root / ".lierne")
        if damage is not None:
            project.write(".lierne/store.db", damage)
        project.edit("vault/Two.md", "two()", "deux()")

        plan = project.tangle()

        # Nothing tells who wrote what differs, so it stays; the other is ours again.
        assert project.codes(plan) == ["T006"]
        project.edit("vault/One.md", "a = 1", "a = 7")
        assert project.does(project.tangle()) == [("change", "src/one.py")]

    def test_entries_that_make_no_sense_are_no_entries(self, project: Project) -> None:
        with Store(project.root, write=True) as store:
            for section in (known.TARGETS, known.BASES, "run"):
                for key in store.all(section):
                    store.put({(section, key): b'{"text": 1, "digest": "zz"}'})

        assert not project.tangle()
        assert not project.tangle().problems

    def test_an_edit_of_nobody_knows_what_shows_a_way_out_that_is_one(
        self, project: Project
    ) -> None:
        with Store(project.root, write=True) as store:
            store.put({(known.BASES, "src/one.py"): b"{}"})
        project.edit("src/one.py", "b = 2", "b = 3")

        (problem,) = project.tangle().problems

        assert str(problem).startswith("vault/One.md:2:1: T006")
        assert "`lierne stitch --markers`" in problem.help

    def test_42_one_crash_after_another_loses_no_track(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def crash(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        project.edit("vault/One.md", "a = 1", "a = 2")
        with monkeypatch.context() as patch:
            patch.setattr(Plan, "_lasting", crash)  # all is written, and not yet remembered
            with pytest.raises(KeyboardInterrupt):
                project.tangle()
        project.edit("vault/One.md", "a = 2", "a = 3")
        with monkeypatch.context() as patch:
            patch.setattr(disk, "write_file", crash)
            with pytest.raises(KeyboardInterrupt):
                project.tangle()
        project.edit("vault/One.md", "a = 3", "a = 4")

        assert not project.tangle().problems
        assert project.read("src/one.py") == "a = 4\nb = 2\n"

    @pytest.mark.parametrize("written", [0, 1])
    def test_42_a_crash_between_two_writes_is_finished_by_the_next_run(
        self, project: Project, monkeypatch: pytest.MonkeyPatch, written: int
    ) -> None:
        project.edit("vault/One.md", "a = 1", "a = 7")
        project.edit("vault/Two.md", "two()", "deux()")
        calls: list[Path] = []
        real = disk.write_file

        def crash(path: Path, *rest: object, **named: object) -> object:
            if len(calls) == written and path.suffix in (".py", ".js"):
                disk._temporary(path).write_bytes(b"half")
                raise KeyboardInterrupt
            calls.append(path)
            return real(path, *rest, **named)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(disk, "write_file", crash)
            with pytest.raises(KeyboardInterrupt):
                project.tangle()
        # What was written is known as ours, even if its note has changed once more.
        project.edit("vault/One.md", "a = 7", "a = 8")

        plan = project.tangle()

        assert not plan.problems
        with Store(project.root) as store:
            assert intended(store) == {}
        assert project.read("src/one.py") == "a = 8\nb = 2\n"
        assert project.read("src/two/two.js") == "deux();\n"
        assert files(project.root / "src") == ["one.py", "two/two.js"]


def test_34_what_is_odd_in_a_note_is_said_and_the_others_go_on(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("vault/Bytes.md", b"```js file=src/bytes.js\n\xff\n```\n")
    project.write("vault/Big.md", b"```js file=src/big.js\n" + b"x" * 10_000_001 + b"\n```\n")
    project.write("vault/Zero.md", b"```js file=src/zero.js\na\0b\n```\n")
    project.write("vault/End.md", b"```js file=src/end.js\nend();")
    project.write("vault/Empty.md", b"")
    (tmp_path / "vault/Folder.md").mkdir()

    plan = project.tangle()

    assert files(tmp_path / "src") == ["end.js", "one.py", "two/two.js", "zero.js"]
    assert project.read("src/zero.js") == "a\0b\n"
    assert project.read("src/end.js") == "end();\n"
    said = {str(problem.place).partition(":")[0] for problem in plan.problems}
    assert said == {"vault/Big.md", "vault/Bytes.md", "vault/End.md"}


def test_names_in_either_unicode_form_are_one_target(tmp_path: Path) -> None:
    project = Project(tmp_path)
    for form in ("NFC", "NFD"):
        path = unicodedata.normalize(form, "src/şiir.js")
        project.write(f"vault/{form}.md", f"```js file={path}\n{form}();\n```\n")

    assert project.codes(project.tangle()) == ["T004", "T004"]


def test_a_chunk_is_found_in_either_unicode_form(tmp_path: Path) -> None:
    project = Project(tmp_path)
    composed, parted = (unicodedata.normalize(form, "şekil") for form in ("NFC", "NFD"))
    project.write("vault/A.md", f"```js #{parted}\nx();\n```\n```js #{composed}\ny();\n```\n")
    project.write("vault/B.md", f"```js file=src/b.js\n<<A#{composed}>>\n<<A#{parted}>>\n```\n")

    plan = project.tangle()

    assert not plan.problems
    assert project.read("src/b.js") == "x();\ny();\nx();\ny();\n"
