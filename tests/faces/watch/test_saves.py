"""Waiting for saves where the system does not help, and where folders come and go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lierne.base.config import Config
from lierne.faces.watch import saves

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "vault").mkdir()
    (tmp_path / "src").mkdir()
    return Config(tmp_path, vault="vault")


def test_where_the_system_cannot_watch_files_are_looked_at(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: list[bool | None] = []

    def watch(*_: str, force_polling: bool | None, **__: Any) -> Iterator[set[tuple[int, str]]]:
        ways.append(force_polling)
        if not force_polling:
            raise OSError("OS file watch limit reached")
        yield {(1, str(config.root / "vault/A.md"))}

    monkeypatch.setattr(saves, "watch", watch)
    told: list[str] = []

    assert next(saves.saves(config, told.append)) == {"vault/A.md"}
    assert ways == [None, True]
    assert len(told) == 1
    assert "watch limit" in told[0]


def test_a_save_is_told_once_its_file_is_no_longer_empty(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, gone = config.root / "vault/A.md", config.root / "vault/Gone.md"
    note.touch()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            note.write_text("whole")

    monkeypatch.setattr(saves, "watch", lambda *_, **__: iter([{(1, str(gone)), (2, str(note))}]))
    monkeypatch.setattr(saves, "HALF_SAVED", 60)
    monkeypatch.setattr(saves.time, "sleep", sleep)

    assert next(saves.saves(config, str)) == {"vault/A.md", "vault/Gone.md"}
    assert len(slept) == 3


def test_a_file_that_stays_empty_is_told_all_the_same(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = config.root / "vault/A.md"
    note.touch()
    monkeypatch.setattr(saves, "watch", lambda *_, **__: iter([{(1, str(note))}]))
    monkeypatch.setattr(saves, "HALF_SAVED", 0.1)

    assert next(saves.saves(config, str)) == {"vault/A.md"}


def test_folders_that_appear_are_watched_and_the_first_look_misses_nothing(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched: list[list[str]] = []

    def watch(*folders: str, **_: Any) -> Iterator[set[tuple[int, str]]]:
        watched.append([Path(folder).name for folder in folders])
        while True:
            yield set()

    monkeypatch.setattr(saves, "watch", watch)
    found = saves.saves(config, lambda _: None)

    assert [next(found), next(found)] == [frozenset(), None]
    (config.root / "tests").mkdir()
    assert [next(found), next(found)] == [frozenset(), None]
    assert watched == [["vault", "src"], ["vault", "src", "tests"]]


def test_a_vault_that_holds_the_targets_is_watched_once(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()

    assert saves._watched(Config(tmp_path)) == [str(tmp_path)]


def test_other_folders_can_be_watched_too(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "theme").mkdir()
    (tmp_path / "vault/pages").mkdir()
    watched: list[list[str]] = []

    def watch(*folders: str, **_: Any) -> Iterator[set[tuple[int, str]]]:
        watched.append([Path(folder).name for folder in folders])
        yield {(1, str(tmp_path / "theme/main.html"))}

    monkeypatch.setattr(saves, "watch", watch)
    also = (tmp_path / "theme", tmp_path / "vault/pages", tmp_path / "not there")

    assert next(saves.saves(config, lambda _: None, also)) == {"theme/main.html"}
    assert watched == [["vault", "src", "theme"]]
