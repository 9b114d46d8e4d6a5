"""That no edit is lost, whatever happens meanwhile: tried, and counted.

`python3 tools test -m stress` runs the long versions, and prints what was tried and what was lost;
the short versions are among all other tests.

What happens here happens to a small project that has something to do for each command: notes that
were edited since they were tangled, and targets that were.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from lierne.faces.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence

TOOLS = Path(__file__).parents[2] / "tools"
NOTES = {
    "Add.md": (
        "---\ntangle: src/add.py\n---\n# Add\n\nSome prose.\n\n"
        "```python\ndef add(a, b):\n    <<Check#numbers>>\n"
        "    total = a + b\n    return total\n```\n"
        "\nMore prose.\n\n```python\ndef double(a):\n    return add(a, a)\n```\n"
    ),
    "Check.md": (
        "A check that two notes use.\r\n\r\n```python #numbers\r\nassert a == a\r\n```\r\n\r\n"
        "```python file=src/check.py\r\ndef check(a):\r\n    <<numbers>>\r\n```\r\n"
    ),
    "Run.md": "- A script in a list:\n  ```sh file=src/run\n  #!/bin/sh\n  echo run\n  ```\n",
    "Two.md": "```js file=src/two.js\none();\n```\n```js file=src/two.js\ntwo();\n```\n",
    "Gone.md": "```js file=src/gone/gone.js\ngone();\n```\n",
}
# What the edits of each side are known by, wherever they are then.
IN_NOTES = {
    "Add.md": ("return add(a, a)", "return add(a, a)  # MARK-NOTE-ADD"),
    "Two.md": ("two();", "two();  // MARK-NOTE-TWO"),
}
IN_TARGETS = {
    "add.py": ("return total", "return total  # MARK-TARGET-ADD"),
    "two.js": ("one();", "one();  // MARK-TARGET-ONE"),
    "check.py": ("assert a == a", "assert a == a  # MARK-TARGET-CHECK"),
    "gone/gone.js": ("gone();", "gone();\nMARK_TARGET_GONE();"),
}


@dataclass(frozen=True)
class Scene:
    """A command, the project that it finds, and what it makes of it."""

    command: str
    template: Path
    before: dict[str, bytes]
    """Every file of the project, but for what is kept between two commands."""
    after: dict[str, bytes]
    marks: frozenset[bytes]
    """Words that only an edit holds: none may ever be gone from all files."""

    @staticmethod
    def run(root: Path, *arguments: str) -> Result:
        """A command in this process."""
        return CliRunner().invoke(main, [*arguments, "--root", str(root)], prog_name="lierne")

    @staticmethod
    def start(root: Path, *arguments: str, under: Sequence[str] = ()) -> subprocess.Popen[str]:
        """A command in a process of its own."""
        return subprocess.Popen(
            [*under, sys.executable, "-m", "lierne", *arguments, "--root", str(root)],
            env={**os.environ, "PYTHONPATH": str(TOOLS)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def again(self, root: Path) -> Path:
        """Sets the scene up in a folder, whatever was there."""
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.template, root, symlinks=True)
        return root

    def complaints(self, root: Path, *, partly: bool = False) -> list[str]:
        """What is wrong while the command has not finished: torn files, edits that are lost.

        Args:
            root: The project.
            partly: Whether a file may have got some of its edits: where another could not be read.
        """
        now = {path: data for path, data in texts(root).items() if ".lierne-" not in path}
        torn = [
            f"{path} is neither old nor new"
            for path in now.keys() | self.before.keys() | self.after.keys()
            if now.get(path) not in (self.before.get(path), self.after.get(path))
            and not (partly and self._is_whole(path, now.get(path, b"")))
        ]
        return torn + [f"{mark!r} is lost" for mark in self.lost(root)]

    def _is_whole(self, path: str, data: bytes) -> bool:
        """Whether a file has as many lines as before or after, each of them from there."""
        states = [self.before.get(path, b"").split(b"\n"), self.after.get(path, b"").split(b"\n")]
        lines = data.split(b"\n")
        return len(lines) in map(len, states) and set(lines) <= {*states[0], *states[1]}

    def lost(self, root: Path) -> list[bytes]:
        """The edits that are in no file any more."""
        everything = b"\0".join(texts(root).values())
        return [mark for mark in self.marks if mark not in everything]

    def unfinished(self, root: Path) -> list[str]:
        """What is wrong after the command was run once more: it did not end, or left something.

        Somebody may tangle first, although there is something to stitch.
        """
        self.run(root, "tangle")
        lost = self.lost(root)
        if lost:
            return [f"tangling loses {lost}"]
        result = self.run(root, self.command)
        wrong = [] if result.exit_code == 0 else [f"ends with {result.exit_code}: {result.stderr}"]
        now = texts(root)
        wrong += [f"{path} differs" for path in now if now[path] != self.after.get(path)]
        wrong += [f"{path} is not there" for path in self.after.keys() - now.keys()]
        agreed = self.run(root, "tangle", "--check")
        return wrong + ([] if agreed.exit_code == 0 else [f"sides differ: {agreed.stderr}"])


@pytest.fixture(scope="session", params=["tangle", "stitch"])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Each command that writes, with a project for it."""
    template = tmp_path_factory.mktemp(request.param) / "project"
    make_project(template)
    edit(template / "vault", IN_NOTES)
    marks = [new for _, new in IN_NOTES.values()]
    marks += ["MARK-RUN", "MARK_NEW"] if request.param == "tangle" else []
    if request.param == "tangle":
        (template / "vault/Gone.md").unlink()
        edit(template / "vault", {"Run.md": ("echo run", "echo MARK-RUN")})
        (template / "vault/New.md").write_text("```js file=src/new.js\nMARK_NEW();\n```\n")
    else:
        edit(template / "src", IN_TARGETS)
        marks += [new for _, new in IN_TARGETS.values()]
    done = template.with_name("done")
    shutil.copytree(template, done)
    result = Scene.run(done, request.param)
    assert result.exit_code == 0, result.stderr
    assert Scene.run(done, "tangle", "--check").exit_code == 0
    words = [word for text in marks for word in text.split() if "MARK" in word]
    scene = Scene(
        request.param,
        template,
        texts(template),
        texts(done),
        frozenset(word.removesuffix("();").encode() for word in words),
    )
    assert scene.lost(done) == []
    assert scene.before != scene.after
    return scene


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for editors that might save late: none is there, or it may try its luck."""
    monkeypatch.setattr(time, "sleep", lambda _: None)


def make_project(root: Path) -> None:
    """Makes a project whose notes and targets agree."""
    (root / "vault").mkdir(parents=True)
    for name, text in NOTES.items():
        (root / "vault" / name).write_bytes(text.encode())
    assert Scene.run(root, "tangle").exit_code == 0


def edit(folder: Path, edits: dict[str, tuple[str, str]]) -> None:
    """Edits files as somebody would in an editor."""
    for name, (old, new) in edits.items():
        data = (folder / name).read_bytes()
        assert old.encode() in data
        (folder / name).write_bytes(data.replace(old.encode(), new.encode()))


def texts(root: Path) -> dict[str, bytes]:
    """Every file of a project but for those in its `.lierne`, by path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".lierne" not in path.relative_to(root).parts
    }
