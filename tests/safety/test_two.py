"""Two at work on one project at once: two commands, or a command and an editor."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from lierne.base.disk import read_file
from lierne.base.plan import Change, Plan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Figures
    from tests.safety.conftest import Scene


@pytest.mark.parametrize("other", ["tangle", "stitch"])
@pytest.mark.parametrize(
    "rounds", [1, pytest.param(40, marks=[pytest.mark.stress, pytest.mark.timeout(900)])]
)
def test_two_commands_at_once(
    rounds: int, scene: Scene, other: str, tmp_path: Path, figures: Figures
) -> None:
    """One of them waits or is told who is at work; what both leave is what one after the other do.

    A tangle that comes first finds edited targets, says so, and leaves them alone.
    """
    root, wrong, kept_out = tmp_path / "project", [], 0
    for round_ in range(rounds):
        scene.again(root)
        children = [scene.start(root, command) for command in (scene.command, other)]
        for child in children:
            _, said = child.communicate()
            busy = "is writing to this project" in said
            kept_out += busy
            if (child.returncode == 2) != busy or child.returncode > 2:
                wrong.append(f"{round_}: ends with {child.returncode}: {said}")
        wrong += [f"{round_}: {mark!r} is lost" for mark in scene.lost(root)]
        scene.run(root, scene.command)
        scene.run(root, "tangle")
        if scene.lost(root) or scene.run(root, "tangle", "--check").exit_code:
            wrong.append(f"{round_}: the sides differ")

    figures(
        f"{scene.command} and {other} at once",
        rounds=rounds,
        kept_out=kept_out,
        lost=len(wrong),
    )
    assert wrong == []


EDITOR = """
import os, sys, time
from pathlib import Path

path, count, seconds, way = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
for number in range(count):
    line = f"SAVED {number}.\\n".encode()
    if way == "in place":
        with path.open("ab") as file:
            file.write(line)
    else:
        new = path.with_name("swap file")
        new.write_bytes(path.read_bytes() + line)
        new.replace(path)
    time.sleep(seconds)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody replace a file that is open")
@pytest.mark.parametrize("way", ["in place", "by a new file"])
@pytest.mark.parametrize(
    ("count", "seconds"),
    [(40, 0.01), pytest.param(1500, 0.002, marks=[pytest.mark.stress, pytest.mark.timeout(600)])],
)
def test_an_editor_saves_a_note_again_and_again_while_it_is_rewritten(
    count: int,
    seconds: float,
    way: str,
    tmp_path: Path,
    figures: Figures,
) -> None:
    """Far more often than any person does, and it is rewritten without a pause.

    An editor that writes a new file puts it in the place of what it has read before: what we wrote
    in between is its to lose. What it saves is ours to keep.
    """
    note = tmp_path / "Note.md"
    note.write_bytes(b"Rewritten 0 times.\n")
    command = [sys.executable, "-c", EDITOR, str(note), str(count), str(seconds), way]
    written = refused = 0
    begin = time.monotonic()
    with subprocess.Popen(command) as editor:
        while editor.poll() is None:
            before = read_file(note) or b""
            rest = before.partition(b"\n")[2]
            after = b"Rewritten %d times.\n" % (written + 1) + rest
            failures = Plan(tmp_path, (Change("Note.md", before, after, note=True),)).carry_out()
            written += not failures
            refused += bool(failures)
    rate = count / (time.monotonic() - begin)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent == tmp_path]
    kept = b"\n".join(path.read_bytes() for path in files)
    lost = [number for number in range(count) if b"SAVED %d.\n" % number not in kept]

    figures(
        f"an editor saves {way} {rate:,.0f} times a second while a note is rewritten",
        saved=count,
        rewritten=written,
        given_way=refused,
        beside_it=sum(".saved" in path.name for path in files),
        lost=len(lost),
    )
    assert not [path.name for path in files if path.name.startswith(".lierne")]
    assert written + refused
    assert lost == []
