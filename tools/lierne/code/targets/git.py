"""Reads the last commit of a project that lies in a git repository; runs nothing but git itself.

No hook, filter or pager is run, nothing is fetched, and names go through no shell. Where git is
missing, or will not answer, there is no commit.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECONDS = 60
_ENTRY = re.compile(rb"100(?:644|755) blob ([0-9a-f]+)\t(.+)", re.DOTALL)  # no link, no submodule


def committed(root: Path) -> dict[str, str]:
    """The id of each file's text in the last commit, by its path from the project's root."""
    entries = map(_ENTRY.fullmatch, _git(root, "ls-tree", "-r", "-z", "HEAD").split(b"\0"))
    return {os.fsdecode(entry[2]): entry[1].decode("ascii") for entry in entries if entry}


def texts(root: Path, ids: Iterable[str]) -> dict[str, bytes]:
    """The texts of these ids; what git does not have here is left out."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    answer = _git(root, "cat-file", "--batch", given="".join(f"{text}\n" for text in wanted))
    found, position = {}, 0
    for text in wanted:
        end = answer.find(b"\n", position)
        if end < 0:
            break
        about, position = answer[position:end].split(), end + 1
        if len(about) == 3:  # id, kind and size; otherwise it is missing
            size = int(about[2])
            found[text] = answer[position : position + size]
            position += size + 1
    return found


def is_blob(text: str, data: bytes) -> bool:
    """Whether an id is that of a text, as git would give it."""
    make = {40: "sha1", 64: "sha256"}.get(len(text))  # whichever the repository was made with
    if make is None:
        return False
    made = hashlib.new(make, b"blob %d\0" % len(data), usedforsecurity=False)
    made.update(data)
    return made.hexdigest() == text


def is_busy(root: Path) -> bool:
    """Whether git is changing files of the project just now, as when it checks out a branch."""
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.is_file():  # a second work tree: it says where the rest is
            try:
                git = folder / git.read_text("utf-8").removeprefix("gitdir:").strip()
            except (OSError, UnicodeDecodeError):
                return False
        if git.is_dir():
            return (git / "index.lock").exists()
    return False


def _git(root: Path, *arguments: str, given: str = "") -> bytes:
    import shutil  # noqa: PLC0415 - slow to import, and git is seldom asked
    import subprocess  # noqa: PLC0415 - as above

    program = shutil.which("git")
    if program is None or not Path(program).is_absolute():  # never one that lies in the project
        return b""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - git, with words of ours alone
            [program, *arguments],
            cwd=root,
            env={**own, "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"},
            input=given.encode("ascii"),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return b""
    return done.stdout
