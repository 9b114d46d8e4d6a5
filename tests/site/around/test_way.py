"""What to read before a note, and what after it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lierne.code.tangle import tangle
from lierne.graph.build import build
from lierne.read.vault.vault import Vault
from lierne.site.around.way import Way

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lierne.site.publish.publication import Publication

    Write = Callable[[dict[str, str]], Path]
    Published = Callable[..., Publication]


def rows(folder: Path, home: str | None = None) -> list[list[str]]:
    """The notes of each book, in its order; without those that are on no way."""
    vault = Vault.open(folder)
    tangled = tangle(vault.outlines(), vault.names, vault.config)
    way = Way(vault.paths, build(vault, tangled), home)
    found = []
    for start in vault.paths:
        before, after = way.of(start)
        if before is None and after is not None:
            row = [start]
            while after is not None:
                assert way.of(after)[0] == row[-1]
                row.append(after)
                after = way.of(after)[1]
            found.append(row)
    return found


def test_each_note_comes_after_what_it_needs(write: Write) -> None:
    folder = write(
        {
            "a.md": '---\nneeds: ["[[c]]", "[[b]]"]\n---\n',
            "b.md": '---\nneeds: "[[c]]"\n---\n',
            "c.md": "",
            "alone.md": "[[a]]\n",
        }
    )

    assert rows(folder) == [["c.md", "b.md", "a.md"]]


def test_the_home_page_says_where_to_begin(write: Write) -> None:
    folder = write(
        {
            "Home.md": "See the whole first: [[a]]. Then [[z]], [[m]], [[b]], [[a]].\n",
            "a.md": "",
            "b.md": '---\nneeds: "[[c]]"\n---\n',
            "c.md": "",
            "m.md": "",
            "z.md": "",
        }
    )

    assert rows(folder, "Home.md") == [["Home.md", "z.md", "m.md", "c.md", "b.md", "a.md"]]


def test_a_folder_with_a_note_of_its_name_is_a_book_of_its_own(write: Write) -> None:
    folder = write(
        {
            "Home.md": "[[Guide]] and [[x]]\n",
            "x.md": '---\nneeds: "[[second]]"\n---\n',
            "Guide/Guide.md": "[[second]], then [[first]]\n",
            "Guide/first.md": "",
            "Guide/deep/second.md": "",
            "other/y.md": '---\nneeds: "[[x]]"\n---\n',
        }
    )

    assert rows(folder, "Home.md") == [
        ["Guide/Guide.md", "Guide/deep/second.md", "Guide/first.md"],
        ["Home.md", "x.md", "other/y.md"],
    ]


def test_the_way_stands_at_the_end_of_a_note_and_leaves_out_what_is_unpublished(
    published: Published,
) -> None:
    site = published(
        {
            "a.md": "",
            "b.md": '---\nneeds: "[[a]]"\npublish: false\n---\n# Secret\n',
            "c.md": '---\nneeds: "[[b]]"\n---\n# See & c\n',
            "d.md": '---\nneeds: "[[c]]"\n---\n',
            "e.md": "Nothing.\n",
        }
    )

    def links(path: str) -> list[tuple[str, str, str]]:
        pattern = r'rel="(.*?)" href="(.*?)"><small>.*?</small> (.*?)</a>'
        return re.findall(pattern, site.notes[path].html)

    assert links("c.md") == [("prev", "../a/", "a"), ("next", "../d/", "d")]
    assert links("d.md") == [("prev", "../c/", "See &amp; c")]
    assert "lierne-way" not in site.notes["e.md"].html


def test_a_note_says_what_it_wants_that_is_not_yet_written(published: Published) -> None:
    site = published(
        {
            "a.md": "[[Beam <Search>]] and [[beam <search>]], ![[no.png]], [[b]].\n",
            "b.md": "x\n",
            "shut.md": "---\npublish: false\n---\n[[Hushed]]\n",
        }
    )

    html = site.notes["a.md"].html
    wanted = re.findall(r'Not yet written: <a href="(.*?)">(.*?)</a></p>', html)

    assert [title for _, title in wanted] == ["Beam &lt;Search&gt;"]
    page, _, anchor = wanted[0][0].partition("#")
    assert (page, f'id="{anchor}"' in site.lists["notes"].html) == ("../", True)
    assert "Not yet written" not in site.notes["b.md"].html
    assert "Hushed" not in site.lists["notes"].html
