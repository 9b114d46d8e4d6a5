from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lierne.base import disk, swap
from lierne.base.disk import (
    BusyError,
    ChangedError,
    SavedError,
    put_file,
    read_file,
    remove_file,
    write_file,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOOLS = Path(__file__).parents[2] / "tools"


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def umask() -> Iterator[Callable[[int], None]]:
    before = os.umask(0o022)
    os.umask(before)
    yield lambda mask: void(os.umask(mask))
    os.umask(before)


def void(_: object) -> None:
    """Throws a value away."""


class TestWrite:
    def test_a_new_file_gets_its_folders_and_the_usual_mode(
        self, tmp_path: Path, umask: Callable[[int], None]
    ) -> None:
        umask(0o027)

        write_file(tmp_path / "a/b/x.py", b"x\n", None)
        write_file(tmp_path / "a/run", b"#!", None, executable=True)

        assert (tmp_path / "a/b/x.py").read_bytes() == b"x\n"
        assert mode(tmp_path / "a/b/x.py") == 0o640
        assert mode(tmp_path / "a/run") == 0o750
        assert names(tmp_path) == ["a", "a/b", "a/b/x.py", "a/run"]

    @pytest.mark.parametrize(
        ("had", "executable", "gets"),
        [
            (0o600, False, 0o600),
            (0o664, False, 0o664),
            (0o640, True, 0o750),
            (0o755, False, 0o755),
            (0o4755, False, 0o755),
            (0o400, False, 0o400),
        ],
    )
    def test_a_file_keeps_its_mode(
        self, tmp_path: Path, had: int, executable: bool, gets: int
    ) -> None:
        path = tmp_path / "x"
        path.write_bytes(b"old")
        path.chmod(had)

        write_file(path, b"new", b"old", executable=executable, precious=True)

        assert path.read_bytes() == b"new"
        assert mode(path) == gets

    def test_what_was_changed_meanwhile_stays(self, tmp_path: Path) -> None:
        path = tmp_path / "x"
        path.write_bytes(b"theirs")

        with pytest.raises(ChangedError, match="changed just now"):
            write_file(path, b"ours", b"old")
        with pytest.raises(ChangedError):
            write_file(path, b"ours", None)
        with pytest.raises(ChangedError):
            remove_file(path, b"old", tmp_path)

        assert path.read_bytes() == b"theirs"
        assert names(tmp_path) == ["x"]

    def test_nothing_is_read_or_written_through_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "real").write_bytes(b"old")
        (tmp_path / "link").symlink_to("real")

        with pytest.raises(OSError, match="link"):
            read_file(tmp_path / "link")
        with pytest.raises(OSError, match="link"):
            write_file(tmp_path / "link", b"new", b"old")

        assert (tmp_path / "real").read_bytes() == b"old"
        assert (tmp_path / "link").is_symlink()

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
    @pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
    def test_what_is_no_file_is_refused_at_once_and_let_go(self, tmp_path: Path, kind: str) -> None:
        path = Path(os.devnull) if kind == "device" else tmp_path / "x"
        {"folder": os.mkdir, "pipe": os.mkfifo, "device": os.stat}[kind](path)
        before = len(list(Path("/dev/fd").iterdir()))

        for _ in range(3):
            with pytest.raises(OSError, match="it is no file"):
                read_file(path)

        assert len(list(Path("/dev/fd").iterdir())) == before

    def test_the_other_name_of_a_file_keeps_the_old_text(self, tmp_path: Path) -> None:
        (tmp_path / "one").write_bytes(b"old")
        (tmp_path / "two").hardlink_to(tmp_path / "one")

        write_file(tmp_path / "two", b"new", b"old")

        assert (tmp_path / "one").read_bytes() == b"old"

    def test_a_planted_temporary_link_is_not_followed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "victim").write_bytes(b"safe")
        write_file(tmp_path / "x", b"1", None)
        temporary: list[Path] = []

        def look(path: Path, *_: Any, **__: Any) -> None:
            temporary.append(path)
            raise OSError(errno.EIO, "stop", str(path))

        with monkeypatch.context() as patch:
            patch.setattr(disk, "_write_new", look)
            with pytest.raises(OSError, match="stop"):
                write_file(tmp_path / "x", b"2", b"1")
        temporary[0].symlink_to(tmp_path / "victim")

        write_file(tmp_path / "x", b"2", b"1")

        assert (tmp_path / "victim").read_bytes() == b"safe"
        assert (tmp_path / "x").read_bytes() == b"2"

    def test_removing_takes_empty_folders_along_up_to_the_one_to_keep(self, tmp_path: Path) -> None:
        write_file(tmp_path / "src/a/b/c.py", b"c", None)
        write_file(tmp_path / "src/a/d.py", b"d", None)

        remove_file(tmp_path / "src/a/b/c.py", b"c", tmp_path / "src")
        assert names(tmp_path) == ["src", "src/a", "src/a/d.py"]

        remove_file(tmp_path / "src/a/d.py", b"d", tmp_path / "src")
        assert names(tmp_path) == ["src"]

    def test_what_an_interrupted_run_left_is_taken_away(self, tmp_path: Path) -> None:
        path = tmp_path / "x"
        path.write_bytes(b"new")
        disk._temporary(path).write_bytes(b"half")
        disk._beside(path).write_bytes(b"old")

        disk.settle(path, lambda data: data == b"old")

        assert names(tmp_path) == ["x"]

    def test_what_an_editor_saved_into_it_is_given_a_name_that_people_see(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "x"
        for saved in (b"saved", b"saved again"):
            disk._beside(path).write_bytes(saved)
            with pytest.raises(SavedError, match=r"somebody saved it .* in `x.saved"):
                disk.settle(path, lambda data: data == b"old")

        assert (tmp_path / "x.saved").read_bytes() == b"saved"
        assert (tmp_path / "x.saved2").read_bytes() == b"saved again"
        assert names(tmp_path) == ["x.saved", "x.saved2"]


class TestPut:
    def test_it_stands_whole_in_its_place_whatever_was_there(self, tmp_path: Path) -> None:
        (tmp_path / "from").write_bytes(b"copied")
        for data in (b"made", tmp_path / "from"):
            put_file(tmp_path / "site/a/x", data)

        assert (tmp_path / "site/a/x").read_bytes() == b"copied"
        assert names(tmp_path) == ["from", "site", "site/a", "site/a/x"]

    def test_what_cannot_be_written_leaves_all_as_it_was(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put_file(tmp_path / "x", b"old")

        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "full")

        monkeypatch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="full"):
            put_file(tmp_path / "x", b"new")

        assert (tmp_path / "x").read_bytes() == b"old"
        assert names(tmp_path) == ["x"]

    @pytest.mark.skipif(os.name == "nt", reason="links need rights there")
    def test_it_is_not_written_through_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "other").write_bytes(b"mine")
        for place in (tmp_path / "x", disk._temporary(tmp_path / "x")):
            place.symlink_to(tmp_path / "other")
        for data in (b"made", tmp_path / "other"):
            put_file(tmp_path / "x", data)

        assert (tmp_path / "other").read_bytes() == b"mine"
        assert not (tmp_path / "x").is_symlink()


