"""Whether git is changing files of a project."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from lierne.code.targets.git import is_busy

if TYPE_CHECKING:
    from pathlib import Path


def test_git_is_at_it_as_long_as_it_holds_its_index(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    commit = ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--allow-empty", "-qm", "a"]
    for arguments in (["init", "-q", first], ["-C", first, *commit]):
        subprocess.run(["git", *arguments], check=True, capture_output=True)
    subprocess.run(["git", "worktree", "add", second], cwd=first, check=True, capture_output=True)

    for root in (first, second):
        (root / "deep").mkdir()
        path = ["git", "rev-parse", "--git-path", "index.lock"]
        lock = subprocess.run(path, cwd=root, check=True, capture_output=True, text=True)
        assert not is_busy(root / "deep")
        (root / lock.stdout.strip()).touch()
        assert is_busy(root / "deep")
        (root / lock.stdout.strip()).unlink()
    assert not is_busy(tmp_path)
