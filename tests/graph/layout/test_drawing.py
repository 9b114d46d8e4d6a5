"""The drawing of the concept graph: the same each time, nearly the same after a small change."""

from __future__ import annotations

import math
import random
import time
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING

import pytest

from lierne.base.problem import Place
from lierne.graph.layout.drawing import DOT, Drawing, draw, font
from lierne.graph.layout.labels import LINE, LONGEST, shown, width
from lierne.graph.model import Edge, EdgeKind, Graph, Node, NodeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conftest import Figures

    Pairs = Iterable[tuple[str, str]]

PLACE = Place("vault/a.md", 1, 1)


def graph(notes: Iterable[str], links: Pairs = (), kind: EdgeKind = EdgeKind.LINK) -> Graph:
    """Notes by name, and links between them."""
    nodes = [Node(f"{name}.md", NodeKind.NOTE, name, f"{name}.md") for name in notes]
    edges = [Edge(f"{one}.md", f"{other}.md", kind, (PLACE,)) for one, other in links]
    return Graph(tuple(sorted(nodes, key=lambda node: node.id)), tuple(edges))


def communities_of(
    count: int, groups: int, seed: int = 1
) -> tuple[list[str], set[tuple[str, str]]]:
    """Notes that mostly link to notes of their own group, told by the first letter."""
    chance = random.Random(seed)  # noqa: S311 # not for secrets
    names = [f"{chr(65 + number % groups)} number {number}" for number in range(count)]
    links = set()
    for number, name in enumerate(names):
        own = range(number % groups, count, groups)
        for _ in range(4):
            other = chance.choice(own if chance.random() < 0.85 else range(count))
            if other != number:
                links.add((name, names[other]))
    return names, links


NAMES, LINKS = communities_of(70, 5)


def box(of: Drawing, node: Node) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a dot with its label."""
    (x, y), size = of.places[node.id], of.sizes[node.id]
    half = max(size, width(shown(node.title), font(size)) / 2)
    return x - half, y - size, x + half, y + size + LINE * font(size)


def overlaps(of: Drawing, nodes: Iterable[Node]) -> list[tuple[str, str]]:
    boxes = [(node.title, *box(of, node)) for node in nodes]
    return [
        (one[0], other[0])
        for one, other in combinations(boxes, 2)
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]


def moved(one: Drawing, other: Drawing) -> list[float]:
    """How far each node that both know moved, in parts of the drawing's size; the least first."""
    x, y = zip(*one.places.values(), strict=True)
    size = (max(x) - min(x) + max(y) - min(y)) / 2
    both = one.places.keys() & other.places.keys()
    return sorted(math.dist(one.places[node], other.places[node]) / size for node in both)


def test_the_same_graph_makes_the_same_drawing() -> None:
    shuffled = list(LINKS)
    random.Random(3).shuffle(shuffled)  # noqa: S311 # not for secrets

    assert draw(graph(NAMES, LINKS)) == draw(graph(reversed(NAMES), shuffled))


def test_one_note_more_moves_the_others_little() -> None:
    """Without any memory: both are drawn from nothing, of groups that are much alike."""
    whole = draw(graph(NAMES, LINKS))
    halves, most = [], []
    for gone in NAMES[::7]:
        rest = [name for name in NAMES if name != gone]
        distances = moved(draw(graph(rest, [link for link in LINKS if gone not in link])), whole)
        halves.append(median(distances))
        most.append(distances[int(0.9 * len(distances))])

    # Two places chosen by chance are half its size apart.
    assert median(halves) < 0.1
    assert median(most) < 0.25
    assert max(halves) < 0.3


def test_with_an_earlier_drawing_the_others_all_but_stay() -> None:
    rest = [name for name in NAMES if name != NAMES[13]]
    less = [link for link in LINKS if NAMES[13] not in link]
    before = draw(graph(rest, less))

    after = draw(graph(NAMES, LINKS), before.places)

    assert moved(before, after)[-1] < 0.1
    assert median(moved(before, after)) < 0.01
    assert overlaps(after, graph(NAMES)) == []


def test_a_drawing_that_knows_little_of_a_graph_is_not_gone_on_with() -> None:
    earlier = {f"{name}.md": (5.0, 5.0) for name in NAMES[:20]}

    assert draw(graph(NAMES, LINKS), earlier) == draw(graph(NAMES, LINKS))


def test_no_label_lies_on_another_or_on_a_dot() -> None:
    whole = graph(NAMES, LINKS)

    assert overlaps(draw(whole), whole) == []


def test_what_belongs_together_lies_together_and_is_one_group() -> None:
    made = draw(graph(NAMES, LINKS))

    def apart(same: bool) -> float:
        pairs = combinations(made.places.items(), 2)
        return median(math.dist(a, b) for (i, a), (j, b) in pairs if (i[0] == j[0]) is same)

    assert apart(same=True) < 0.5 * apart(same=False)
    assert (
        sorted({note[0] for note in group} == {group[0][0]} for group in made.groups) == [True] * 5
    )


