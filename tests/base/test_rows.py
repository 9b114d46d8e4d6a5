"""What earlier commands have made is taken only where it would be made the same again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lierne.base import rows
from lierne.base.rows import Rows, state
from lierne.base.store import Store

if TYPE_CHECKING:
    from pathlib import Path

ROW = {"text": "é\n\0", "many": [1, 2.5, None, True]}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A project in which something is kept."""
    one = Rows(tmp_path, "things")
    one.put("a b", "1", ROW)
    one.put("c", "1", [])
    one.write(lambda _: True)
    return tmp_path


def test_what_was_made_of_the_same_comes_back(kept: Path) -> None:
    there = Rows(kept, "things")

    assert there.read("a b", "1") == ROW
    assert there.read("a b", "2") is None
    assert there.read("a", "1") is None
    assert Rows(kept, "others").read("a b", "1") is None


def test_what_nobody_wants_is_forgotten(kept: Path) -> None:
    there = Rows(kept, "things")
    there.put("d", "1", 1)
    there.write(lambda key: key != "c")

    with Store(kept) as store:
        assert sorted(store.all("things")) == ["a b", "d"]


def test_nothing_is_written_where_nothing_is_new(tmp_path: Path) -> None:
    Rows(tmp_path, "things").write(lambda _: True)

    assert list(tmp_path.iterdir()) == []


def test_another_state_of_the_code_uses_nothing(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "state", lambda *_: "another")

    assert Rows(kept, "things").read("a b", "1") is None


def test_a_package_has_a_part_in_the_state() -> None:
    assert state("markdown-it-py") != state("pyyaml") != state("there is no such package")


def test_damage_is_nothing(kept: Path) -> None:
    with Store(kept, write=True) as store:
        whole = store.all("things")["a b"]
        for end in range(len(whole)):
            store.put({("things", "a b"): whole[:end]})
            assert Rows(kept, "things").read("a b", "1") is None, whole[:end]
        mark, _, _ = whole.partition(b"\n")
        store.put({("things", "a b"): mark + b"\n" + json.dumps(ROW).encode()})
    assert Rows(kept, "things").read("a b", "1") is None
