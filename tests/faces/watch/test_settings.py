"""The files with settings while a project is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.faces.watch.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_each_change_of_a_file_is_seen_once(tmp_path: Path) -> None:
    settings = Settings(tmp_path, ("one.toml", "two.yml"))

    seen = [settings.changed()]
    (tmp_path / "two.yml").write_text("a", "utf-8")
    seen += [settings.changed(), settings.changed()]
    (tmp_path / "two.yml").unlink()
    seen += [settings.changed(), settings.changed()]

    assert seen == [False, True, False, True, False]


def test_a_folder_of_that_name_is_no_file(tmp_path: Path) -> None:
    settings = Settings(tmp_path, ("one.toml",))

    (tmp_path / "one.toml").mkdir()

    assert not settings.changed()
