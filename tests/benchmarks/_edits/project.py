"""A project in a temporary folder, in which a case is played on one of the tools."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .tools import Ended, Tool

MAIN = "src/a.py"
"""The target that most cases are about."""


@dataclass(slots=True)
class Project:
    """Notes, targets, and the tool that works on them."""

    tool: Tool
    """The tool."""
    outside: Path
    """A folder that nothing may be written to; the project lies in it."""
    ended: list[Ended] = field(default_factory=list)
    """How the tool's commands ended, since somebody edited something last."""

    @property
    def root(self) -> Path:
        """The project's own folder."""
        return self.outside / "home" / "project"

    def write(self, path: str, data: str | bytes) -> None:
        """Writes a file of the project as a person would; a note in the tool's own syntax."""
        if isinstance(data, str):
            data = (self.tool.note(data) if path.endswith(".md") else data).encode()
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        self.ended.clear()

    def change(self, path: str, change: Callable[[str], str]) -> None:
        """Edits a file of the project; an edit that changes nothing is a fault of the case."""
        old = (self.root / path).read_bytes().decode()
        new = change(old)
        assert new != old, f"nothing to edit in {path}:\n{old}"
        (self.root / path).write_bytes(new.encode())
        self.ended.clear()

    def tangle(self) -> Ended:
        """Has the notes written to the targets."""
        return self._run("tangle")

    def stitch(self) -> Ended:
        """Has the targets' edits written to the notes."""
        return self._run("stitch")

    @property
    def exit(self) -> int:
        """The gravest exit code since the last edit."""
        return max(ended.code for ended in self.ended)

    @property
    def said(self) -> str:
        """All that was printed since the last edit."""
        return "".join(ended.said for ended in self.ended)

    def code(self, path: str = MAIN) -> str:
        """The code in a target, without the tool's own comments; empty where it is not there."""
        file = self.root / path
        return self.tool.code(file.read_bytes().decode()) if file.is_file() else ""

    def codes(self) -> dict[str, str]:
        """The code of all targets."""
        files = sorted(path for path in (self.root / "src").rglob("*") if path.is_file())
        paths = [path.relative_to(self.root).as_posix() for path in files]
        return {path: self.code(path) for path in paths}

    def notes(self) -> str:
        """All notes in one text."""
        files = sorted((self.root / "vault").rglob("*.md"))
        return "".join(path.read_bytes().decode("utf-8", "replace") for path in files)

    def files(self) -> dict[str, bytes]:
        """All files but those of the tool's own memory, by their paths from `outside`."""
        return {
            path.relative_to(self.outside).as_posix(): path.read_bytes()
            for path in sorted(self.outside.rglob("*"))
            if path.is_file() and not {self.tool.state, "objects"} & set(path.parts)
        }

    def forget(self) -> None:
        """Loses what the tool remembers."""
        shutil.rmtree(self.root / self.tool.state)

    def commit(self) -> None:
        """Puts all that is there under git, but for what the tool remembers."""
        (self.root / ".gitignore").write_text(f"{self.tool.state}/\n")
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        for command in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "All is well"]):
            subprocess.run(["git", *command], cwd=self.root, check=True, capture_output=True)

    def _run(self, command: str) -> Ended:
        self.ended.append(self.tool.run(self.root, command))
        return self.ended[-1]


@contextmanager
def project(tool: Tool, notes: Mapping[str, str]) -> Iterator[Project]:
    """Makes a project of some notes, and takes it away again.

    Args:
        tool: The tool that will work on it.
        notes: The notes by their names, in Lierne's syntax; `{outside}` in them becomes a folder.
    """
    with tempfile.TemporaryDirectory(prefix="lierne-edits-") as folder:
        made = Project(tool, Path(folder).resolve())
        made.write(*tool.settings)
        for name, text in notes.items():
            made.write(f"vault/{name}.md", text.replace("{outside}", str(made.outside)))
        yield made
