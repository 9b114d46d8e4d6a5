"""The graph's page and its data: what is published, and nothing of it as HTML."""

from __future__ import annotations

import json
import re
from html import unescape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from lierne.graph.layout.labels import LONGEST
from lierne.site.publish.files.graph import COLOURS, _coloured

if TYPE_CHECKING:
    from collections.abc import Callable

    from lierne.site.publish.publication import Publication

    Published = Callable[..., Publication]

DRAWING = "assets/lierne/drawing.json"
FILES = {
    "Softmax.md": '---\nneeds: "[[Home]]"\ntags: [math/part]\ntangle: src/softmax.py\n---\n'
    "See [[Home]], [[Later]] and ![[a.svg]].\n\n```python\nimport loss\n```\n",
    "Loss.md": "---\ntangle: src/loss.py\n---\n[[Loss]] [[Home]]\n\n```python\nx = 1\n```\n",
    "Home.md": "[[Shut]]\n",
    "Shut.md": "---\npublish: false\n---\n#secret [[Hush]] ![[b.svg]] [[Softmax]]\n",
    "a.svg": "<svg/>",
    "b.svg": "<svg/>",
}


def drawing_of(site: Publication) -> dict[str, Any]:
    content = site.files[DRAWING]
    assert callable(content)
    return json.loads(content())


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def test_the_drawing_has_all_that_is_published_and_nothing_else(published: Published) -> None:
    site = published(FILES)
    made = drawing_of(site)
    nodes = made["nodes"]
    titles = nodes["title"]

    assert dict(zip(titles, nodes["kind"], strict=True)) == {
        "Softmax": "n",
        "Loss": "n",
        "Home": "n",
        "a.svg": "a",
        "Later": "u",
        "softmax.py": "m",
        "loss.py": "m",
        "#math/part": "t",
    }
    assert {len(column) for column in nodes.values()} == {len(titles)}
    bonds = list(zip(*[iter(made["bonds"])] * 3, strict=True))
    joined = {(titles[one], titles[other]): how for one, other, how in bonds}
    assert joined[("Home", "Softmax")] == 1
    assert joined[("Loss", "Softmax")] == 2  # an import, and no link
    assert ("Loss", "Loss") not in joined
    needs = list(zip(*[iter(made["needs"])] * 2, strict=True))
    assert {(titles[need], titles[note]) for need, note in needs} == {
        *{("Home", "Softmax"), ("Loss", "Softmax")}
    }
    for word in ("Shut", "secret", "Hush", "b.svg"):
        assert word not in json.dumps(made)
        assert word not in site.lists["graph"].html


def test_the_list_has_each_edge_from_both_ends(published: Published) -> None:
    html = published(FILES).lists["graph"].html
    items = [text_of(item) for item in re.findall(r"<li id=\"node-\d+\">(.*?)</li>", html)]

    assert "Softmax needs Home links to Home, Later embeds a.svg makes softmax.py tagged" in (
        " ".join(items)
    )
    assert "Home needed by Softmax linked from Loss, Softmax" in items
    assert "loss.py imported by softmax.py made by Loss" in items
    assert "Later linked from Softmax" in items
    ids = re.findall(r'id="(node-\d+)"', html)
    assert len(ids) == len(set(ids)) == 8
    assert set(re.findall(r'href="#(node-\d+)"', html)) <= set(ids)


def test_titles_are_text(published: Published) -> None:
    name = "<img src=x onerror=alert(1)> & 'x'"
    site = published({f"{name}.md": f"[[<script>]] #a [[{name}]]\n", "b.md": "[[<script>]]\n"})

    html = site.lists["graph"].html

    assert re.findall(r"<(?:img|script)\b[^>]*>", html) == [
        '<script src="../assets/lierne/later.js">'
    ]
    assert name in text_of(html)
    assert name in drawing_of(site)["nodes"]["title"]


def test_a_vault_without_notes_has_no_such_page(published: Published) -> None:
    site = published({})

    assert "graph" not in site.lists
    assert drawing_of(site)["nodes"]["title"] == []


def test_the_page_knows_the_way_wherever_it_stands(published: Published) -> None:
    flat = published({"graph.md": "a [[x]]\n", "d/b.md": "c\n"}, folders=False)

    assert flat.lists["graph"].file == "graph-2.html"
    assert 'data-drawing="./assets/lierne/drawing.json"' in flat.lists["graph"].html
    assert 'href="./d/b.html"' in flat.lists["graph"].html
    assert (
        'data-drawing="../assets/lierne/drawing.json" data-url="d/b.html"'
        in flat.notes["d/b.md"].html
    )
    assert 'data-graph="../graph-2.html"' in flat.notes["d/b.md"].html


def test_a_note_s_page_does_not_change_with_another_note(published: Published) -> None:
    one = published({"a.md": "[[b]]\n", "b.md": "x\n"}).notes["a.md"].html
    other = published({"a.md": "[[b]]\n", "b.md": "x\n", "c.md": "[[b]]\n"}).notes["a.md"].html

    assert one == other


def test_a_colour_stays_when_there_is_a_name_more() -> None:
    names = [f"group {number}" for number in range(COLOURS)]

    assert len({colour for _, colour in _coloured(names)}) == COLOURS
    assert _coloured(names[:5]) == _coloured(names)[:5]
    assert all(0 <= colour < COLOURS for _, colour in _coloured(names * 3))


def test_script_and_style_know_what_the_layout_decides() -> None:
    assets = files("lierne.site") / "assets"
    script, style = ((assets / f"graph.{kind}").read_text("utf-8") for kind in ("js", "css"))

    assert re.findall(r"^const LONGEST = (\d+)$", script, re.MULTILINE) == [str(LONGEST)]
    assert set(re.findall(r"--lierne-(\d+):", style)) == set(map(str, range(COLOURS)))
