"""Names of files: given, and exchanged, so that what a name stood for is never gone."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
"""How it is said that a disk cannot give a file two names, or exchange two files."""


def give_name(file: Path, name: Path) -> None:
    """Gives a file another name.

    Raises:
        FileExistsError: Another file has that name.
        OSError: The folder may not be written.
    """
    if _link(file, name):
        file.unlink()
    elif name.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(name))
    else:
        file.replace(name)


def swap(one: Path, other: Path, spare: Path) -> None:
    """Exchanges two files of a folder, in one step where the system and the disk can.

    Args:
        one: A file that is never missing meanwhile.
        other: The other; where the disk cannot keep what was `one`, it is gone afterwards.
        spare: A name that may be used.

    Raises:
        OSError: The folder may not be written; then they are as they were.
    """
    if _exchange(one, other):
        return
    spare.unlink(missing_ok=True)
    linked = _link(one, spare)
    other.replace(one)
    if linked:
        spare.replace(other)


def _exchange(one: Path, other: Path) -> bool:
    if sys.platform == "win32":
        return False
    import ctypes  # noqa: PLC0415 - where nothing is written it is not needed

    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):  # Linux
        failed = library.renameat2(-100, names[0], -100, names[1], 2)
    elif hasattr(library, "renamex_np"):  # macOS
        failed = library.renamex_np(*names, 2)
    else:
        return False
    code = ctypes.get_errno()
    if failed and code not in _CANNOT:
        raise OSError(code, os.strerror(code), str(one))
    return not failed


def _link(file: Path, name: Path) -> bool:
    try:
        name.hardlink_to(file)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
        return False
    return True
