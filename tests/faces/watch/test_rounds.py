"""One round of watching, where it needs no watcher to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lierne.base.config import Config
from lierne.faces.watch.rounds import Rounds

if TYPE_CHECKING:
    from pathlib import Path

CODE = "a = 1\nb = 2\nc = 3\n"
NOTE = f"```python file=src/x.py\n{CODE}```\n"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault/N.md").write_text(NOTE)
    return Config(tmp_path, vault="vault")


@pytest.mark.parametrize("part", ["", "a = 1\nb = 2", "a = 1\nb = 3"])
def test_a_target_that_is_saved_in_two_parts_is_stitched_as_a_whole(
    config: Config, part: str
) -> None:
    rounds, target = Rounds(), config.root / "src/x.py"
    rounds.round(config, ())

    target.write_text(part)
    first = rounds.round(config, ["src/x.py"])
    assert (first.again, first.changes, target.read_text()) == (True, (), part)

    target.write_text(CODE.replace("2", "22"))
    second = rounds.round(config, ["src/x.py"])
    assert [change.path for change in second.changes] == ["vault/N.md"]
    assert (config.root / "vault/N.md").read_text() == NOTE.replace("2", "22")


def test_a_target_whose_last_line_stays_without_an_end_is_stitched(config: Config) -> None:
    rounds, target = Rounds(), config.root / "src/x.py"
    rounds.round(config, ())
    target.write_text("a = 1\nb = 22")

    assert rounds.round(config, ["src/x.py"]).again
    done = rounds.round(config, ())

    assert not done.again
    assert (
        config.root / "vault/N.md"
    ).read_text() == "```python file=src/x.py\na = 1\nb = 22\n```\n"
