"""`lierne stitch` as somebody calls it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from lierne.faces.cli import main

if TYPE_CHECKING:
    from pathlib import Path

NOTE = """\
---
tangle: src/softmax.py
---
# Softmax

```python
def softmax(x):
    <<stable>>
    return x
```

> Large numbers are no trouble:
> ```python #stable
> x = x - x.max()
> ```
"""
TARGET = "def softmax(x):\n    x = x - x.max()\n    return x\n"
TWIN = "```python file=src/twin.py\n<<Softmax#stable>>\n```\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault/Softmax.md").write_text(NOTE)
    assert run(tmp_path, "tangle").exit_code == 0
    return tmp_path


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--root", str(root)], prog_name="lierne")


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def contradict(root: Path) -> None:
    edit(root, "src/softmax.py", "return x", "return x / x.sum()")
    edit(root, "vault/Softmax.md", "return x", "return x / 2")


def ended(result: Result) -> tuple[int, list[str], list[str]]:
    return result.exit_code, result.stdout.splitlines(), result.stderr.splitlines()


def test_an_edit_goes_into_the_note_and_then_both_sides_agree(root: Path) -> None:
    edit(root, "src/softmax.py", "x.max()", "x.max(-1)")

    assert ended(run(root, "stitch")) == (
        0,
        ["changed vault/Softmax.md (+1 -1)"],
        ["stitched into 1 note"],
    )
    assert (root / "vault/Softmax.md").read_text() == NOTE.replace("x.max()", "x.max(-1)")
    assert ended(run(root, "tangle")) == (0, [], ["nothing to do: 1 target as the notes say"])
    assert ended(run(root, "stitch")) == (0, [], ["nothing to stitch: no target was edited"])


def test_what_goes_elsewhere_too_is_tangled_again(root: Path) -> None:
    (root / "vault/Twin.md").write_text(TWIN)
    run(root, "tangle")
    edit(root, "src/softmax.py", "x.max()", "x.max(-1)")

    assert ended(run(root, "stitch")) == (
        0,
        ["changed vault/Softmax.md (+1 -1)", "changed src/twin.py (+1 -1)"],
        ["stitched into 1 note, and 1 target tangled again"],
    )


def test_a_note_that_changed_is_not_for_stitching(root: Path) -> None:
    edit(root, "vault/Softmax.md", "return x", "return 2 * x")

    assert ended(run(root, "stitch")) == (0, [], ["nothing to stitch: no target was edited"])
    assert (root / "src/softmax.py").read_text() == TARGET


def test_quiet_it_says_nothing_of_what_goes_well(root: Path) -> None:
    edit(root, "src/softmax.py", "x.max()", "x.max(-1)")

    assert ended(run(root, "stitch", "-q")) == (0, [], [])
    assert "x.max(-1)" in (root / "vault/Softmax.md").read_text()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--check", "change vault/Softmax.md (+1 -1)\n"),
        ("--dry-run", "change vault/Softmax.md (+1 -1)\n"),
        ("--diff", "--- a/vault/Softmax.md\n+++ b/vault/Softmax.md\n@@ -11,5 +11,5 @@\n"),
    ],
)
def test_three_options_show_one_plan_and_write_nothing(root: Path, option: str, said: str) -> None:
    edit(root, "src/softmax.py", "x.max()", "x.max(-1)")

    code, out, err = ended(run(root, "stitch", option))

    assert code == 1
    assert "\n".join([*out, ""]).startswith(said)
    assert err == ["would be stitched into 1 note"]
    assert (root / "vault/Softmax.md").read_text() == NOTE


class TestConflict:
    def test_it_is_shown_with_both_places_and_touches_neither_side(self, root: Path) -> None:
        contradict(root)
        before = [
            path.read_bytes() for path in (root / "src", root / "vault") for path in path.iterdir()
        ]

        assert ended(run(root, "stitch")) == (
            1,
            [],
            [
                (
                    "src/softmax.py:3:1: T011 `src/softmax.py` and `vault/Softmax.md:9` were both "
                    "edited here, each in another way"
                ),
                "--- vault/Softmax.md",
                "+++ src/softmax.py",
                "@@ -9,1 +3,1 @@",
                "-    return x / 2",
                "+    return x / x.sum()",
                (
                    "help: `lierne stitch --markers` puts both into the target, to choose there; "
                    "or edit one side to be as the other"
                ),
                "nothing was stitched",
            ],
        )
        assert before == [
            path.read_bytes() for path in (root / "src", root / "vault") for path in path.iterdir()
        ]

    def test_markers_put_both_into_the_target_and_the_choice_is_stitched(self, root: Path) -> None:
        contradict(root)

        code, out, _ = ended(run(root, "stitch", "--markers"))

        assert (code, out) == (1, ["changed src/softmax.py (+4 -0)"])
        assert (root / "src/softmax.py").read_text() == (
            "def softmax(x):\n    x = x - x.max()\n<<<<<<< vault/Softmax.md\n"
            "    return x / 2\n=======\n    return x / x.sum()\n>>>>>>> src/softmax.py\n"
        )
        assert "T016" in run(root, "stitch").stderr
        assert run(root, "tangle").exit_code == 1
        (root / "src/softmax.py").write_text(
            TARGET.replace("return x", "return x / 2  # or x.sum()")
        )
        assert run(root, "stitch").exit_code == 0
        assert "return x / 2  # or x.sum()" in (root / "vault/Softmax.md").read_text()
        assert ended(run(root, "tangle"))[0] == 0

    def test_programs_get_the_problem(self, root: Path) -> None:
        contradict(root)

        (row,) = json.loads(run(root, "stitch", "--format", "json").stderr)

        assert (row["code"], row["path"], row["line"]) == ("T011", "src/softmax.py", 3)
        line = run(root, "stitch", "--format", "github").stderr
        assert line.startswith("::error file=src/softmax.py,line=3,col=1,title=T011::")


class TestUnknown:
    """A target whose past nobody knows: no record, no commit."""

    @pytest.fixture
    def lost(self, root: Path) -> Path:
        shutil.rmtree(root / ".lierne")
        edit(root, "src/softmax.py", "x.max()", "x.max(-1)")
        edit(root, "src/softmax.py", "def", "import os\n\n\ndef")
        return root

    def test_both_sides_are_shown_and_nothing_is_touched(self, lost: Path) -> None:
        target = (lost / "src/softmax.py").read_text()

        code, out, err = ended(run(lost, "stitch"))

        assert (code, out) == (1, [])
        assert err[0].startswith("vault/Softmax.md:2:1: T006 `src/softmax.py` is there already")
        assert err[1:3] == ["--- vault/Softmax.md", "+++ src/softmax.py"]
        assert {"+import os", "-    x = x - x.max()", "+    x = x - x.max(-1)"} <= set(err)
        assert err[-2].startswith("help: `lierne stitch --markers` puts both into the file")
        assert (lost / "src/softmax.py").read_text() == target
        assert (lost / "vault/Softmax.md").read_text() == NOTE

    def test_markers_are_the_way_out(self, lost: Path) -> None:
        wanted = (lost / "src/softmax.py").read_text()

        assert ended(run(lost, "stitch", "--markers"))[:2] == (
            1,
            ["changed src/softmax.py (+7 -0)"],
        )
        marked = (lost / "src/softmax.py").read_text()
        assert {*wanted.splitlines(), *TARGET.splitlines()} <= set(marked.splitlines())
        (lost / "src/softmax.py").write_text(wanted)
        assert run(lost, "stitch").exit_code == 0
        assert run(lost, "tangle").exit_code == 0
        assert (lost / "src/softmax.py").read_text() == wanted
        assert "> x = x - x.max(-1)" in (lost / "vault/Softmax.md").read_text()


class TestRenamed:
    """An edited target that its note calls something else by now."""

    @pytest.mark.parametrize("tangled", [True, False])
    def test_the_edit_goes_into_the_note_and_the_file_to_its_new_name(
        self, root: Path, *, tangled: bool
    ) -> None:
        edit(root, "src/softmax.py", "x.max()", "x.max(-1)")
        edit(root, "vault/Softmax.md", "src/softmax.py", "src/soft.py")
        edit(root, "vault/Softmax.md", "return x", "return 2 * x")
        if tangled:
            assert "`lierne stitch` carries the edit" in run(root, "tangle").stderr

        code, out, _ = ended(run(root, "stitch"))

        made = "changed src/soft.py (+1 -1)" if tangled else "created src/soft.py"
        assert code == 0
        assert sorted(out) == sorted(
            ["changed vault/Softmax.md (+1 -1)", "removed src/softmax.py", made]
        )
        assert (root / "src/soft.py").read_text() == TARGET.replace("x.max()", "x.max(-1)").replace(
            "return x", "return 2 * x"
        )
        assert ended(run(root, "tangle")) == (0, [], ["nothing to do: 1 target as the notes say"])

    def test_what_contradicts_the_note_stays_where_it_is(self, root: Path) -> None:
        contradict(root)
        edit(root, "vault/Softmax.md", "src/softmax.py", "src/soft.py")
        target = (root / "src/softmax.py").read_text()

        code, out, err = ended(run(root, "stitch", "--markers"))

        assert (code, out) == (1, [])
        assert err[0].startswith("src/softmax.py:3:1: T011 ")
        assert (root / "src/softmax.py").read_text() == target

    def test_where_no_note_goes_on_with_it_the_edit_stays_and_is_told(self, root: Path) -> None:
        edit(root, "src/softmax.py", "x.max()", "x.max(-1)")
        (root / "vault/Softmax.md").write_text("# Softmax\n")

        code, out, err = ended(run(root, "stitch"))

        assert (code, out) == (1, [])
        assert err[0].startswith("src/softmax.py:1:1: T008 ")
        assert err[1] == "help: move the edit into a note, or delete the file"
        assert (root / "src/softmax.py").exists()

    def test_where_both_names_were_edited_neither_is_touched(self, root: Path) -> None:
        edit(root, "src/softmax.py", "x.max()", "x.max(-1)")
        edit(root, "vault/Softmax.md", "src/softmax.py", "src/soft.py")
        run(root, "tangle")
        edit(root, "src/soft.py", "x.max()", "x.max(0)")

        assert ended(run(root, "stitch"))[0] == 1
        assert "x.max(-1)" in (root / "src/softmax.py").read_text()


def test_a_renamed_note_gets_the_edits_of_its_targets(root: Path) -> None:
    edit(root, "src/softmax.py", "x.max()", "x.max(-1)")
    (root / "vault/Softmax.md").rename(root / "vault/Soft Max.md")

    assert ended(run(root, "stitch"))[:2] == (0, ["changed vault/Soft Max.md (+1 -1)"])
    assert "x.max(-1)" in (root / "vault/Soft Max.md").read_text()
    assert ended(run(root, "tangle"))[:2] == (0, [])