@pytest.mark.parametrize("disk_knows", ["exchange", "links"])
class TestEditor:
    """Somebody saves while we write; `disk_knows` is what the disk can do with names."""

    @pytest.fixture(autouse=True)
    def path(self, tmp_path: Path, disk_knows: str, monkeypatch: pytest.MonkeyPatch) -> Path:
        if disk_knows == "links":
            monkeypatch.setattr(swap, "_exchange", lambda *_: False)
        (tmp_path / "x").write_bytes(b"old")
        return tmp_path / "x"

    def test_what_stood_there_is_kept_until_it_is_let_go(self, path: Path) -> None:
        kept = write_file(path, b"new", b"old")

        assert kept is not None
        assert path.read_bytes() == b"new"
        assert disk._beside(path).read_bytes() == b"old"
        kept.let_go()
        assert names(path.parent) == ["x"]

    @pytest.mark.parametrize("removed", [False, True])
    def test_a_file_saved_in_the_last_moment_stays(
        self, path: Path, removed: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compare = disk._compare

        def late(path: Path, before: bytes | None) -> None:
            compare(path, before)
            (path.parent / "theirs").write_bytes(b"saved")
            (path.parent / "theirs").replace(path)

        monkeypatch.setattr(disk, "_compare", late)
        last = path.parent if removed else None
        with pytest.raises(ChangedError, match="changed just now"):
            remove_file(path, b"old", last) if last else write_file(path, b"new", b"old")

        assert path.read_bytes() == b"saved"
        assert names(path.parent) == ["x"]

    def test_an_editor_that_had_opened_it_saves_into_the_file_that_stands_then(
        self, path: Path
    ) -> None:
        with path.open("r+b") as editor:
            kept = write_file(path, b"new", b"old")
            assert kept is not None
            editor.write(b"saved")
            editor.flush()
            with pytest.raises(ChangedError, match="changed just now"):
                kept.let_go()
            editor.write(b", and more")

        assert path.read_bytes() == b"saved, and more"
        assert names(path.parent) == ["x"]

    def test_of_two_that_saved_none_is_lost(self, path: Path) -> None:
        with path.open("r+b") as editor:
            kept = write_file(path, b"new", b"old")
            assert kept is not None
            editor.write(b"saved")
        path.write_bytes(b"saved by another")
        with pytest.raises(SavedError, match=r"what was saved is in `x.saved`"):
            kept.let_go()

        assert path.read_bytes() == b"saved"
        assert (path.parent / "x.saved").read_bytes() == b"saved by another"
        assert names(path.parent) == ["x", "x.saved"]

    def test_a_file_that_was_renamed_meanwhile_is_there_twice(self, path: Path) -> None:
        with path.open("r+b") as editor:
            kept = write_file(path, b"new", b"old")
            path.rename(path.with_name("y"))
            editor.write(b"saved")
        assert kept is not None
        with pytest.raises(ChangedError):
            kept.let_go()

        assert path.read_bytes() == b"saved"
        assert path.with_name("y").read_bytes() == b"new"

    def test_a_new_file_takes_no_place_that_was_just_taken(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(disk, "_compare", lambda *_: None)

        with pytest.raises(ChangedError, match="changed just now"):
            write_file(path, b"new", None)

        assert path.read_bytes() == b"old"
        assert names(path.parent) == ["x"]


def test_where_a_file_can_have_but_one_name_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    monkeypatch.setattr(swap, "_exchange", lambda *_: False)
    monkeypatch.setattr(swap, "_link", lambda *_: False)

    write_file(path, b"old", None)
    kept = write_file(path, b"new", b"old")

    assert kept is not None
    kept.let_go()
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["x"]


class TestFaults:
    @pytest.mark.parametrize(
        "code", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EMFILE]
    )
    @pytest.mark.parametrize(
        "call", ["open", "fdopen", "write", "fsync", "rename", "chmod", "mkdir"]
    )
    def test_every_failing_call_leaves_the_old_file_and_no_litter(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
    ) -> None:
        path = tmp_path / ("new/x" if call == "mkdir" else "x")
        before = None if call == "mkdir" else b"old"
        if before is not None:
            path.write_bytes(before)

        def fail(*_: Any, **__: Any) -> Any:
            raise OSError(code, os.strerror(code), "temporary")

        with monkeypatch.context() as patch:
            owner: Any = Path if call in ("rename", "chmod", "mkdir") else os
            if call == "write":
                patch.setattr(disk, "_write_new", _half_written(code))
            else:
                patch.setattr(owner, {"rename": "replace"}.get(call, call), fail)
            with pytest.raises(OSError, match=os.strerror(code)) as caught:
                write_file(path, b"new", before, precious=True)

        assert caught.value.errno == code
        assert str(caught.value.filename) == str(path)
        assert names(tmp_path) == (["x"] if before is not None else [])
        assert read_file(path) == before

    def test_a_full_disk_leaves_the_old_file(self, tmp_path: Path) -> None:
        path = tmp_path / "x"
        path.write_bytes(b"old")
        script = (
            "import resource, signal, sys\n"
            "from pathlib import Path\n"
            "from lierne.base.disk import write_file\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
            "write_file(Path(sys.argv[1]), b'new' * 9000, b'old')\n"
        )

        run = subprocess.run(
            [sys.executable, "-c", script, str(path)],
            env={**os.environ, "PYTHONPATH": str(TOOLS)},
            capture_output=True,
            text=True,
            check=False,
        )

        assert "File too large" in run.stderr
        assert path.read_bytes() == b"old"
        assert names(tmp_path) == ["x"]

    def test_killed_at_any_moment_a_file_is_old_or_new(self, tmp_path: Path) -> None:
        path = tmp_path / "x"
        old, new = b"old\n" * 50_000, b"new\n" * 50_000
        path.write_bytes(old)
        script = (
            "import sys\n"
            "from pathlib import Path\n"
            "from lierne.base.disk import read_file, write_file\n"
            "path = Path(sys.argv[1])\n"
            "print('ready', flush=True)\n"
            "while True:\n"
            "    for text in (b'new\\n' * 50_000, b'old\\n' * 50_000):\n"
            "        write_file(path, text, read_file(path))\n"
        )
        for delay in (0.001, 0.005, 0.02):
            with subprocess.Popen(
                [sys.executable, "-c", script, str(path)],
                env={**os.environ, "PYTHONPATH": str(TOOLS)},
                stdout=subprocess.PIPE,
            ) as child:
                assert child.stdout is not None
                child.stdout.readline()
                with pytest.raises(subprocess.TimeoutExpired):
                    child.wait(delay)
                child.kill()
            assert path.read_bytes() in (old, new)
        disk.settle(path, (old, new).__contains__)
        assert names(tmp_path) == ["x"]


class TestLock:
    def test_the_second_process_is_told_who_is_at_it(self, tmp_path: Path) -> None:
        script = (
            "import sys\n"
            "from pathlib import Path\n"
            "from lierne.base.disk import lock\n"
            "with lock(Path(sys.argv[1]), 'watch'):\n"
            "    print('held', flush=True)\n"
            "    sys.stdin.read()\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
            env={**os.environ, "PYTHONPATH": str(TOOLS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as child:
            assert child.stdout is not None
            child.stdout.readline()
            with pytest.raises(BusyError) as caught, disk.lock(tmp_path, "tangle"):
                pass
            child.kill()

        assert f"lierne watch (process {child.pid})" in str(caught.value)
        with disk.lock(tmp_path, "tangle"):  # a killed process holds nothing
            pass

    def test_our_folder_is_kept_out_of_git(self, tmp_path: Path) -> None:
        with disk.lock(tmp_path, "tangle"):
            pass

        assert (tmp_path / ".lierne/.gitignore").read_text() == "*\n"

    def test_our_folder_is_made_by_two_at_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = disk._compare

        def other(path: Path, before: bytes | None) -> None:
            monkeypatch.setattr(disk, "_compare", real)
            disk.own_folder(tmp_path)
            real(path, before)

        monkeypatch.setattr(disk, "_compare", other)
        with disk.lock(tmp_path, "tangle"):
            pass

        assert names(tmp_path / ".lierne") == [".gitignore", "lock"]

    def test_our_folder_is_no_link(self, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "project").mkdir()
        (tmp_path / "project/.lierne").symlink_to(tmp_path / "elsewhere")

        with pytest.raises(OSError, match="link"), disk.lock(tmp_path / "project", "tangle"):
            pass

        assert names(tmp_path / "elsewhere") == []


def _half_written(code: int) -> Callable[..., None]:
    def fail(path: Path, data: bytes, *_: Any, **__: Any) -> None:
        path.write_bytes(data[:1])
        raise OSError(code, os.strerror(code), str(path))

    return fail
