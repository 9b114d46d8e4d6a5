"""A command that is killed: no file is torn, no edit is lost, and the same command finishes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Figures
    from tests.safety.conftest import Scene

BASE = str(Path(__file__).parents[2] / "tools/lierne/base")
ALL = 1_000_000

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no fork, and no kill -9")


def at_each_line(do: Callable[[int], None]) -> None:
    """Counts the lines that are run in what writes, and calls with each count before the line."""
    count = 0

    def in_frame(_: Any, event: str, __: Any) -> Any:
        nonlocal count
        if event == "line":
            count += 1
            do(count)
        return in_frame

    def trace(frame: Any, *_: Any) -> Any:
        name = frame.f_code.co_filename
        return in_frame if name.startswith(BASE) and name.endswith(WRITERS) else None

    sys.settrace(trace)


WRITERS = ("disk.py", "swap.py", "plan.py", "store.py")


def killed_at(line: int, scene: Scene, root: Path) -> bool:
    """Runs the command in a fork that is killed before a line; False where it ended by itself."""
    child = os.fork()
    if child == 0:
        try:
            at_each_line(lambda n: os.kill(os.getpid(), signal.SIGKILL) if n == line else None)
            scene.run(root, scene.command)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    "most", [12, pytest.param(ALL, marks=[pytest.mark.stress, pytest.mark.timeout(1800)])]
)
def test_killed_between_two_lines(
    most: int, scene: Scene, tmp_path: Path, figures: Figures
) -> None:
    """At every line of what writes files, or at so many of them."""
    root, lines = tmp_path / "project", 0

    def reach(count: int) -> None:
        nonlocal lines
        lines = count

    try:
        at_each_line(reach)
        scene.run(scene.again(root), scene.command)
    finally:
        sys.settrace(None)
    chosen = random.Random(1).sample(range(1, lines + 1), min(most, lines))  # noqa: S311
    wrong, stuck = [], []
    for line in chosen:
        assert killed_at(line, scene, scene.again(root))
        wrong += [f"{line}: {complaint}" for complaint in scene.complaints(root)]
        stuck += [f"{line}: {complaint}" for complaint in scene.unfinished(root)]

    figures(
        f"{scene.command} killed between two lines of what writes ({lines:,} there are)",
        kills=len(chosen),
        torn_or_lost=len(wrong),
        stuck=len(stuck),
    )
    assert wrong == []
    assert stuck == []


@pytest.mark.parametrize(
    "kills", [2, pytest.param(200, marks=[pytest.mark.stress, pytest.mark.timeout(1800)])]
)
def test_killed_at_random_moments(
    kills: int, scene: Scene, tmp_path: Path, figures: Figures
) -> None:
    """As by `kill -9`, a power cut of the process, or the system that is short of memory."""
    root, chance = tmp_path / "project", random.Random(2)  # noqa: S311 - moments, no secrets
    begin = time.monotonic()
    scene.start(scene.again(root), scene.command).communicate()
    whole = time.monotonic() - begin
    wrong, stuck, done = [], [], 0
    while done < kills:
        child = scene.start(scene.again(root), scene.command)
        begin = time.monotonic()
        try:
            child.communicate(timeout=chance.uniform(whole / 3, whole))
            whole = time.monotonic() - begin  # the machine is faster than it was
            continue
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
        done += 1
        wrong += [f"{done}: {complaint}" for complaint in scene.complaints(root)]
        stuck += [f"{done}: {complaint}" for complaint in scene.unfinished(root)]

    figures(
        f"{scene.command} killed at random moments",
        kills=kills,
        torn_or_lost=len(wrong),
        stuck=len(stuck),
    )
    assert wrong == []
    assert stuck == []
