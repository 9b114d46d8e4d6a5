"""The forms of the graph, each read back by somebody else where there is somebody."""

from __future__ import annotations

import csv
import io
import json
import re

import networkx as nx
import pytest

from lierne.base.problem import Place
from lierne.graph.export import FORMATS, as_canvas, as_csv, as_dot, as_graphml, as_mermaid
from lierne.graph.model import Edge, EdgeKind, Graph, Node, NodeKind

HOSTILE = 'a "b" \\ <c> & \x0c\ud800 [x] #1; \n--> y'
NODES = (
    Node("A.md", NodeKind.NOTE, "A", "vault/A.md", tags=("#t", "#u")),
    Node(f"{HOSTILE}.md", NodeKind.NOTE, HOSTILE, f"vault/{HOSTILE}.md"),
    Node("p.png", NodeKind.ATTACHMENT, "p.png", "vault/p.png"),
    Node("src/a.py", NodeKind.MODULE, "a.py", "src/a.py"),
    Node("#t", NodeKind.TAG, "#t"),
    Node("?plan", NodeKind.UNRESOLVED, "Plan"),
)


def edge(target: str, kind: EdgeKind, *lines: int) -> Edge:
    return Edge("A.md", target, kind, tuple(Place("vault/A.md", line, 3) for line in lines))


EDGES = (
    edge(f"{HOSTILE}.md", EdgeKind.LINK, 4, 9),
    edge("p.png", EdgeKind.EMBED, 5),
    edge("src/a.py", EdgeKind.TANGLES, 2),
    edge("#t", EdgeKind.TAG, 3),
    edge("?plan", EdgeKind.LINK, 6),
)
GRAPH = Graph(NODES, EDGES)
TITLES = [node.title for node in NODES]


def test_graphml_is_read_by_networkx() -> None:
    made = nx.read_graphml(io.BytesIO(as_graphml(GRAPH).encode()))

    assert (len(made), made.number_of_edges()) == (6, 5)
    assert made.nodes["A.md"]["tags"] == "#t #u"
    assert made.nodes["A.md"]["kind"] == "note"
    hostile = HOSTILE.replace("\x0c", "\ufffd").replace("\ud800", "\ufffd")
    places = [row["places"] for _, _, row in made.edges(data=True) if row["kind"] == "link"]
    assert hostile in {row["title"] for _, row in made.nodes(data=True)}
    assert sorted(places) == ["4:3 9:3", "6:3"]


def test_dot_has_one_string_for_each_name() -> None:
    lines = as_dot(GRAPH).removesuffix("\n").split("\n")
    string = r'"(?:[^"\\]|\\.)*"'

    assert len(lines) == 3 + len(NODES) + len(EDGES)
    for line in lines[2 : 2 + len(NODES)]:
        assert re.fullmatch(rf"  {string} \[label={string}(, \w+=\w+)*\];", line)
    for line in lines[2 + len(NODES) : -1]:
        assert re.fullmatch(rf"  {string} -> {string} \[label={string}\];", line)


def test_mermaid_names_nothing_that_it_could_misread() -> None:
    lines = as_mermaid(GRAPH).removesuffix("\n").split("\n")

    assert lines[0] == "flowchart LR"
    assert len(lines) == 1 + len(NODES) + len(EDGES)
    for line in lines[1 : 1 + len(NODES)]:
        assert re.fullmatch(r'  n\d+(\(|\[|\{\{)"([\w .,/-]|#\d+;)*"(\)|\]|\}\})', line)
    assert "  n0 --> n1" in lines
    assert "  n0 -. tangles .-> n3" in lines


def test_csv_has_one_row_for_each_edge() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(GRAPH))))

    assert rows[0] == ["source", "target", "kind", "times", "line", "column"]
    assert rows[1] == ["A.md", f"{HOSTILE}.md", "link", "2", "4", "3"]
    assert len(rows) == 1 + len(EDGES)


def test_a_canvas_has_a_card_for_each_thing_that_obsidian_can_show() -> None:
    made = json.loads(as_canvas(GRAPH))
    cards = {card["id"]: card for card in made["nodes"]}
    corners = {(card["x"], card["y"]) for card in made["nodes"]}

    assert set(cards) == {"A.md", f"{HOSTILE}.md", "p.png", "?plan"}
    assert cards["A.md"]["file"] == "A.md"
    assert (cards["?plan"]["type"], cards["?plan"]["text"]) == ("text", "Plan")
    assert len(corners) == len(cards)
    assert {(e["fromNode"], e["toNode"]) for e in made["edges"]} == {
        ("A.md", f"{HOSTILE}.md"),
        ("A.md", "p.png"),
        ("A.md", "?plan"),
    }
    assert len({e["id"] for e in made["edges"]}) == len(made["edges"])


@pytest.mark.parametrize("form", FORMATS)
def test_a_graph_of_nothing_has_every_form(form: str) -> None:
    assert FORMATS[form](Graph((), ()))
