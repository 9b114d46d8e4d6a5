"""The site in memory: other plugins and pages that are no notes are as in a site that is built."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lierne.base.config import find
from lierne.faces.mkdocs.host.build import build
from lierne.faces.mkdocs.host.warm import Warm
from lierne.read import parser
from lierne.read.vault.kept import KeptNotes
from lierne.read.vault.vault import Vault
from lierne.site.publish import kept as pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOOK = """
def on_page_markdown(markdown, page, **_):
    page.meta["seen"] = "in the text"
    return markdown + "\\n\\nby a hook"

def on_env(env, **_):
    env.filters["loud"] = str.upper
    return env

def on_post_page(output, page, **_):
    return output.replace("</body>", f"<i>after {page.title}</i></body>")

def on_post_build(config, **_):
    from pathlib import Path
    (Path(config.site_dir) / "made.txt").write_text("by a hook")
"""
FILES = {
    "lierne.toml": 'vault = "vault"\n',
    "hook.py": HOOK,
    "over/main.html": '{% extends "base.html" %}{% block footer %}{{ "foot"|loud }}{% endblock %}',
    "docs/index.md": "# By hand\n\nquince\n",
    "docs/second.md": "# Second\n\nmedlar\n",
    "vault/Note.md": "# A note\n\n[[Other]]\n",
    "vault/Other.md": "# Other\n",
    "mkdocs.yml": "site_name: S\nhooks: [hook.py]\nplugins: [search, lierne]\n"
    "theme: {name: material, custom_dir: over}\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture
def warm(folder: Path) -> Iterator[Warm]:
    with Warm(find(folder), 0) as warm:
        warm.url = "http://127.0.0.1:1/"
        warm.load(Vault(find(folder)))
        yield warm


def page(warm: Warm, place: str) -> str:
    found = warm.get(f"{place}index.html")
    assert isinstance(found, bytes)
    return found.decode()


def entries(warm: Warm) -> list[str]:
    found = warm.get("search/search_index.json")
    assert isinstance(found, bytes)
    return [entry["location"] for entry in json.loads(found)["docs"]]


def test_other_plugins_and_templates_see_each_page(warm: Warm) -> None:
    for place, title in {"": "By hand", "second/": "Second", "Note/": "A note"}.items():
        html = page(warm, place)
        assert f"<i>after {title}</i>" in html
        assert "FOOT" in html
    assert "by a hook" in page(warm, "second/")
    assert warm.get("made.txt") == b"by a hook"
    assert warm.get("unmade.txt") is None


def test_pages_of_both_kinds_are_fresh_and_are_searched_once(warm: Warm, folder: Path) -> None:
    before = page(warm, "Note/")
    assert page(warm, "second/")
    for number in range(3):
        (folder / "docs/second.md").write_text(f"# Number {number}\n\nmedlar {number}\n")
        (folder / "vault/Other.md").write_text(f"# Other {number}\n\n[[Note]]\n")
        warm.again(Vault(find(folder)))
        assert f"medlar {number}" in page(warm, "second/")
        assert f"Other {number}" in page(warm, "Other/")
        found = entries(warm)
        assert len(found) == len(set(found))
        assert {"second/", "Note/", "Other/"} <= set(found)

    assert "Other 2" in page(warm, "Note/") != before
    assert "Number 2" in page(warm, "")  # which shows the navigation
    (folder / "docs/second.md").unlink()
    warm.again(Vault(find(folder)))
    assert warm.get("second/index.html") is None


def test_a_configuration_that_cannot_be_used_changes_nothing(warm: Warm, folder: Path) -> None:
    before = page(warm, "Note/")
    (folder / "mkdocs.yml").write_text("site_name: [\n")

    with pytest.raises(Exception, match=r"mkdocs\.yml"):
        warm.load(Vault(find(folder)))

    assert page(warm, "Note/") == before
    (folder / "vault/Other.md").write_text("# Fresh\n")
    warm.again(Vault(find(folder)))
    assert "Fresh" in page(warm, "Other/")


def test_what_a_build_has_made_is_shown_and_not_made_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> list[str]:
        with Warm(find(folder), 0) as warm:
            warm.url = "http://127.0.0.1:1/"
            warm.load(Vault(find(folder), kept=KeptNotes(folder)))
            return [page(warm, place) for place in ("Note/", "Other/", "graph/")]

    before = shown()
    build(find(folder), -1)
    made: list[str] = []
    monkeypatch.setattr(parser, "parse", lambda path, _: made.append(path))
    monkeypatch.setattr(pages, "render", lambda note, _: made.append(note.path))

    assert shown() == before
    assert made == []
