"""`lierne tangle` and `lierne where` as somebody calls them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from lierne.base import disk
from lierne.faces.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence

TOOLS = Path(__file__).parents[2] / "tools"
SOFTMAX = """\
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
WAY_OUT = (
    "`lierne stitch` carries the edit into `vault/Soft Max.md:14`; "
    "to drop it, delete the file and tangle again"
)
TARGET = "def softmax(x):\n    x = x - x.max()\n    return x\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault/Soft Max.md").write_text(SOFTMAX)
    return tmp_path


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--root", str(root)], prog_name="lierne")


def out(result: Result) -> tuple[int, str]:
    """The exit code and the data of a command that has no problem to report."""
    assert result.stderr in ("", f"nothing to do: {result.stderr[15:]}")
    return result.exit_code, result.stdout


class TestTangle:
    def test_it_writes_and_says_what_it_wrote(self, root: Path) -> None:
        assert out(run(root, "tangle")) == (0, "created src/softmax.py\n")
        assert (root / "src/softmax.py").read_text() == TARGET
        assert out(run(root, "tangle")) == (0, "")

    def test_quiet_it_says_nothing_of_what_goes_well(self, root: Path) -> None:
        assert out(run(root, "tangle", "-q")) == (0, "")
        assert (root / "src/softmax.py").exists()

    @pytest.mark.parametrize(
        ("option", "said"),
        [
            ("--check", "create src/softmax.py\n"),
            ("--dry-run", "create src/softmax.py\n"),
            ("--diff", "--- /dev/null\n+++ b/src/softmax.py\n@@ -0,0 +1,3 @@\n+def softmax(x):\n"),
        ],
    )
    def test_three_options_show_one_plan_and_write_nothing(
        self, root: Path, option: str, said: str
    ) -> None:
        before = sorted(root.rglob("*"))

        code, stdout = out(run(root, "tangle", option))

        assert code == 1
        assert stdout.startswith(said)
        assert sorted(root.rglob("*")) == before

    @pytest.mark.parametrize("option", ["--check", "--dry-run", "--diff"])
    def test_without_changes_they_are_content(self, root: Path, option: str) -> None:
        run(root, "tangle")

        assert out(run(root, "tangle", option)) == (0, "")

    def test_changes_are_counted(self, root: Path) -> None:
        run(root, "tangle")
        (root / "vault/Soft Max.md").write_text(SOFTMAX.replace("return x", "x = x\n    return x"))

        assert out(run(root, "tangle")) == (0, "changed src/softmax.py (+1 -0)\n")
        (root / "vault/Soft Max.md").unlink()
        assert out(run(root, "tangle")) == (0, "removed src/softmax.py\n")

    def test_problems_go_to_stderr_and_the_rest_is_written(self, root: Path) -> None:
        (root / "vault/Bad.md").write_text("```js file=src/bad.js\n<<nothing>>\n```\n")

        result = run(root, "tangle")

        assert result.exit_code == 1
        assert result.stdout == "created src/softmax.py\n"
        assert result.stderr.splitlines() == [
            "vault/Bad.md:2:1: C001 there is no chunk `nothing` in this note",
            "help: put `#nothing` after the language of the block that is meant",
        ]

    def test_problems_for_programs(self, root: Path) -> None:
        (root / "vault/Bad.md").write_text("```js file=src/bad.js\n<<nothing>>\n```\n")

        rows = json.loads(run(root, "tangle", "--check", "--format", "json").stderr)

        assert [(r["code"], r["path"], r["line"], r["column"], r["end_column"]) for r in rows] == [
            ("C001", "vault/Bad.md", 2, 1, 12)
        ]

    def test_an_edited_target_shows_the_way_out_and_the_way_works(self, root: Path) -> None:
        run(root, "tangle")
        (root / "src/softmax.py").write_text(TARGET.replace("x.max()", "x.max(-1)"))

        result = run(root, "tangle")

        assert result.exit_code == 1
        assert result.stderr.splitlines() == [
            "src/softmax.py:2:1: T007 `src/softmax.py` was edited since it was tangled",
            f"help: {WAY_OUT}",
        ]
        (root / "vault/Soft Max.md").write_text(SOFTMAX.replace("x.max()", "x.max(-1)"))
        assert out(run(root, "tangle")) == (0, "")

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_that_may_not_be_written_is_an_error_of_files(self, root: Path) -> None:
        (root / "src").mkdir(mode=0o555)

        result = run(root, "tangle")

        assert result.exit_code == 2
        assert f"error: {root}/src/softmax.py: Permission denied" in result.stderr

    def test_a_full_disk_is_an_error_of_files(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (root / "vault/Fine.md").write_text("```js file=tests/fine.js\nfine();\n```\n")
        real = disk.write_file

        def full(path: Path, *rest: object, **named: object) -> object:
            if path.name == "softmax.py":
                raise OSError(28, "No space left on device", str(path))
            return real(path, *rest, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(disk, "write_file", full)
        result = run(root, "tangle")

        assert result.exit_code == 2
        assert result.stdout == "created tests/fine.js\n"
        assert result.stderr == f"error: {root}/src/softmax.py: No space left on device\n"
        monkeypatch.undo()
        assert out(run(root, "tangle")) == (0, "created src/softmax.py\n")

    def test_43_a_second_process_is_told_who_is_at_it(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("lierne.base.plan.PATIENCE", 0.1)
        with disk.lock(root, "watch"):
            result = run(root, "tangle")
            looked = run(root, "tangle", "--check")

        assert result.exit_code == 2
        assert f"`lierne watch (process {os.getpid()})` is writing to this project" in result.stderr
        assert not (root / "src").exists()
        assert looked.exit_code == 1

    def test_43_one_that_waits_for_another_tangles_what_the_notes_say_then(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def wait(_: float) -> None:
            (root / "vault/New.md").write_text("```js file=src/new.js\nnew;\n```\n")
            held.close()

        monkeypatch.setattr("lierne.base.disk.time.sleep", wait)
        with ExitStack() as held:
            held.enter_context(disk.lock(root, "watch"))
            result = run(root, "tangle")

        assert result.exit_code == 0
        assert (root / "src/new.js").read_text() == "new;\n"

    def test_43_many_processes_at_once_make_what_one_makes(self, root: Path) -> None:
        for number in range(30):
            (root / f"vault/N{number}.md").write_text(
                f"```js file=src/n{number}.js\n{number};\n```\n"
            )
        command = [sys.executable, "-m", "lierne", "tangle", "--root", str(root)]
        environment = {**os.environ, "PYTHONPATH": str(TOOLS)}
        children = [
            subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        ends: Sequence[tuple[int, str]] = [
            (child.wait(), child.communicate()[1]) for child in children
        ]

        assert 0 in {code for code, _ in ends}
        assert all(code == 0 or "is writing to this project" in said for code, said in ends), ends
        assert len(list((root / "src").iterdir())) == 31
        assert out(run(root, "tangle", "--check")) == (0, "")

    def test_names_on_a_terminal_move_no_cursor(self, root: Path) -> None:
        (root / "vault/Bad.md").write_text("```js file=src/\x1b[2J.js\nx\n```\n")

        result = run(root, "tangle", "--check")

        assert "\x1b" not in result.stdout + result.stderr
        assert "U+001B" in result.stderr

    @pytest.mark.parametrize("mode", [(), ("--check",), ("--dry-run",), ("--diff",)])
    def test_nothing_to_do_is_said(self, root: Path, mode: tuple[str, ...]) -> None:
        run(root, "tangle")

        result = run(root, "tangle", *mode)

        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == "nothing to do: 1 target as the notes say\n"
        assert run(root, "tangle", *mode, "-q").stderr == ""

    def test_verbose_it_says_how_much_it_looked_at(self, root: Path) -> None:
        (root / "vault/Other.md").write_text("Only text.\n")

        result = run(root, "tangle", "-v")

        assert (result.exit_code, result.stdout) == (0, "created src/softmax.py\n")
        assert result.stderr == "2 notes read, 1 target compared\n"

    def test_a_vault_without_targets_is_told_how_to_have_one(self, tmp_path: Path) -> None:
        (tmp_path / "A.md").write_text("Only text.\n")

        result = run(tmp_path, "tangle")

        assert (result.exit_code, result.stdout) == (0, "")
        assert "no note has a target; `tangle: src/name.py`" in result.stderr

    def test_a_folder_without_notes_is_left_as_it_is(self, tmp_path: Path) -> None:
        result = run(tmp_path, "tangle")

        assert (result.exit_code, result.stdout) == (0, "")
        assert f"no notes in {tmp_path}" in result.stderr
        assert list(tmp_path.iterdir()) == []

    def test_when_the_last_note_is_gone_so_are_the_targets(self, root: Path) -> None:
        run(root, "tangle")
        (root / "vault/Soft Max.md").unlink()

        assert out(run(root, "tangle")) == (0, "removed src/softmax.py\n")

    def test_what_is_in_the_place_of_the_state_is_named(self, root: Path) -> None:
        (root / ".lierne").write_text("")

        result = run(root, "tangle")

        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == f"error: {root}/.lierne: must be a folder; move the file away\n"

    def test_state_that_cannot_be_opened_may_be_deleted(self, root: Path) -> None:
        (root / ".lierne/store.db").mkdir(parents=True)

        result = run(root, "tangle")

        assert result.exit_code == 2
        assert "the folder `.lierne` may be deleted at any time" in result.stderr

    def test_without_a_stdout_it_does_its_work(self, root: Path) -> None:
        command = f'"{sys.executable}" -m lierne tangle >&-'
        environment = {**os.environ, "PYTHONPATH": str(TOOLS)}

        done = subprocess.run(  # noqa: S602 - only a shell closes a stream
            command, shell=True, cwd=root, env=environment, check=False
        )

        assert done.returncode == 0
        assert (root / "src/softmax.py").read_text() == TARGET


class TestWhere:
    @pytest.mark.parametrize(
        ("place", "answer"),
        [
            ("src/softmax.py:1", "vault/Soft Max.md:7\n"),
            ("src/softmax.py:2", "vault/Soft Max.md:14\n"),
            ("src/softmax.py:2:9", "vault/Soft Max.md:14:7\n"),
            ("src/softmax.py:3:5", "vault/Soft Max.md:9:5\n"),
            ("vault/Soft Max.md:14", "src/softmax.py:2\n"),
            ("vault/Soft Max.md:14:7", "src/softmax.py:2:9\n"),
            ("vault/Soft Max.md:9:5", "src/softmax.py:3:5\n"),
            ("vault/Soft Max.md:8", "src/softmax.py:2\n"),  # a reference
            ("vault/Soft Max.md:8:5", "src/softmax.py:2:5\n"),
        ],
    )
    def test_60_a_place_leads_to_its_other_end(self, root: Path, place: str, answer: str) -> None:
        run(root, "tangle")

        assert out(run(root, "where", place)) == (0, answer)

    def test_a_whole_file_is_answered_run_by_run(self, root: Path) -> None:
        runs = (
            "src/softmax.py:1-1\tvault/Soft Max.md:7-7\n"
            "src/softmax.py:2-2\tvault/Soft Max.md:14-14\n"
            "src/softmax.py:3-3\tvault/Soft Max.md:9-9\n"
        )

        assert out(run(root, "where", "src/softmax.py")) == (0, runs)
        assert out(run(root, "where", "vault/Soft Max.md")) == (0, runs)

    def test_it_needs_no_target_on_the_disk(self, root: Path) -> None:
        assert out(run(root, "where", "src/softmax.py:2")) == (0, "vault/Soft Max.md:14\n")
        assert not (root / "src").exists()
        assert not (root / ".lierne").exists()

    def test_lines_are_those_of_the_file_even_if_it_was_edited(self, root: Path) -> None:
        run(root, "tangle")
        (root / "src/softmax.py").write_text(f"import os\n\n\n{TARGET}")

        assert out(run(root, "where", "src/softmax.py:5:9")) == (0, "vault/Soft Max.md:14:7\n")
        assert out(run(root, "where", "vault/Soft Max.md:14:7")) == (0, "src/softmax.py:5:9\n")
        result = run(root, "where", "src/softmax.py:1")
        assert (result.exit_code, result.stdout) == (0, "")
        assert "was edited" in result.stderr

    @pytest.mark.parametrize(
        ("edited", "line", "answer"),
        [
            ([*"xabcdefgh"], 5, 5),
            ([*"abcdefghx"], 8, 9),
            ([*"xbcdxxfghx"], 3, 4),
            ([*"xbcdxxfghx"], 8, 8),
            ([*"abcdabcdefgh"], 12, 9),
            ([*"gh"], 1, 8),
        ],
    )
    def test_an_edit_at_both_ends_and_in_between(
        self, root: Path, edited: list[str], line: int, answer: int
    ) -> None:
        lines = "\n".join("abcdefgh")
        (root / "vault/Many.md").write_text(f"```js file=src/many.js\n{lines}\n```\n")
        (root / "src").mkdir()
        (root / "src/many.js").write_text("\n".join(edited) + "\n")

        result = out(run(root, "where", f"src/many.js:{line}"))

        assert result == (0, f"vault/Many.md:{answer}\n")

    def test_lines_that_repeat_take_no_longer(self, root: Path) -> None:
        lines = [f"x = {number % 7}" for number in range(4000)]
        text = "\n".join(lines)
        (root / "vault/Many.md").write_text(f"```python file=src/many.py\n{text}\n```\n")
        (root / "src").mkdir()
        lines[::40] = ["y"] * len(lines[::40])
        (root / "src/many.py").write_text("\n".join(lines))
        before = time.process_time()

        result = run(root, "where", "src/many.py:1")

        assert "was edited" in result.stderr
        assert time.process_time() - before < 3

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders")
    def test_a_pipe_in_the_place_of_a_target_is_not_waited_for(self, root: Path) -> None:
        run(root, "tangle")
        (root / "src/softmax.py").unlink()
        os.mkfifo(root / "src/softmax.py")

        result = run(root, "tangle")

        assert (result.exit_code, "T009" in result.stderr) == (1, True)
        assert out(run(root, "where", "src/softmax.py:2")) == (0, "vault/Soft Max.md:14\n")

    def test_a_target_behind_a_link_is_not_looked_at(self, root: Path) -> None:
        run(root, "tangle")
        (root / "src").rename(root / "other")
        (root / "other/softmax.py").write_text(f"import os\n\n\n{TARGET}")
        (root / "src").symlink_to("other")

        result = run(root, "where", "vault/Soft Max.md:14")

        assert out(result) == (0, "src/softmax.py:2\n")

    def test_paths_may_be_written_from_where_one_stands(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run(root, "tangle")
        monkeypatch.chdir(root / "src")

        assert out(run(root, "where", "softmax.py:2")) == (0, "vault/Soft Max.md:14\n")
        assert out(run(root, "where", f"{root}/src/softmax.py:2")) == (0, "vault/Soft Max.md:14\n")
        assert out(run(root, "where", "src/softmax.py:2")) == (0, "vault/Soft Max.md:14\n")

    @pytest.mark.parametrize(
        ("place", "said"),
        [
            ("vault/Soft Max.md:4", "vault/Soft Max.md:4 goes to no target"),
            ("vault/Soft Max.md:99", "goes to no target"),
            ("src/softmax.py:99", "is not there: the file has 3 lines"),
            ("src/softmax.py:0", "is not there"),
            ("src/parts.py:2", "comes from no note: tangling put it between two blocks"),
            ("src/empty.py", "is empty"),
            ("src/held.py:1", "an error holds back `src/held.py`"),
            ("vault/Held.md:2", "an error holds back `src/held.py`"),
            ("src/edited.py:2", "was edited since it was tangled"),
            ("vault/Edited.md:2", "goes to `src/edited.py`, which was edited there"),
        ],
    )
    def test_where_there_is_no_answer_it_says_why(self, root: Path, place: str, said: str) -> None:
        notes = {
            "Parts": "```python file=src/parts.py\nimport os\n```\n"
            "```python file=src/parts.py\ndef f(): ...\n```\n",
            "Empty": "```python file=src/empty.py\n```\n",
            "Held": "```python file=src/held.py\nx = 1\n<<missing>>\n```\n",
            "Edited": "```python file=src/edited.py\nx = 1\n```\n",
        }
        for name, text in notes.items():
            (root / f"vault/{name}.md").write_text(text)
        (root / "src").mkdir()
        (root / "src/edited.py").write_text("y = 2\nz = 3\n")

        result = run(root, "where", place)

        assert (result.exit_code, result.stdout) == (0, "")
        assert said in result.stderr

    def test_a_path_that_is_neither_is_a_slip(self, root: Path) -> None:
        result = run(root, "where", "src/sotfmax.py:2")

        assert result.exit_code == 2
        assert "did you mean `src/softmax.py`?" in result.stderr

    def test_a_note_has_no_map(self, root: Path) -> None:
        result = run(root, "where", "vault/Soft Max.md", "--format", "json")

        assert (result.exit_code, result.stdout) == (2, "")
        assert "has no map" in result.stderr

    def test_the_map_for_programs(self, root: Path) -> None:
        data = json.loads(run(root, "where", "src/softmax.py", "--format", "json").stdout)

        assert data["version"] == 1
        assert data["runs"][1] == {
            "lines": [2, 2],
            "note": "Soft Max.md",
            "note_lines": [14, 14],
            "block": 1,
            "indent": "    ",
            "prefix": "> ",
        }
