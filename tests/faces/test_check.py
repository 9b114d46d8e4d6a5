"""`lierne check` and `lierne graph` as somebody, or some program, calls them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from lierne.faces.cli import main

if TYPE_CHECKING:
    from pathlib import Path

TURKISH = "Dikkat Mekanizması.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / TURKISH).write_text("[[Softmax#gone]] ve [[Sorgu]]\n", "utf-8")
    (tmp_path / "Softmax.md").write_text("# Softmax\n")
    return tmp_path


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--root", str(root)], prog_name="lierne")


def test_check_prints_problems_on_stdout_and_ends_with_1(root: Path) -> None:
    result = run(root, "check")

    assert result.exit_code == 1
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        f"{TURKISH}:1:1: L102 there is no heading `gone` in `Softmax.md`",
        "help: its headings are `Softmax`",
        f"{TURKISH}:1:21: L101 there is no note `Sorgu` yet",
        "help: write it, or leave it as a plan",
        "1 warning, 1 hint",
    ]


def test_check_says_that_nothing_is_wrong(root: Path) -> None:
    (root / TURKISH).unlink()

    result = run(root, "check")

    assert (result.exit_code, result.stdout) == (0, "no problems\n")
    assert run(root, "check", "-q").stdout == ""


def test_check_says_what_it_looked_at_when_asked(root: Path) -> None:
    (root / "figure.png").write_bytes(b"")

    assert run(root, "check", "-v").stderr == "checked 2 notes, 1 attachment and 0 targets\n"


def test_hints_do_not_count(root: Path) -> None:
    (root / TURKISH).write_text("[[Sorgu]]\n")

    assert run(root, "check").exit_code == 0


def test_check_for_programs(root: Path) -> None:
    result = run(root, "check", "--format", "json")

    rows = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [(row["code"], row["severity"], row["path"]) for row in rows] == [
        ("L102", "warning", TURKISH),
        ("L101", "hint", TURKISH),
    ]
    assert [rows[0][key] for key in ("line", "column", "end_line", "end_column")] == [1, 1, 1, 17]


def test_check_for_github(root: Path) -> None:
    result = run(root, "check", "--format", "github")

    assert result.exit_code == 1
    assert result.stdout.startswith(f"::warning file={TURKISH},line=1,col=1,endLine=1,endColumn=17")
    assert len(result.stdout.splitlines()) == 2


def test_check_looks_at_an_empty_folder(tmp_path: Path) -> None:
    assert run(tmp_path, "check").stdout == "no problems\n"


def test_graph_prints_only_data_on_stdout(root: Path) -> None:
    (root / "Bad.md").write_bytes(b"caf\xe9 [[Softmax]]")
    (root / "Wrong.md").write_text("```python file=src/a.py\ndef (\n```\n")

    result = run(root, "graph", "--format", "json")

    data = json.loads(result.stdout)
    assert result.exit_code == 0
    assert data["version"] == 1
    assert {node["id"] for node in data["nodes"]} >= {TURKISH, "Softmax.md", "?sorgu", "Bad.md"}
    assert [line.split(": ")[0] for line in result.stderr.splitlines()[::2]] == [
        "Bad.md:1:4",
        "Wrong.md:2:5",
    ]


def test_graph_is_json_without_being_asked(root: Path) -> None:
    assert run(root, "graph").stdout == run(root, "graph", "--format", "json").stdout


def test_graph_order_prints_what_to_read_first(tmp_path: Path) -> None:
    code = "```python file=src/{0}.py\n{1}\n```\n"
    (tmp_path / "A.md").write_text(code.format("a", "from b import x"))
    (tmp_path / "B.md").write_text('---\nneeds: "[[C]]"\n---\n' + code.format("b", "x = 1"))
    (tmp_path / "C.md").write_text("")
    (tmp_path / "T.md").write_text("```python file=tests/test_t.py\nimport a\n```\n")

    result = run(tmp_path, "graph", "order")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.split() == ["C.md", "B.md", "A.md", "T.md"]


def test_graph_order_names_circles(tmp_path: Path) -> None:
    for name, other in ("AB", "BA"):
        (tmp_path / f"{name}.md").write_text(f'---\nneeds: "[[{other}]]"\n---\n')

    result = run(tmp_path, "graph", "order")

    assert (result.exit_code, result.stdout.split()) == (0, ["B.md", "A.md"])
    assert result.stderr == "no order is right for these: A.md -> B.md -> A.md\n"


class TestFix:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        """A project in which a note was renamed, and code still calls it by its old name."""
        (tmp_path / "Call.md").write_text("```python file=src/a.py\n<<Old#x>>\n```\n")
        (tmp_path / "Old.md").write_text("```python #x\nx = 1\n```\n")
        run(tmp_path, "tangle")
        (tmp_path / "Old.md").rename(tmp_path / "New.md")
        return tmp_path

    def test_it_mends_and_says_what_is_left(self, root: Path) -> None:
        result = run(root, "check", "--fix")

        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == "changed Call.md (+1 -1)\nno problems\n"
        assert "<<New#x>>" in (root / "Call.md").read_text()
        again = run(root, "check", "--fix")
        assert again.stdout == "no problems\n"
        assert again.stderr == "nothing to mend: no reference names a note that was renamed\n"

    @pytest.mark.parametrize(
        ("option", "said"),
        [
            ("--check", "change Call.md (+1 -1)\n"),
            ("--dry-run", "change Call.md (+1 -1)\n"),
            ("--diff", "--- a/Call.md\n+++ b/Call.md\n@@ -1,3 +1,3 @@\n"),
        ],
    )
    def test_three_options_show_one_plan_and_write_nothing(
        self, root: Path, option: str, said: str
    ) -> None:
        result = run(root, "check", "--fix", option)

        assert result.exit_code == 1
        assert result.stdout.startswith(said)
        assert "<<Old#x>>" in (root / "Call.md").read_text()

    def test_they_need_something_to_show(self, root: Path) -> None:
        result = run(root, "check", "--diff")

        assert result.exit_code == 2
        assert "go with `--fix`" in result.stderr

    def test_a_program_reads_only_what_is_left(self, root: Path) -> None:
        result = run(root, "check", "--fix", "--format", "json")

        assert result.stderr == ""

        assert (result.exit_code, json.loads(result.stdout)) == (0, [])
