"""The system says no: each call in turn fails, the disk is full, or cannot be written at all."""

from __future__ import annotations

import builtins
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from lierne.base import swap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Figures
    from tests.safety.conftest import Scene

ALL = 1_000_000
CODES = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EMFILE)
CALLS: list[tuple[Any, str]] = [
    *((os, name) for name in ("open", "fdopen", "fstat", "stat", "lstat", "scandir", "mkdir")),
    *((os, name) for name in ("chmod", "fsync", "ftruncate", "replace", "rename", "link")),
    *((os, name) for name in ("unlink", "rmdir", "readlink", "write")),
    *((builtins, "open"), (swap, "_exchange")),
]


@contextmanager
def each_call(do: Callable[[int, str], None]) -> Iterator[None]:
    """Calls with each count, and the name, before the system is asked for anything."""
    count = 0

    def wrapped(real: Any, name: str) -> Any:
        def call(*positional: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            do(count, name)
            return real(*positional, **named)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in CALLS:
            patch.setattr(owner, name, wrapped(getattr(owner, name), name))
        yield


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    "most", [25, pytest.param(ALL, marks=[pytest.mark.stress, pytest.mark.timeout(1800)])]
)
def test_each_call_fails_in_turn(most: int, scene: Scene, tmp_path: Path, figures: Figures) -> None:
    root, names = tmp_path / "project", dict[int, str]()
    scene.again(root)
    with each_call(names.__setitem__):
        scene.run(root, scene.command)
    faults = [(count, code) for count in names for code in CODES]
    random.Random(3).shuffle(faults)  # noqa: S311 - which come first, no secret
    wrong, stuck, ends = [], [], dict[int, int]()
    for count, code in faults[:most]:

        def fail(now: int, _: str, count: int = count, code: int = code) -> None:
            if now == count:
                raise OSError(code, os.strerror(code), "a file")

        scene.again(root)
        with each_call(fail):
            result = scene.run(root, scene.command)
        where = f"{names[count]} ({count}) {errno.errorcode[code]}"
        ends[result.exit_code] = ends.get(result.exit_code, 0) + 1
        if result.exit_code not in (0, 1, 2) or "Traceback" in result.stderr:
            wrong.append(f"{where}: ends with {result.exit_code}: {result.stderr}")
        wrong += [f"{where}: {complaint}" for complaint in scene.complaints(root, partly=True)]
        stuck += [f"{where}: {complaint}" for complaint in scene.unfinished(root)]

    figures(
        f"{scene.command} with an error at each of {len(names)} calls, {len(CODES)} kinds",
        tried=min(most, len(faults)),
        exit_codes=dict(sorted(ends.items())),
        torn_or_lost=len(wrong),
        stuck=len(stuck),
    )
    assert "\n".join(wrong) == ""
    assert "\n".join(stuck) == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no files")
@pytest.mark.parametrize(
    "step", [16_000, pytest.param(250, marks=[pytest.mark.stress, pytest.mark.timeout(900)])]
)
def test_a_disk_that_is_full_at_any_length(
    step: int, scene: Scene, tmp_path: Path, figures: Figures
) -> None:
    """No file, ours neither, can be longer than a limit: as on a disk with so much left."""
    root, wrong, stuck, ends = tmp_path / "project", [], [], dict[int, int]()
    for limit in range(0, 48_000, step):
        code = in_a_fork(lambda limit=limit: full(limit, scene, root), scene.again(root))
        ends[code] = ends.get(code, 0) + 1
        wrong += [] if code in (0, 1, 2) else [f"{limit}: ends with {code}"]
        wrong += [f"{limit}: {complaint}" for complaint in scene.complaints(root)]
        stuck += [f"{limit}: {complaint}" for complaint in scene.unfinished(root)]

    figures(
        f"{scene.command} on a disk that gets full",
        tried=sum(ends.values()),
        exit_codes=dict(sorted(ends.items())),
        torn_or_lost=len(wrong),
        stuck=len(stuck),
    )
    assert "\n".join(wrong) == ""
    assert "\n".join(stuck) == ""
    assert 2 in ends


def full(limit: int, scene: Scene, root: Path) -> int:
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return scene.run(root, scene.command).exit_code


def in_a_fork(do: Callable[[], int], _: Path) -> int:
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = do()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def read_only(root: Path) -> list[str]:
    """What to put before a command so that it finds a folder on a disk that cannot be written."""
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    before = ["unshare", "--mount", "sh", "-c", script, str(root)]
    if not shutil.which("unshare") or subprocess.run([*before, "true"], check=False).returncode:
        pytest.skip("only root, and only on Linux, may mount a disk that cannot be written")
    return before


def test_a_disk_that_cannot_be_written(scene: Scene, tmp_path: Path, figures: Figures) -> None:
    """It is an error if a file has to change, and fine if none has to."""
    root = scene.again(tmp_path / "project")
    under = read_only(root)

    with scene.start(root, scene.command, under=under) as child:
        _, said = child.communicate()

    assert (child.returncode, "Read-only file system" in said) == (2, True), said
    assert scene.complaints(root) == []
    assert scene.unfinished(root) == []
    for state in ("remembered", "forgotten"):
        if state == "forgotten":
            shutil.rmtree(root / ".lierne")
        with scene.start(root, scene.command, under=under) as child:
            _, said = child.communicate()
        assert child.returncode == 0, said
    figures(f"{scene.command} on a disk that cannot be written", tried=3, lost=0)


if sys.platform == "win32":
    CALLS.remove((os, "readlink"))
