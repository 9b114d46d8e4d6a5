from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lierne.base.config import find
from lierne.code.run.blocks import all_run_blocks
from lierne.code.run.process.runner import run
from lierne.code.tangle import tangle
from lierne.code.targets.last import plan
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lierne.code.run.result import Result
    from lierne.code.tangle import Tangled


class Project:
    """A folder with notes, tangled and run as often as a test likes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "vault").mkdir(exist_ok=True)
        self.begun: list[str] = []
        """The notes whose blocks began to run in the last run, a name a block."""

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def note(self, name: str, *codes: str, front: str = "") -> None:
        """Writes a note of run blocks; the first line of each may begin with attributes."""
        blocks = [f"```python run {code}```\n" for code in codes]
        self.write(f"vault/{name}.md", front + "\n".join(blocks))

    def module(self, name: str, code: str, path: str = "") -> None:
        """Writes a note that makes a module."""
        target = path or f"src/{name.lower()}.py"
        self.write(f"vault/{name}.md", f"---\ntangle: {target}\n---\n```python\n{code}```\n")

    def read(self) -> tuple[Vault, Tangled]:
        """The vault, tangled."""
        vault = Vault(find(self.root))
        plan(vault).apply()
        return vault, tangle(vault.outlines(), vault.names, vault.config)

    def run(self, *notes: str, **options: Any) -> dict[tuple[str, int], Result]:
        """The results of these notes' blocks, or of all, by name and number of the run block."""
        vault, tangled = self.read()
        self.begun = []
        options = {"progress": lambda _, __, block: self.begun.append(block.note[:-3]), **options}
        paths = [f"{name}.md" for name in notes] or None
        found: dict[tuple[str, int], Result] = {}
        for block, result in run(vault, tangled, all_run_blocks(vault, paths), **options):
            name = block.note[:-3]
            found[name, sum(other == name for other, _ in found)] = result
        return found

    def text(self, *codes: str, **options: Any) -> str:
        """What one note prints, all its blocks together."""
        self.note("N", *codes)
        results = self.run("N", **options)
        assert [result.failed for result in results.values()] == [None] * len(codes)
        return "".join(result.text for result in results.values())

    def failure(self, *codes: str, **options: Any) -> tuple[str, int, str]:
        """Why the last block of a note fails, on which line, and the traceback."""
        self.note("N", *codes)
        failed = list(self.run("N", **options).values())[-1].failed
        assert failed is not None
        return failed.message, failed.line, failed.traceback


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def projects(tmp_path: Path) -> Callable[[str], Project]:
    def make(name: str) -> Project:
        (tmp_path / name).mkdir()
        return Project(tmp_path / name)

    return make
