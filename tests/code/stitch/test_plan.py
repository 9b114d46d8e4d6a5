"""What a plan of stitching holds besides the edit: when there is none, and what it leaves alone."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lierne.code.stitch.stitch import stitch
from lierne.code.targets.last import plan
from lierne.read.vault import reader

if TYPE_CHECKING:
    from tests.code.stitch.conftest import Project

NOTE = "```js file=src/x.js\na();\nb();\nc();\n```\n\nText.\n\n```js file=src/y.js\ny();\n```\n"


@pytest.fixture
def tangled(project: Project) -> Project:
    project.write({"vault/N.md": NOTE})
    project.tangle()
    return project


def test_where_nothing_was_edited_nothing_is_tangled(
    tangled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lierne.code.tangle.tangle", None)

    made = stitch(tangled.vault)

    assert not made.changes
    assert made.targets == 2


def test_a_target_that_is_gone_was_not_edited(tangled: Project) -> None:
    (tangled.root / "src/x.js").unlink()

    made = tangled.stitch()

    assert not made.changes
    assert [change.path for change in tangled.tangle().changes] == ["src/x.js"]


def test_a_target_that_cannot_be_looked_at_may_have_been_edited(tangled: Project) -> None:
    (tangled.root / "src/x.js").unlink()
    (tangled.root / "src/x.js").mkdir()

    assert [problem.code for problem in stitch(tangled.vault).problems] == ["T009"]


def test_only_stitched_targets_are_written(tangled: Project) -> None:
    """What notes say that were edited without their targets, `tangle` carries out."""
    tangled.write({"vault/Other.md": "```js file=src/new.js\nnew();\n```\n"})
    tangled.write({"vault/N.md": NOTE.replace("y();", "z();"), "src/x.js": "A();\nb();\nc();\n"})

    made = tangled.stitch()

    assert [change.path for change in made.changes] == ["vault/N.md"]
    assert [change.path for change in tangled.tangle().changes] == ["src/new.js", "src/y.js"]


def test_a_target_that_is_held_back_keeps_its_edit(tangled: Project) -> None:
    tangled.write({"vault/N.md": NOTE.replace("b();", "<<nothing>>"), "src/x.js": "A();\n"})

    made = tangled.stitch()

    assert not made.changes
    assert [problem.code for problem in made.problems] == ["C001"]
    assert not tangled.tangle().changes


def test_no_note_outgrows_what_is_read_of_a_note(
    tangled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    tangled.write({"vault/M.md": "```js file=src/z.js\nz();\n```\n"})
    tangled.tangle()
    monkeypatch.setattr(reader, "MOST_BYTES", len(NOTE) + 100)
    tangled.write({"src/x.js": "a();\n" * 99, "src/z.js": "Z();\n"})

    made = tangled.stitch()

    (problem,) = made.problems
    assert problem.code == "T017"
    assert "`vault/N.md` would be bigger" in problem.message
    assert [change.path for change in made.changes] == ["vault/M.md"]


def test_what_a_note_holds_that_cannot_be_looked_at_is_not_left_over(
    tangled: Project,
) -> None:
    (tangled.root / "vault/N.md").rename(tangled.root / "N.md")
    (tangled.root / "vault/N.md").symlink_to(tangled.root / "N.md")
    tangled.write({"src/x.js": "edited();\n"})

    made = tangled.stitch()

    assert not made.changes
    assert [problem.code for problem in made.problems] == ["N203"]


def test_markers_are_settled_in_the_target_and_go_into_the_note(tangled: Project) -> None:
    tangled.write(
        {"vault/N.md": NOTE.replace("b();", "two();"), "src/x.js": "a();\nzwei();\nC();\n"}
    )

    assert tangled.stitch(markers=True).problems
    assert [p.code for p in tangled.stitch().problems] == ["T016"]
    assert [p.code for p in tangled.stitch(markers=True).problems] == ["T016"]
    assert tangled.read("vault/N.md") == NOTE.replace("b();", "two();")
    assert [p.code for p in tangled.tangle().problems] == ["T007"]
    tangled.write({"src/x.js": "a();\ntwo(zwei);\nC();\n"})

    assert not tangled.stitch().problems

    code = NOTE.replace("b();", "two(zwei);").replace("c();", "C();")
    assert tangled.read("vault/N.md") == code
    assert not tangled.tangle().changes


def test_where_only_the_notes_were_written_the_next_run_goes_on(tangled: Project) -> None:
    tangled.write({"vault/N.md": NOTE.replace("a();", "A();"), "src/x.js": "a();\nb();\nC();\n"})
    made = stitch(tangled.vault)
    (note,) = (change for change in made.changes if change.note)

    assert replace(made, changes=(note,), remember={}).carry_out() == []

    again = tangled.stitch()
    assert [change.path for change in again.changes] == ["src/x.js"]
    assert tangled.read("src/x.js") == "A();\nb();\nC();\n"
    assert not tangled.tangle().changes


def test_a_target_that_is_saved_again_while_its_edit_is_stitched(tangled: Project) -> None:
    tangled.write({"vault/N.md": NOTE.replace("a();", "A();"), "src/x.js": "a();\nb();\nC(1);\n"})
    made = stitch(tangled.vault)
    tangled.write({"src/x.js": "a();\nb();\nC(1, 2);\n"})

    assert len(made.carry_out()) == 1

    assert not tangled.tangle()
    assert not tangled.stitch().problems
    assert tangled.read("src/x.js") == "A();\nb();\nC(1, 2);\n"
    assert "C(1, 2);" in tangled.read("vault/N.md")
    assert not tangled.tangle()


def test_a_note_that_changed_meanwhile_keeps_its_target_from_being_written(
    tangled: Project,
) -> None:
    both = NOTE.replace("a();", "A();")
    tangled.write({"vault/N.md": both, "src/x.js": "a();\nb();\nC();\n"})
    made = stitch(tangled.vault)
    tangled.write({"vault/N.md": f"{both}More.\n"})

    failures = made.carry_out()

    assert len(failures) == 2
    assert tangled.read("src/x.js") == "a();\nb();\nC();\n"
    assert not plan(tangled.vault).changes
    tangled.stitch()
    assert tangled.read("vault/N.md") == both.replace("c();", "C();") + "More.\n"
    assert tangled.read("src/x.js") == "A();\nb();\nC();\n"


def test_many_lines_that_are_all_the_same_take_no_time(project: Project) -> None:
    lines = ["    0,"] * 30_000
    project.write({"vault/N.md": "\n".join(["```js file=src/x.js", *lines, "```", ""])})
    project.tangle()
    lines[100:100] = ["first"]
    lines[-100:-100] = ["last"]
    project.write({"src/x.js": "\n".join([*lines, ""])})
    start = time.process_time()

    made = project.stitch()

    assert time.process_time() - start < 10
    assert not made.problems
    assert project.read("vault/N.md").split("\n")[1:-2] == lines


def test_two_blocks_of_many_lines_written_anew_keep_their_shares(project: Project) -> None:
    blocks = [[f"{name}{n}" for n in range(1000)] for name in "ab"]
    project.write({"vault/N.md": "".join(block(lines) for lines in blocks)})
    project.tangle()
    new = [f"// {n} of something else" for n in range(1000)]
    project.write({"src/x.js": "".join(f"{line}\n" for line in new)})

    project.stitch()

    assert project.read("vault/N.md") == block(new[:500]) + block(new[500:])


def block(lines: list[str]) -> str:
    return "\n".join(["Text.", "", "```js file=src/x.js", *lines, "```", ""])
