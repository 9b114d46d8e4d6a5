"""The cases of the table in the README, played on Lierne alone, and the README's word for each."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from lierne.faces.cli import main

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]


def load(folder: Path) -> ModuleType:
    """Imports what a benchmark is made of, for benchmarks are not on the path of the tests."""
    spec = importlib.util.spec_from_file_location(folder.name, folder / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[folder.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[folder.name])
    return importlib.import_module(f"{folder.name}.cases")


edits = load(ROOT / "tests/benchmarks/_edits")
tools = importlib.import_module("_edits.tools")
README = (ROOT / "README.md").read_text("utf-8")


class Here(tools.Lierne):
    """Lierne, called without a process of its own."""

    def run(self, root: Path, command: str) -> Any:
        """Calls a command."""
        result = CliRunner().invoke(main, [command, "--root", str(root)], prog_name="lierne")
        return tools.Ended(result.exit_code, result.output)


def in_readme(title: str) -> str | None:
    """The last cell of a row of the README's table."""
    row = re.search(rf"^\| {re.escape(title)} \|.*\| ([^|]+) \|$", README, re.MULTILINE)
    return row[1] if row else None


@pytest.mark.parametrize("case", edits.CASES, ids=lambda case: case.title)
def test_an_edit_comes_to_a_good_end(case: Any) -> None:
    cell = case.cell(Here())

    assert cell.good, cell.text
    assert in_readme(case.title) == cell.text


def test_a_lost_edit_is_seen() -> None:
    """The judge of the table: a tool that forgets what was edited does not pass."""

    class Forgetful(Here):
        def run(self, root: Path, command: str) -> Any:
            for target in (root / "src").rglob("*.py"):
                target.unlink()
            return super().run(root, "tangle" if command == "stitch" else command)

    cells = {case.title: case.cell(Forgetful()) for case in edits.CASES[:13]}

    assert not any(cell.good for cell in cells.values()), cells
    assert cells["a function added below the last"].text.startswith("2 lines lost")
