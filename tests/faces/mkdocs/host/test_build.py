"""Building again: what is right is left alone, and the site is the one that a first build makes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lierne.base.config import find
from lierne.faces.mkdocs.host.build import build
from lierne.faces.mkdocs.host.drive import Drive

if TYPE_CHECKING:
    from collections.abc import Callable

NOTES = {
    "Home.md": "# The garden\n\n[[Softmax]] ![[figures/leaf.svg]] #tag\n",
    "Softmax.md": "---\ntangle: src/softmax.py\n---\n\n# Softmax\n\n```python\nx = 1\n```\n",
    "figures/leaf.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='9'/>",
}


def edit(path: str, text: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)

    return change


@pytest.fixture
def framed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places of the pages that were framed."""
    places: list[str] = []
    frame = Drive.frame

    def told(drive: Drive, file: Any) -> bytes:
        places.append(file.dest_uri)
        return frame(drive, file)

    monkeypatch.setattr(Drive, "frame", told)
    return places


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A garden with its site, which is for copying."""
    folder = tmp_path_factory.mktemp("first") / "garden"
    for path, text in NOTES.items():
        edit(path, text)(folder)
    build(find(folder))
    return folder


@pytest.fixture
def garden(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "garden"))


def contents(site: Path) -> dict[str, bytes]:
    files = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


def afresh(folder: Path) -> dict[str, bytes]:
    """The site that a first build makes of what there is."""
    ignored = shutil.ignore_patterns("site", ".lierne")
    copy = Path(shutil.copytree(folder, folder.parent / "copy/garden", ignore=ignored))
    build(find(copy))
    return contents(copy / "site")


def test_where_nothing_changed_nothing_is_framed(garden: Path, framed: list[str]) -> None:
    before = contents(garden / "site")

    build(find(garden))

    assert framed == []
    assert contents(garden / "site") == before


OWN = "site_name: {}\nsite_dir: site\ndocs_dir: pages\ntheme: {}\nplugins: [search, lierne]\n"
THEME = "{name: material, custom_dir: pages/.theme}"


def own(name: str, theme: str = "material") -> Callable[[Path], object]:
    """A configuration of the project's own."""

    def change(folder: Path) -> None:
        edit("pages/.keep", "")(folder)
        edit("mkdocs.yml", OWN.format(name, theme))(folder)

    return change


def theme(text: str) -> Callable[[Path], object]:
    """A template of the project's own."""

    def change(folder: Path) -> None:
        edit("pages/.theme/main.html", '{% extends "base.html" %}' + text)(folder)
        own("Mine", THEME)(folder)

    return change


def remove(path: str) -> Callable[[Path], object]:
    return lambda folder: (folder / path).unlink()


PICTURE = edit("figures/leaf.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")


@pytest.mark.parametrize(
    ("changes", "frames"),
    [
        (
            [edit("Home.md", "# Home\n"), edit("sub/New.md", "[[Home]] #newly\n"), PICTURE],
            {"index.html", "sub/New/index.html", "notes/index.html", "tags/index.html"},
        ),
        (
            [lambda folder: (folder / "Softmax.md").rename(folder / "Soft.md"), remove("Home.md")],
            {"Soft/index.html", "index.html", "code/src/softmax.py/index.html"},
        ),
        (
            [edit("site/Softmax/index.html", "mine"), edit("site/x/y.html", "stray")],
            {"Softmax/index.html"},
        ),
        ([remove("site/index.html")], {"index.html"}),
        ([remove(".lierne/store.db")], {"index.html", "Softmax/index.html"}),
    ],
    ids=["notes", "names", "tampered with", "page gone", "store gone"],
)
def test_a_site_is_built_again_as_a_first_build_would(
    changes: list[Callable[[Path], object]], frames: set[str], garden: Path, framed: list[str]
) -> None:
    for change in changes:
        change(garden)

    build(find(garden))

    assert frames <= set(framed)
    assert contents(garden / "site") == afresh(garden)


def test_what_stands_around_each_page_counts_too(garden: Path, framed: list[str]) -> None:
    for change in (
        own("Mine"),
        own("Yours"),
        theme("{% block footer %}1{% endblock %}"),
        theme(""),
    ):
        change(garden)
        framed.clear()
        build(find(garden))
        assert "Softmax/index.html" in framed
    framed.clear()

    build(find(garden))

    assert framed == []
    assert contents(garden / "site") == afresh(garden)


def test_a_build_that_was_stopped_is_made_good_by_the_next(
    garden: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in garden.glob("*.md"):
        path.write_text(path.read_text("utf-8") + "\nOne line more.\n", "utf-8")
    frame, count = Drive.frame, 0

    def stopped(drive: Drive, file: Any) -> bytes:
        nonlocal count
        count += 1
        if count == 2:
            raise KeyboardInterrupt
        return frame(drive, file)

    monkeypatch.setattr(Drive, "frame", stopped)
    with pytest.raises(KeyboardInterrupt):
        build(find(garden))

    build(find(garden))

    assert contents(garden / "site") == afresh(garden)


def test_a_link_in_the_site_is_not_written_through(garden: Path) -> None:
    other = garden.parent / "other.html"
    other.write_text("other")
    (garden / "site/index.html").unlink()
    (garden / "site/index.html").symlink_to(other)

    build(find(garden))

    assert other.read_text() == "other"
    assert "The garden" in (garden / "site/index.html").read_text("utf-8")
