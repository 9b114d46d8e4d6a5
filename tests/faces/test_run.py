"""`lierne run` as somebody calls it: with real notes and real processes."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from lierne.faces.cli import main
from lierne.faces.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TWICE = """\
---
tangle: src/twice.py
---
# Twice

```python
def twice(x):
    return 2 * x
```

```python run
from twice import twice
twice(21)
```
"""
WORDS = """\
It builds on [[Twice]].

```python run
from twice import twice
print(*(twice(word) for word in ("a", "b")))
```

```python run
len("abc")
```
"""
ALONE = "```python run\n1 + 1\n```\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "vault/Folder").mkdir(parents=True)
    (tmp_path / "vault/Twice.md").write_text(TWICE)
    (tmp_path / "vault/Some Words.md").write_text(WORDS)
    (tmp_path / "vault/Folder/Alone.md").write_text(ALONE)
    return tmp_path


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--root", str(root)], prog_name="lierne")


def texts(root: Path) -> dict[str, str]:
    """All notes and targets."""
    paths = [path for path in root.rglob("*") if path.suffix in (".md", ".py", ".svg")]
    return {path.relative_to(root).as_posix(): path.read_text() for path in paths}


def edit(root: Path, note: str, old: str, new: str) -> None:
    path = root / "vault" / note
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def outputs(root: Path, note: str) -> list[str]:
    """What the output blocks of a note show."""
    text = (root / "vault" / note).read_text()
    return re.findall(r"```output key=[0-9a-f]{16}\n(.*?)```\n", text, re.DOTALL)


class TestRun:
    def test_it_tangles_runs_and_shows(self, root: Path) -> None:
        result = run(root, "run")

        assert result.exit_code == 0
        assert result.stdout == (
            "created src/twice.py\n"
            "changed vault/Folder/Alone.md (+3 -0)\n"
            "changed vault/Some Words.md (+6 -0)\n"
            "changed vault/Twice.md (+3 -0)\n"
        )
        assert result.stderr == "4 blocks of 3 notes: 4 run\n"
        assert outputs(root, "Twice.md") == ["42\n"]
        assert outputs(root, "Some Words.md") == ["aa bb\n", "3\n"]
        assert outputs(root, "Folder/Alone.md") == ["2\n"]

    def test_nothing_is_run_twice(self, root: Path) -> None:
        run(root, "run")
        before = texts(root)

        result = run(root, "run")

        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == "4 blocks of 3 notes: 4 unchanged\n"
        assert texts(root) == before

    def test_just_what_depends_on_an_edit_is_run_again(self, root: Path) -> None:
        run(root, "run")
        edit(root, "Twice.md", "2 * x", "x + x")

        result = run(root, "run")

        assert result.stderr == "4 blocks of 3 notes: 3 run, 1 unchanged\n"
        assert "Alone" not in result.stdout
        assert run(root, "check").stdout == "no problems\n"

    def test_fresh_runs_everything(self, root: Path) -> None:
        run(root, "run")

        assert run(root, "run", "--fresh").stderr == "4 blocks of 3 notes: 4 run\n"

    def test_an_output_that_somebody_edited_comes_back(self, root: Path) -> None:
        run(root, "run")
        edit(root, "Twice.md", "\n42\n", "\n43\n")

        result = run(root, "run")

        assert result.stdout == "changed vault/Twice.md (+1 -1)\n"
        assert outputs(root, "Twice.md") == ["42\n"]

    def test_quiet(self, root: Path) -> None:
        result = run(root, "run", "-q")

        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
        assert outputs(root, "Twice.md") == ["42\n"]

    def test_a_figure_is_drawn_saved_and_shown(self, root: Path) -> None:
        pytest.importorskip("matplotlib")
        draw = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n"
        note = f'```python run figure=line alt="A line"\n{draw}```\n'
        (root / "vault/Folder/Alone.md").write_text(note)

        result = run(root, "run", "Alone")
        second = run(root, "check")

        assert result.exit_code == 0
        assert result.stdout.endswith("created vault/figures/line.svg\n")
        embed = "\n![A line](../figures/line.svg)\n"
        assert (root / "vault/Folder/Alone.md").read_text() == note + embed
        assert "line.svg" not in second.stdout


class TestNotes:
    @pytest.mark.parametrize(
        "name", ["Alone", "alone", "Folder/Alone", "Folder/Alone.md", "vault/Folder/Alone.md"]
    )
    def test_a_note_is_named_as_links_name_it_or_by_its_path(self, root: Path, name: str) -> None:
        result = run(root, "run", name)

        assert result.exit_code == 0
        assert result.stderr == "1 block of 1 note: 1 run\n"
        assert outputs(root, "Twice.md") == []

    def test_a_path_from_the_current_folder(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(root / "vault/Folder")

        assert run(root, "run", "./Alone.md", "../Twice.md").stderr == (
            "2 blocks of 2 notes: 2 run\n"
        )

    def test_a_name_that_is_not_there(self, root: Path) -> None:
        result = run(root, "run", "Twicw")

        assert result.exit_code == 2
        assert result.stderr == "error: there is no note `Twicw`; did you mean `Twice`?\n"

    def test_a_name_that_two_notes_have(self, root: Path) -> None:
        (root / "vault/Other").mkdir()
        (root / "vault/Other/Alone.md").write_text("")

        result = run(root, "run", "Alone")

        assert result.exit_code == 2
        assert result.stderr == "error: `Alone` may be `Other/Alone.md` or `Folder/Alone.md`\n"

    def test_a_note_without_a_block_to_run(self, root: Path) -> None:
        (root / "vault/Plain.md").write_text("Text.\n")

        result = run(root, "run", "Plain")

        assert result.exit_code == 0
        assert result.stderr.startswith("this note has no block to run; ")

    def test_a_vault_without_a_block_to_run(self, tmp_path: Path) -> None:
        (tmp_path / "Plain.md").write_text("Text.\n")

        assert run(tmp_path, "run").stderr.startswith("no note has a block to run; ")
        assert run(tmp_path, "-q", "run", "--format", "json").stderr == "[]\n"
        assert list(tmp_path.iterdir()) == [tmp_path / "Plain.md"]


class TestFailure:
    def fail(self, root: Path, *arguments: str) -> Result:
        run(root, "run")
        edit(root, "Some Words.md", "print(*", 'print("begun")\nprint(1 / 0, *')
        return run(root, "run", *arguments)

    def test_it_ends_its_note_and_is_shown_in_the_notes_own_lines(self, root: Path) -> None:
        result = self.fail(root)

        assert result.exit_code == 1
        assert result.stderr.splitlines() == [
            "begun",
            "Traceback (most recent call last):",
            '  File "vault/Some Words.md", line 6, in <module>',
            '    print(1 / 0, *(twice(word) for word in ("a", "b")))',
            "          ~~^~~",
            "ZeroDivisionError: division by zero",
            "vault/Some Words.md:6:1: R201 ZeroDivisionError: division by zero",
            "help: mend it; the outputs from here to the end of the note were left as they are",
            "4 blocks of 3 notes: 2 unchanged, 1 failed, 1 not run",
        ]
        assert outputs(root, "Some Words.md") == ["aa bb\n", "3\n"]

    def test_its_lines_are_those_of_the_notes_as_they_are_then(self, root: Path) -> None:
        """Outputs that this very run puts above them have moved them."""
        drawing = "```python run figure=a alt=a\n'<svg/>'\n```\n"
        edit(root, "Twice.md", "# Twice\n", f"{ALONE}{drawing}")
        edit(root, "Some Words.md", 'len("abc")', "twice(object())")
        (root / "vault/Folder/Alone.md").write_text(f"{ALONE}{drawing}")

        named = re.findall(r'(vault/[^:"`]*)(?:", line |:)(\d+)', run(root, "run").stderr)

        there = [(root / path).read_text().split("\n")[int(line) - 1] for path, line in named]
        assert there == [
            "twice(object())",  # the traceback
            "    return 2 * x",
            "twice(object())",  # the problem
            "```python run figure=a alt=a",  # another one, and what it names
            "```python run figure=a alt=a",
        ]
        again = run(root, "run", "--dry-run").stderr
        assert re.findall(r'(vault/[^:"`]*)(?:", line |:)(\d+)', again) == named

    def test_its_lines_are_those_of_the_note_as_it_is_where_nothing_is_written(
        self, root: Path
    ) -> None:
        (root / "vault/Folder/Alone.md").write_text(f"{ALONE}```python run\n1 / 0\n```\n")

        assert "vault/Folder/Alone.md:5:1: R201" in run(root, "run", "--diff").stderr
        assert "vault/Folder/Alone.md:8:1: R201" in run(root, "run").stderr

    def test_the_other_notes_go_on(self, root: Path) -> None:
        edit(root, "Some Words.md", "print(*", "print(1 / 0, *")

        result = run(root, "run")

        assert result.exit_code == 1
        assert outputs(root, "Twice.md") == ["42\n"]
        assert outputs(root, "Folder/Alone.md") == ["2\n"]

    def test_for_programs(self, root: Path) -> None:
        result = self.fail(root, "--format", "json")

        [row] = json.loads(result.stderr)
        assert (row["code"], row["severity"], row["line"]) == ("R201", "error", 6)
        assert row["path"] == "vault/Some Words.md"

    def test_what_a_block_prints_cannot_move_the_cursor(self, root: Path) -> None:
        edit(root, "Some Words.md", "print(*", 'raise ValueError("\\x1b[2J")\n')

        assert "\x1b" not in run(root, "run").stderr

    def test_a_target_that_was_edited_holds_back_what_imports_it(self, root: Path) -> None:
        run(root, "tangle")
        (root / "src/twice.py").write_text("def twice(x): return 3 * x\n")

        result = run(root, "run")

        codes = re.findall(r": ([A-Z]\d{3}) ", result.stderr)
        assert result.exit_code == 1
        assert codes[1:] == ["R212", "R212"]
        assert codes[0].startswith("T0")
        assert result.stderr.endswith("4 blocks of 3 notes: 1 run, 3 not run\n")
        assert outputs(root, "Folder/Alone.md") == ["2\n"]
        assert outputs(root, "Twice.md") == []

    def test_a_target_that_nothing_imports_holds_back_nothing(self, root: Path) -> None:
        (root / "vault/Wrong.md").write_text("```python file=src/x.py\n<<gone>>\n```\n")

        result = run(root, "run")

        assert (result.exit_code, result.stderr) == (0, "4 blocks of 3 notes: 4 run\n")

    def test_a_time_that_is_up(self, root: Path, time_is_up: Callable[..., None]) -> None:
        code = "import time\nprint(1, file=open('begun', 'w')) or time.sleep(600)\n"
        (root / "vault/Folder/Alone.md").write_text(f"```python run\n{code}```\n")
        time_is_up(root / "begun")

        result = run(root, "run", "Alone", "--timeout", "0.5")

        assert result.exit_code == 1
        assert "vault/Folder/Alone.md:3:1: R201 " in result.stderr
        assert "help: give it more time with `--timeout`; the outputs" in result.stderr

    def test_a_note_that_changes_meanwhile_is_left_alone(self, root: Path) -> None:
        note = root / "vault/Folder/Alone.md"
        code = f"open({str(note)!r}, 'a').write('More.\\n')\n1 + 1\n"
        note.write_text(f"```python run\n{code}```\n")

        result = run(root, "run", "Alone")

        assert result.exit_code == 2
        assert "Alone.md: it was changed" in result.stderr
        assert note.read_text() == f"```python run\n{code}```\nMore.\n"

    def test_what_is_wrong_with_a_block_as_it_is_written(self, root: Path) -> None:
        (root / "vault/Folder/Alone.md").write_text("```python run tolerance=near\n1\n```\n")

        run_, check = run(root, "run", "Alone"), run(root, "check")

        assert "vault/Folder/Alone.md:1:15: R104 " in run_.stderr
        assert "vault/Folder/Alone.md:1:15: R104 " in check.stdout
        assert run_.exit_code == 1
        assert outputs(root, "Folder/Alone.md") == ["1\n"]

    def test_an_output_that_is_not_closed_is_said_to_be(self, root: Path) -> None:
        note = f"{ALONE}```output\n3\n\nText.\n"
        (root / "vault/Folder/Alone.md").write_text(note)

        result = run(root, "run", "Alone")

        assert result.exit_code == 1
        assert "vault/Folder/Alone.md:4:1: N103" in result.stderr
        assert (root / "vault/Folder/Alone.md").read_text() == note


class TestWithoutWriting:
    @pytest.mark.parametrize("mode", ["--check", "--diff", "--dry-run"])
    def test_what_is_so_already(self, root: Path, mode: str) -> None:
        run(root, "run")
        before = texts(root)

        result = run(root, "run", mode)

        done = "run" if mode == "--check" else "unchanged"
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == f"4 blocks of 3 notes: 4 {done}\n"
        assert texts(root) == before

    @pytest.mark.parametrize(
        ("mode", "expected"),
        [
            ("--dry-run", "change vault/Folder/Alone.md (+1 -1)\n"),
            ("--diff", "-3\n+2\n"),
        ],
    )
    def test_what_would_change(self, root: Path, mode: str, expected: str) -> None:
        run(root, "run")
        edit(root, "Folder/Alone.md", "\n2\n", "\n3\n")
        before = texts(root)

        result = run(root, "run", mode)

        assert result.exit_code == 1
        assert expected in result.stdout
        assert texts(root) == before

    def test_check_runs_again_and_shows_both_sides(self, root: Path) -> None:
        run(root, "run")
        edit(root, "Folder/Alone.md", "\n2\n", "\n3\n")
        before = texts(root)

        result = run(root, "run", "--check")

        assert result.exit_code == 1
        assert result.stderr.splitlines() == [
            "vault/Folder/Alone.md:4:1: R211 this block does not print what the note shows",
            "--- in the note",
            "+++ run again",
            "@@ -1 +1 @@",
            "-3",
            "+2",
            'help: run `lierne run "Alone"`',
            "4 blocks of 3 notes: 4 run",
        ]
        assert texts(root) == before

    def test_check_finds_what_changed_without_a_change_of_code(self, root: Path) -> None:
        (root / "number.txt").write_text("1")
        note = "```python run\nprint(open('number.txt').read())\n```\n"
        (root / "vault/Folder/Alone.md").write_text(note)
        run(root, "run")
        (root / "number.txt").write_text("2")

        assert run(root, "check").stdout == "no problems\n"
        assert "-1\n+2\n" in run(root, "run", "--check").stderr

    def test_check_says_what_is_older_than_its_code(self, root: Path) -> None:
        run(root, "run")
        edit(root, "Folder/Alone.md", "1 + 1", "2 + 0")

        result = run(root, "run", "--check", "Alone")

        assert result.exit_code == 1
        assert "Alone.md:4:1: R111 this output is older" in result.stderr

    def test_targets_that_are_not_tangled_are_not_run(self, root: Path) -> None:
        result = run(root, "run", "--check")

        assert result.exit_code == 1
        assert result.stderr.count("R212 this block imports `src/twice.py`") == 2
        assert not (root / "src").exists()


@pytest.mark.parametrize(
    "command",
    [
        ("tangle",),
        ("stitch",),
        ("graph",),
        ("check",),
        ("where", "vault/Folder/Alone.md:2"),
        ("run", "Twice"),
        ("build", "-q"),
    ],
    ids=" ".join,
)
def test_nothing_is_run_that_was_not_asked_for(root: Path, command: tuple[str, ...]) -> None:
    canary = root / "canary"
    (root / "vault/Folder/Alone.md").write_text(
        f"```python run\nopen({str(canary)!r}, 'w')\n```\n```output key=0000000000000000\n1\n```\n"
    )

    assert run(root, *command).exit_code in (0, 1)
    assert not canary.exists()
    assert run(root, "run").exit_code == 0
    assert canary.exists()


class TestProgress:
    def terminal(self, monkeypatch: pytest.MonkeyPatch, patience: float) -> None:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        monkeypatch.setattr("lierne.faces.progress._PATIENCE", patience)

    def test_a_line_that_is_gone_in_the_end(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.terminal(monkeypatch, 0.05)

        with Progress(shown=True) as progress:
            progress.say("one\x1b[2J")
            progress._patience.join()
            said = capsys.readouterr().err
            progress.say("two" * 200)

        assert said == "\r\x1b[Kone\\x1b[2J"
        shown, gone = capsys.readouterr().err.removeprefix("\r\x1b[K").split("\r\x1b[K")
        assert shown.startswith("twotwo")
        assert len(shown) < 200
        assert gone == ""

    def test_what_is_done_soon_needs_none(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.terminal(monkeypatch, 60)

        with Progress(shown=True) as progress:
            progress.say("one")

        assert capsys.readouterr().err == ""

    def test_without_a_terminal_nothing_is_drawn(self, capsys: pytest.CaptureFixture[str]) -> None:
        with Progress(shown=True) as progress:
            progress.say("one")
            assert not progress._patience.is_alive()

        assert capsys.readouterr().err == ""


def test_what_was_run_and_shows_nothing_is_not_asked_for(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    block = "```python run\ndata = {'nothing': None}\nprint(''.join([]))\ndata['nothing']\n```\n"
    (tmp_path / "vault/Nothing.md").write_text(block)

    assert "R112" in run(tmp_path, "check").stdout
    assert run(tmp_path, "run").exit_code == 0
    assert (tmp_path / "vault/Nothing.md").read_text() == block
    assert run(tmp_path, "check").exit_code == 0
    assert run(tmp_path, "run", "--check").exit_code == 0