HOSTILE = [
    *("", " ", "<b onmouseover=alert(1)>", "a" * 3000, "日本語のとても長いノートの題名です" * 4),
    *("\u202eright to left", "e\u0301" * 50, "\n\t", "👩‍👩‍👧‍👦 family", "\"&<>'", "\ud800"),
]


@pytest.mark.parametrize(
    "notes",
    [[], ["alone"], ["one", "two"], [f"lone {n}" for n in range(40)], HOSTILE[:-1]],
    ids=["none", "one", "two", "no links", "hostile"],
)
def test_every_graph_can_be_drawn(notes: list[str]) -> None:
    whole = graph(notes)

    made = draw(whole)

    assert made.places.keys() == {node.id for node in whole}
    assert all(math.isfinite(part) for place in made.places.values() for part in place)
    assert overlaps(made, whole) == []
    assert sorted(note for group in made.groups for note in group) == sorted(made.places)


def test_parts_without_a_way_between_them_do_not_fly_apart() -> None:
    names = [f"{part}{number}" for part in "abc" for number in range(8)]
    links = [(a, b) for a, b in combinations(names, 2) if a[0] == b[0]]

    made = draw(graph(names, links))
    x, y = zip(*made.places.values(), strict=True)
    area = sum((r - left) * (b - t) for left, t, r, b in (box(made, n) for n in graph(names)))

    assert (max(x) - min(x)) * (max(y) - min(y)) < 12 * area


def test_a_long_title_is_cut() -> None:
    assert shown("a  b\nc") == "a b c"
    assert shown("x" * LONGEST) == "x" * LONGEST
    assert shown("x" * 99) == "x" * (LONGEST - 1) + "…"


def test_code_joins_the_notes_it_comes_from() -> None:
    """But what their tests import joins nothing."""
    nodes = [Node(f"{n}.md", NodeKind.NOTE, n) for n in "abc"]
    targets = ["src/a.py", "src/b.py", "tests/test_a.py", "src/c.py"]
    nodes += [Node(t, NodeKind.MODULE, t, t) for t in targets]
    owners = zip("abac", targets, strict=True)
    edges = [Edge(f"{note}.md", t, EdgeKind.TANGLES, (PLACE,)) for note, t in owners]
    edges += [
        Edge("src/a.py", "src/b.py", EdgeKind.IMPORTS, (PLACE,)),
        Edge("tests/test_a.py", "src/c.py", EdgeKind.IMPORTS, (PLACE,)),
        Edge("a.md", "b.md", EdgeKind.LINK, (PLACE,)),
        Edge("b.md", "a.md", EdgeKind.LINK, (PLACE,)),
    ]

    made = draw(Graph(tuple(nodes), tuple(edges)))

    assert [(b.one, b.other, b.prose, b.code) for b in made.bonds] == [("a.md", "b.md", 2, 1)]
    assert made.links == {
        "a.md": 1,
        "b.md": 1,
        "c.md": 0,
        "src/a.py": 2,
        "src/b.py": 2,
        "tests/test_a.py": 2,
        "src/c.py": 2,
    }


def test_what_is_no_concept_stands_beside_its_note_and_on_nothing() -> None:
    whole = graph(NAMES, LINKS)
    files = tuple(Node(f"{n} {i}.png", NodeKind.ATTACHMENT, "x") for n in NAMES for i in (1, 2))
    embeds = tuple(Edge(f"{file.id[:-6]}.md", file.id, EdgeKind.EMBED, (PLACE,)) for file in files)

    made = draw(Graph((*whole.nodes, *files), (*whole.edges, *embeds)))

    places = {node: made.places[node] for node in made.places if node.endswith(".png")}
    assert made.places | places == made.places | dict(places)
    assert {node.id: made.places[node.id] for node in whole} == draw(whole).places
    for one, other in combinations(places.values(), 2):
        assert math.dist(one, other) > 2 * DOT
    for edge in embeds:
        assert math.dist(made.places[edge.source], made.places[edge.target]) < 200


@pytest.mark.parametrize(("count", "most"), [(20, 0.5), (1000, 4.0)])
def test_a_large_graph_is_drawn_in_no_time(count: int, most: float, figures: Figures) -> None:
    """The bound is for a busy machine; the figures say how long it takes."""
    whole = graph(*communities_of(count, 12))
    started = time.process_time()

    made = draw(whole)

    spent = time.process_time() - started
    figures("drawing", concepts=count, bonds=len(made.bonds), CPU_ms=round(spent * 1000))
    assert overlaps(made, whole) == [] if count < 500 else len(made.places) == count
    assert spent < most
