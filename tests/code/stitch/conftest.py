from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import lierne.base.plan
from lierne.base.config import Config
from lierne.code.stitch.stitch import stitch
from lierne.code.targets.last import plan
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lierne.base.plan import Plan

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, where there is one


@dataclass
class Project:
    """A small project on the disk, whose notes lie in `vault`."""

    root: Path
    plans: list[Plan] = field(default_factory=list)
    """All that was carried out."""

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for path, text in files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    @property
    def vault(self) -> Vault:
        return Vault(Config(self.root, vault="vault"))

    def tangle(self) -> Plan:
        return self._carry_out(plan(self.vault))

    def stitch(self, *, markers: bool = False) -> Plan:
        return self._carry_out(stitch(self.vault, markers=markers))

    def files(self) -> dict[str, str]:
        """Every file but the tool's own."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if path.is_file() and not name.startswith(".lierne"):
                found[name] = self.read(name)
        return found

    def clear(self) -> None:
        for path in self.root.iterdir():
            shutil.rmtree(path)

    def _carry_out(self, made: Plan) -> Plan:
        assert made.carry_out() == []
        self.plans.append(made)
        return made


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project in memory, where there is a disk for that; nobody edits it meanwhile."""
    monkeypatch.setattr(lierne.base.plan, "_SECONDS_TO_SAVE", 0)
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Project(Path(folder))
