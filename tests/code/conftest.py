from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lierne.base.config import Config
from lierne.base.text import Text
from lierne.code.stitch.stitch import stitch
from lierne.code.tangle import Tangled, tangle
from lierne.code.targets import last
from lierne.read.parser import parse
from lierne.read.resolve import Names
from lierne.read.scan import outline
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lierne.base.plan import Plan
    from lierne.read.note import Outline

MakeClone = "Callable[[Mapping[str, str], str], Clone]"
Reader = "Callable[[Mapping[str, str]], list[Outline]]"


def read(notes: Mapping[str, str]) -> list[Outline]:
    """The outlines of notes, by their vault paths."""
    return [
        outline(parse(path, Text.decode(f"vault/{path}", text.encode())))
        for path, text in notes.items()
    ]


@pytest.fixture(scope="session")
def outlines() -> Callable[[Mapping[str, str]], list[Outline]]:
    return read


@pytest.fixture(scope="session")
def tangled() -> Callable[[Mapping[str, str]], Tangled]:
    """Tangles notes that lie in `vault`."""

    def run(notes: Mapping[str, str]) -> Tangled:
        return tangle(read(notes), Names(notes), Config(Path("/project"), vault="vault"))

    return run


class Clone:
    """A project that was committed, whose `.lierne` nobody has."""

    def __init__(self, top: Path, files: Mapping[str, str], inner: str) -> None:
        self.top = top
        self.root = top / inner
        self.config = Config(self.root, vault="vault")
        for path, text in files.items():
            self.write(path, text)
        self.git("init", "-q", "-b", "main")
        self.commit()

    def git(self, *arguments: str) -> None:
        """Runs git as if nobody had configured it."""
        who = {
            f"GIT_{role}_{key}": "x@y"
            for role in ("AUTHOR", "COMMITTER")
            for key in ("NAME", "EMAIL")
        }
        environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *arguments], cwd=self.top, env=environment, check=True)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "-m", "As it is now")

    def write(self, path: str, text: str | bytes) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(text.encode() if isinstance(text, str) else text)

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def tangle(self) -> Plan:
        made = last.plan(Vault(self.config))
        assert made.carry_out() == []
        return made

    def stitch(self) -> Plan:
        made = stitch(Vault(self.config))
        assert made.carry_out() == []
        return made


@pytest.fixture
def make_clone(tmp_path: Path) -> Callable[..., Clone]:
    """Makes a repository of these files, in whose folder `inner` the project lies."""
    return lambda files, inner=".": Clone(tmp_path, files, inner)
