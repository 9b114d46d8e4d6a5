from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lierne.base.config import Config
from lierne.base.text import Text
from lierne.code.tangle import Tangled, tangle
from lierne.read.parser import parse
from lierne.read.resolve import Names
from lierne.read.scan import outline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lierne.read.note import Outline

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
