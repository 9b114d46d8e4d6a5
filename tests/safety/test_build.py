"""A build that is killed: the next one makes the very site that a build from nothing makes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Figures

WRITERS = (
    *(f"lierne/base/{name}.py" for name in ("disk", "store", "swap")),
    *(f"lierne/faces/mkdocs/host/{name}.py" for name in ("build", "frames")),
    *("lierne/read/vault/kept.py", "lierne/site/publish/shelf.py"),
    *("mkdocs/utils/__init__.py", "/shutil.py"),
)
SEARCH = "search/search_index.json"
"""What MkDocs' search writes by itself, not in one step."""
PLAIN = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><{0}/></svg>\n'
NOTES = {
    "Home.md": "# Home\n\n[[Add]], [[Old]] and [[New|what is new]]. #tag\n\n![[a.svg]]\n",
    "Add.md": "---\ntangle: src/add.py\n---\n# Add\n\n```python\ndef add(a, b):\n    pass\n```\n",
    "Old.md": "# Old\n\nTo be removed: ![[old.svg]]\n",
    "figures/a.svg": PLAIN.format("rect"),
    "figures/old.svg": PLAIN.format("circle"),
}
LATER = {
    "Home.md": "# Home\n\nWhat [[New]] says of [[Add]].\n\n![[a.svg]]\n",
    "New.md": "# New\n\n> [!note]\n> Not there before. #tag\n\n![[b.svg]]\n",
    "figures/a.svg": PLAIN.format("path"),
    "figures/b.svg": PLAIN.format("line"),
}
GONE = ("Old.md", "figures/old.svg")
MKDOCS = "site_name: project\ndocs_dir: vault\ntheme: {name: material, font: false}\n"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no fork, and no kill -9")


def build(root: Path, how: str) -> None:
    """Builds a site in this process."""
    os.chdir(root)
    if how == "lierne":
        from lierne.base.config import find
        from lierne.faces.commands.build import run_build

        assert run_build(find(root), -1) == 0
    else:
        from mkdocs.commands.build import build as mkdocs_build
        from mkdocs.config import load_config

        config = load_config(config_file="mkdocs.yml")
        config.plugins.on_startup(command="build", dirty=False)
        mkdocs_build(config)


def forked(do: Callable[[], object]) -> int:
    """Starts something in a fork of this process, which knows all modules already."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, 1)
            os.environ["SOURCE_DATE_EPOCH"] = "1700000000"
            do()
            code = 0
        except BaseException:  # noqa: BLE001 - it is to be seen, and to go no further
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def ended(child: int) -> int:
    """How a fork has ended: its exit code, or the signal below zero."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def built(root: Path, how: str) -> dict[str, bytes]:
    """The site after a build that nobody disturbs; one that fails is no site."""
    code = ended(forked(lambda: build(root, how)))
    return site(root) if code == 0 else {}


