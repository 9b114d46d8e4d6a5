"""All that writes files: whole files or none, under one lock, never through a link.

A crash, a full disk or a second process leaves each file as it was or as it was to be. An editor
that saves while we write has the last word: what stood in a file's place is kept beside it until
nobody can be saving into it any more, and is given back if somebody was.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from lierne.base.swap import give_name, swap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FOLDER = ".lierne"
_PIECE = 1 << 20
_LOOK_AGAIN = 0.02
"""After how many seconds a lock that somebody holds is tried again."""
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


class BusyError(OSError):
    """Another process is writing to this project; the message says which one."""


class ChangedError(OSError):
    """A file is no longer what it was when the plan was made, so it was left alone."""


class SavedError(OSError):
    """Somebody saved a file while it was written; the message says where that text is."""


def digest(data: bytes) -> bytes:
    """What is the same for two files only if their bytes are."""
    return hashlib.blake2b(data, digest_size=16).digest()


def read_file(path: str | Path) -> bytes | None:
    """A file's bytes, None where there is none.

    Raises:
        OSError: It cannot be read, or is a link, a folder, a device or a pipe.
    """
    try:
        handle = os.open(path, os.O_RDONLY | _NO_LINK | _NO_WAIT | _BINARY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no file", str(path))
        # A file object would take twice as long.
        return b"".join(iter(lambda: os.read(handle, _PIECE), b""))
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Kept:
    """What stood in the place of a file that was written: it lies beside it, to be let go."""

    path: Path
    """The file."""
    before: bytes
    """What was in the one kept."""
    after: bytes | None
    """What was written, None where the file was removed."""

    def let_go(self) -> None:
        """Removes it, unless somebody has saved into it: then it is given back.

        Raises:
            ChangedError: Somebody has.
            SavedError: Somebody has, and into the file that was written, too.
            OSError: It cannot be read, and stays.
        """
        _look(self)
        _beside(self.path).unlink(missing_ok=True)


def write_file(
    path: Path,
    data: bytes,
    before: bytes | None,
    *,
    executable: bool = False,
    precious: bool = False,
) -> Kept | None:
    """Puts a file in the place of another in one step, with the other's mode.

    Args:
        path: Where it goes; missing folders are made.
        data: All of it.
        before: What stands there, None for nothing: if it is something else by now, it stays.
        executable: Whether everyone who may read it may also run it.
        precious: Whether to wait until the disk has it; what can be made again need not wait.

    Returns:
        What stood there, to be let go a while later.

    Raises:
        ChangedError: Something else stands there.
        OSError: The disk is full, or may not be written.
    """
    made: list[Path] = []
    temporary = _temporary(path)
    try:
        _make_folders(path.parent, made)
        _write_new(temporary, data, _mode(path, executable=executable), precious=precious)
        _compare(path, before)
        _place(temporary, path, new=before is None)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink()
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        _name(error, path)
        raise
    if precious:
        _sync(path.parent)
    if before is None:
        return None
    kept = Kept(path, before, data)
    _look(kept)
    return kept


def put_file(path: Path, data: bytes | Path) -> None:
    """Puts a file, or a copy of one, in its place as a whole; what stands there can be lost."""
    temporary = _temporary(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, bytes):
            _write_new(temporary, data, None, precious=False)
        else:
            temporary.unlink(missing_ok=True)
            shutil.copyfile(data, temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_file(path: Path, before: bytes, keep: Path) -> None:
    """Removes a file, and the folders above it that are empty then.

    Args:
        path: Which file.
        before: What stands there: if it is something else by now, it stays.
        keep: The folder that stays even if it is empty.

    Raises:
        ChangedError: Something else stands there.
        OSError: It cannot be removed.
    """
    _compare(path, before)
    path.replace(_beside(path))
    Kept(path, before, None).let_go()
    for folder in path.parents:
        if folder == keep or not folder.is_relative_to(keep):
            return
        try:
            folder.rmdir()
        except OSError:
            return


def settle(path: Path, ours: Callable[[bytes], bool]) -> None:
    """Takes away what an interrupted run left beside a file.

    Args:
        path: The file.
        ours: Whether some bytes are what we have written, or have read before.

    Raises:
        SavedError: Somebody had saved into the file that was being replaced.
        OSError: Something cannot be read or taken away.
    """
    _temporary(path).unlink(missing_ok=True)
    left = read_file(_beside(path))
    if left is not None and not ours(left):
        raise _rescue(path)
    _beside(path).unlink(missing_ok=True)


@contextmanager
def lock(root: Path, command: str, name: str = "lock", *, patience: float = 0.0) -> Iterator[None]:
    """Keeps other processes from writing to the project meanwhile.

    Args:
        root: The project.
        command: What is done, for the message that the others get.
        name: Which lock: one who holds one of them may take another.
        patience: For how many seconds to wait until another process lets go of it.

    Raises:
        BusyError: Another process holds the lock; one that ended, however it ended, does not.
        OSError: The project's folder cannot be written.
    """
    path = own_folder(root) / name
    handle = os.open(path, os.O_RDWR | os.O_CREAT | _NO_LINK | _BINARY, 0o666)
    try:
        if not _take_within(patience, handle):
            holder = os.read(handle, 200).decode("utf-8", "replace").strip()
            message = f"`{holder or 'another process'}` is writing to this project"
            raise BusyError(errno.EAGAIN, message, str(path))
        os.ftruncate(handle, 0)
        os.write(handle, f"lierne {command} (process {os.getpid()})\n".encode())
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def own_folder(root: Path) -> Path:
    """The project's folder for what is kept between two commands, made if need be.

    Raises:
        OSError: It is something else, or cannot be made.
    """
    folder = root / FOLDER
    if folder.is_symlink():
        raise OSError(errno.ELOOP, "is a link, and nothing is written through links", str(folder))
    if folder.exists() and not folder.is_dir():
        raise OSError(errno.ENOTDIR, "must be a folder; move the file away", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        with suppress(ChangedError, FileNotFoundError):  # another process makes it just now
            write_file(ignore, b"*\n", None)
    return folder


def _take_within(seconds: float, handle: int) -> bool:
    until = time.monotonic() + seconds
    while not _take(handle):
        if time.monotonic() >= until:
            return False
        time.sleep(_LOOK_AGAIN)
    return True


def _make_folders(folder: Path, made: list[Path]) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        with suppress(FileExistsError):
            path.mkdir()
            made.append(path)


def _write_new(path: Path, data: bytes, mode: int | None, *, precious: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | _BINARY
    try:
        handle = os.open(path, flags, 0o666)
    except FileExistsError:  # left by an interrupted run
        path.unlink()
        handle = os.open(path, flags, 0o666)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        if mode is not None:
            path.chmod(mode)
        if precious:
            os.fsync(file.fileno())


def _place(temporary: Path, path: Path, *, new: bool) -> None:
    """Gives a file its place; what stands there, unless it is to be new, lies beside it then."""
    if new:
        try:
            give_name(temporary, path)
        except FileExistsError:
            raise _changed(path) from None
        return
    aside = _beside(path)
    temporary.replace(aside)
    try:
        swap(path, aside, temporary)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _mode(path: Path, *, executable: bool) -> int | None:
    """The mode to give: that of the file in its place, or, if None, what is usual for new ones."""
    try:
        mode = stat.S_IMODE(path.lstat().st_mode) & 0o777  # no note passes on a setuid bit
    except (FileNotFoundError, NotADirectoryError):
        if not executable:
            return None
        mask = os.umask(0o022)  # there is no way to read it without setting it
        os.umask(mask)
        mode = 0o666 & ~mask
    return mode | (mode & 0o444) >> 2 if executable else mode


def _compare(path: Path, before: bytes | None) -> None:
    if read_file(path) != before:
        raise _changed(path)


def _changed(path: Path) -> ChangedError:
    return ChangedError(errno.EAGAIN, "it was changed just now; run the command again", str(path))


def _rescue(path: Path) -> SavedError:
    """Gives what lies beside a file a name that people see; says so."""
    for number in count(1):
        place = path.with_name(f"{path.name}.saved{number if number > 1 else ''}")
        with suppress(FileExistsError):
            give_name(_beside(path), place)
            break
    message = f"somebody saved it while it was written; what was saved is in `{place.name}`"
    return SavedError(errno.EAGAIN, message, str(path))


def _look(kept: Kept) -> None:
    """Gives back what stood in a file's place, if somebody has saved into it."""
    aside, path = _beside(kept.path), kept.path
    if read_file(aside) in (kept.before, None):  # None where the disk could not keep it
        return
    try:
        give_name(aside, path)  # if there is none any more
    except FileExistsError:
        swap(path, aside, _temporary(path))
        if read_file(aside) != kept.after:
            raise _rescue(path) from None
        aside.unlink()
    raise _changed(path)


def _sync(folder: Path) -> None:
    if sys.platform != "win32":  # it cannot open folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _beside(path: Path) -> Path:
    """Where the file lies that stood in a file's place."""
    return path.with_name(f".lierne-{_short(path)}.was")


def _temporary(path: Path) -> Path:
    return path.with_name(f".lierne-{_short(path)}.tmp")


def _short(path: Path) -> str:
    return digest(os.fsencode(path.name)).hex()[:16]


def _name(error: BaseException, path: Path) -> None:
    # The reader knows the file, not the temporary one beside it.
    if isinstance(error, OSError) and not isinstance(error, ChangedError):
        error.filename, error.filename2 = str(path), None


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> bool:
        # Behind all that is written in the file, so that others can still read who holds it.
        os.lseek(handle, 1 << 20, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
