"""Vaults made of a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lierne.base.config import find
from lierne.code.tangle import tangle
from lierne.graph.build import build
from lierne.read.vault.vault import Vault
from lierne.site.pages.publication import Publication, publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes files by path; gives their folder."""

    def writer(files: dict[str, str]) -> Path:
        for path, text in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8", newline="\n")
        return tmp_path

    return writer


@pytest.fixture
def published(write: Callable[..., Path]) -> Callable[..., Publication]:
    """Makes the site of a vault of these files."""

    def publisher(files: dict[str, str], **how: object) -> Publication:
        vault = Vault(find(write(files)))
        tangled = tangle(vault.outlines(), vault.names, vault.config)
        return publish(vault, tangled, build(vault, tangled), **how)

    return publisher