def site(root: Path) -> dict[str, bytes]:
    """Every file of a site, by path."""
    folder = root / "site"
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def write(folder: Path, files: dict[str, str]) -> None:
    """Saves files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


@dataclass(frozen=True)
class Scene:
    """A project that is about to be built."""

    how: str
    template: Path
    before: dict[str, bytes]
    """The site that is there."""
    after: dict[str, bytes]
    """The site that a build from nothing makes."""
    lines: int
    """How many lines are run in what writes."""

    @property
    def name(self) -> str:
        """What is killed."""
        return f"{'a later' if self.before else 'the first'} `{self.how} build`"

    def again(self, root: Path) -> Path:
        """Sets the scene up in a folder, whatever was there."""
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.template, root)
        return root

    def torn(self, root: Path) -> list[str]:
        """The files that are neither what they were nor what they are to be."""
        return [
            path
            for path, data in site(root).items()
            if data not in (self.before.get(path), self.after.get(path))
            and not (path == SEARCH or ".lierne-" in path)
        ]

    def wrong(self, root: Path) -> list[str]:
        """The files that the next build does not make as a build from nothing does."""
        now = built(root, self.how)
        return [
            path for path in now.keys() | self.after.keys() if now.get(path) != self.after.get(path)
        ]


STRESS = (pytest.mark.stress, pytest.mark.timeout(3600))
SCENES = [
    pytest.param(("lierne", "first"), id="the first"),
    pytest.param(("lierne", "later"), id="a later one"),
    pytest.param(("mkdocs", "later"), id="one of MkDocs", marks=STRESS),
]


@pytest.fixture(scope="module", params=SCENES)
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The first build of a vault, or one after a few changes."""
    how, when = request.param
    for module in ("lierne.faces.mkdocs.host.build", "lierne.faces.commands.build"):
        import_module(module)  # here, and not in each fork
    folder = tmp_path_factory.mktemp("build")
    template, clean = folder / "project", folder / "clean" / "project"
    vault = "vault" if how == "mkdocs" else "."
    if how == "mkdocs":
        write(template, {"mkdocs.yml": f"{MKDOCS}plugins: [search, lierne]\n"})
    write(template / vault, NOTES)
    before = built(template, how) if when == "later" else {}
    write(template / vault, LATER)
    for name in GONE:
        (template / vault / name).unlink()
    shutil.copytree(template, clean, ignore=shutil.ignore_patterns("site", ".lierne"))
    after = built(clean, how)
    assert "New/index.html" in after
    assert "Old/index.html" not in after
    trial = Path(shutil.copytree(template, folder / "trial" / "project"))
    told, tell = os.pipe()
    assert ended(forked(lambda: os.write(tell, b"%d" % at_each_line(trial, how)))) == 0
    assert site(trial) == after
    return Scene(how, template, before, after, int(os.read(told, 20)))


def at_each_line(root: Path, how: str, last: int = 0) -> int:
    """Builds, and counts the lines that are run in what writes; is killed before the last."""
    count = 0

    def in_frame(_: Any, event: str, __: Any) -> Any:
        nonlocal count
        if event == "line":
            count += 1
            if count == last:
                os.kill(os.getpid(), signal.SIGKILL)
        return in_frame

    sys.settrace(lambda frame, *_: in_frame if frame.f_code.co_filename.endswith(WRITERS) else None)
    build(root, how)
    sys.settrace(None)
    return count


@pytest.mark.parametrize("most", [1, pytest.param(25, marks=STRESS)])
def test_killed_between_two_lines(
    most: int, scene: Scene, tmp_path: Path, figures: Figures
) -> None:
    """At lines of what writes files: ours and MkDocs'."""
    root = tmp_path / "project"
    chosen = range(scene.lines // 2 // most, scene.lines, scene.lines // most)
    torn, wrong = [], []
    for line in chosen:
        scene.again(root)
        child = forked(lambda line=line: at_each_line(root, scene.how, line))
        assert ended(child) == -signal.SIGKILL
        torn += [f"{line}: {path}" for path in scene.torn(root)]
        wrong += [f"{line}: {path}" for path in scene.wrong(root)]

    what = f"{scene.name} killed between two lines of what writes ({scene.lines:,} there are)"
    figures(what, kills=len(chosen), torn=len(torn), wrong_after_the_next=len(wrong))
    assert wrong == []
    assert torn == [] or scene.how == "mkdocs"  # which empties the folder, and writes in place


@pytest.mark.parametrize("kills", [pytest.param(25, marks=STRESS)])
def test_killed_at_random_moments(
    kills: int, scene: Scene, tmp_path: Path, figures: Figures
) -> None:
    root, chance = tmp_path / "project", random.Random(2)  # noqa: S311 - moments, no secrets
    scene.again(root)
    begin = time.monotonic()
    assert ended(forked(lambda: build(root, scene.how))) == 0
    whole = time.monotonic() - begin
    torn, wrong, done = [], [], 0
    while done < kills:
        scene.again(root)
        child = forked(lambda: build(root, scene.how))
        time.sleep(chance.uniform(whole / 3, whole))
        os.kill(child, signal.SIGKILL)
        if ended(child) == 0:
            continue  # it was faster than usual
        done += 1
        torn += [f"{done}: {path}" for path in scene.torn(root)]
        wrong += [f"{done}: {path}" for path in scene.wrong(root)]

    what = f"{scene.name} killed at random moments"
    figures(what, kills=kills, torn=len(torn), wrong_after_the_next=len(wrong))
    assert wrong == []
    assert torn == [] or scene.how == "mkdocs"  # which empties the folder, and writes in place
