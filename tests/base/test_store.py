from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from lierne.base.disk import read_file
from lierne.base.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_it_keeps_what_is_put_in(tmp_path: Path) -> None:
    with Store(tmp_path, write=True) as store:
        store.put({("a", "x"): b"1", ("a", "y"): b"2", ("b", "x"): b"3"})
        store.put({("a", "y"): None, ("a", "x"): b"4"})

    with Store(tmp_path) as store:
        assert store.all("a") == {"x": b"4"}
        assert store.get("b", "x") == b"3"
        assert store.get("b", "y") is None


def test_reading_makes_nothing(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert store.all("a") == {}
        store.put({("a", "x"): b"1"})

    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"not a database at all, but long enough to be looked at" * 100,
        b"<<<<<<< HEAD\nSQLite format 3\0\n=======\n>>>>>>> branch\n",
        b"SQLite format 3\0" + b"\xff" * 5000,
    ],
    ids=["empty", "text", "merge marks", "torn"],
)
def test_a_damaged_store_is_an_empty_one(tmp_path: Path, damage: bytes) -> None:
    with Store(tmp_path, write=True) as store:
        store.put({("a", "x"): b"1"})
    (tmp_path / ".lierne/store.db").write_bytes(damage)

    with Store(tmp_path) as store:
        assert store.all("a") == {}
    with Store(tmp_path, write=True) as store:
        assert store.all("a") == {}
        store.put({("a", "x"): b"2"})
    with Store(tmp_path) as store:
        assert store.get("a", "x") == b"2"


def test_one_of_another_version_is_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / ".lierne").mkdir()
    database = sqlite3.connect(tmp_path / ".lierne/store.db")
    database.execute("CREATE TABLE kept (a TEXT)")
    database.execute("PRAGMA user_version = 99")
    database.close()

    with Store(tmp_path) as store:
        assert store.all("a") == {}
    with Store(tmp_path, write=True) as store:
        store.put({("a", "x"): b"2"})
        assert store.all("a") == {"x": b"2"}


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("name", ["store.db", "store.db-journal", "store.db-wal"])
def test_it_is_no_link(tmp_path: Path, name: str, there: bool) -> None:
    """Else a downloaded project would have us write into a database of somebody's."""
    theirs, project = tmp_path / "theirs.db", tmp_path / "project"
    if there:
        database = sqlite3.connect(theirs)
        database.execute("CREATE TABLE mine (a TEXT)")
        database.close()
    before = read_file(theirs)
    (project / ".lierne").mkdir(parents=True)
    (project / ".lierne" / name).symlink_to(theirs)

    with Store(project) as store:
        assert store.all("a") == {}
    with Store(project, write=True) as store:
        store.put({("a", "x"): b"1"})

    assert read_file(theirs) == before
    assert not (project / ".lierne" / name).is_symlink()
    with Store(project) as store:
        assert store.get("a", "x") == b"1"


def test_it_is_not_made_in_a_folder_that_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "project/.lierne").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="link"):
        Store(tmp_path / "project", write=True)

    assert names(tmp_path / "elsewhere") == []


def test_it_is_not_read_in_a_folder_that_is_a_link(tmp_path: Path) -> None:
    with Store(tmp_path / "theirs", write=True) as store:
        store.put({("a", "x"): b"1"})
    (tmp_path / "project").mkdir()
    (tmp_path / "project/.lierne").symlink_to(tmp_path / "theirs/.lierne")

    with Store(tmp_path / "project") as store:
        assert store.all("a") == {}


def test_values_of_another_kind_are_none(tmp_path: Path) -> None:
    with Store(tmp_path, write=True) as store:
        store.put({("a", "x"): b"1"})
    database = sqlite3.connect(tmp_path / ".lierne/store.db")
    with database:
        database.execute("UPDATE kept SET value = 12")
    database.close()

    with Store(tmp_path) as store:
        assert store.all("a") == {}
        assert store.get("a", "x") is None
