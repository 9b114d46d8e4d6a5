"""What is made anew where a site is made again."""

from __future__ import annotations

import pytest

from lierne.site.publish import kept


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The notes that are rendered, one by one."""
    notes: list[str] = []
    render = kept.render
    monkeypatch.setattr(
        kept, "render", lambda note, asked: (notes.append(note.path), render(note, asked))[1]
    )
    return notes
