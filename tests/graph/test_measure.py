"""Ways, neighbourhoods and the shape of small graphs."""

from __future__ import annotations

import pytest

from lierne.base.problem import Place
from lierne.graph import measure
from lierne.graph.model import Edge, EdgeKind, Graph, Node, NodeKind

KINDS = {"#": NodeKind.TAG, "?": NodeKind.UNRESOLVED}


def graph(*edges: str, alone: str = "") -> Graph:
    """A graph from edges such as `a b`; tags and unwritten names are told by their first letter."""
    ends = [tuple(edge.split()) for edge in edges]
    ids = sorted({end for pair in ends for end in pair} | set(alone.split()))
    nodes = tuple(Node(one, KINDS.get(one[0], NodeKind.NOTE), one) for one in ids)
    made = (
        Edge(a, b, EdgeKind.TAG if b[0] == "#" else EdgeKind.LINK, (Place("x", 1, 1),))
        for a, b in ends
    )
    return Graph(nodes, tuple(made))


def way(made: Graph, start: str, end: str) -> str | None:
    steps = measure.path(made, start, end)
    if steps is None:
        return None
    return " ".join([start, *((">" if step.forward else "<") + step.end for step in steps)])


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("a", "d", "a >b >d"),
        ("d", "a", "d <b <a"),
        ("a", "a", "a"),
        ("c", "b", "c <a >b"),
        ("a", "z", None),
        ("e", "a", None),
        ("e", "#t", "e >#t"),
        ("#t", "d", "#t <d"),
    ],
)
def test_a_way_goes_with_the_links_if_it_can(start: str, end: str, expected: str | None) -> None:
    made = graph("a b", "b d", "a c", "c f", "f d", "d #t", "e #t", alone="z")

    assert way(made, start, end) == expected


def test_what_is_near_has_its_distance() -> None:
    made = graph("a b", "b c", "c d", "x a", "a #t", "y #t")

    assert measure.around(made, "a", 0) == {"a": 0}
    assert measure.around(made, "a", 1) == {"a": 0, "b": 1, "x": 1, "#t": 1}
    assert measure.around(made, "a", 2) == {"a": 0, "b": 1, "x": 1, "#t": 1, "c": 2}
    assert measure.around(made, "#t", 1) == {"#t": 0, "a": 1, "y": 1}


def test_the_shape_names_what_stands_out() -> None:
    made = graph("a b", "b c", "c a", "c d", "d ?plan", "a ?plan", "d ?idea", alone="z")
    shape = measure.shape(made)

    assert shape.nodes == {"note": 5, "unresolved": 2}
    assert shape.edges == {"link": 7}
    assert shape.hubs[0] == ("a", 3)
    assert shape.missing == (("?plan", 2), ("?idea", 1))
    assert shape.orphans == ("z",)
    assert shape.bridges == ("d",)


def test_what_is_joined_among_itself_is_a_community() -> None:
    made = graph("a b", "b c", "c a", "x y", "y z", "z x", "c x")

    assert {frozenset(group) for group in measure.shape(made).communities} == {
        frozenset("abc"),
        frozenset("xyz"),
    }


def test_nothing_has_a_shape() -> None:
    assert measure.shape(Graph((), ())) == measure.Shape({}, {}, (), (), (), (), ())
