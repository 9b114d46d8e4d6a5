"""The drawing of a whole graph: a place for each node, groups, and the places in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from lierne.graph.communities import communities
from lierne.graph.concepts import Bond, bonds
from lierne.graph.layout import labels
from lierne.graph.layout.ground import Ground, Point, middle
from lierne.graph.layout.layers import arrange, direct, layers
from lierne.graph.layout.places import settled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lierne.graph.model import Graph, Node

SMALLEST, LARGEST = 3.0, 12.0
"""The radius of a concept without edges, and the greatest one."""
BESIDE, ABOVE = 14.0, 9.0
"""How much room a box leaves for what stands beside it and above."""
DOT = 3.0
"""The radius of what is no concept."""
READING = 1100.0
"""How wide the reading order may be."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where everything stands, in pixels around the middle: down and to the right is more."""

    places: Mapping[str, Point]
    """The middle of each node's dot; its label stands below it."""
    sizes: Mapping[str, float]
    """The radius of each dot."""
    reading: Mapping[str, Point]
    """The places of notes in reading order; of other nodes there is none."""
    needs: Mapping[str, Sequence[str]]
    """What each note needs, without what it needs through another need."""
    groups: Sequence[Sequence[str]]
    """The concepts that belong together, the largest group first, its hub first in each."""
    bonds: Sequence[Bond]
    """What joins two concepts."""
    links: Mapping[str, int]
    """To how many other nodes each is joined: concepts to concepts, all else to anything."""


def draw(graph: Graph, earlier: Mapping[str, Point] | None = None) -> Drawing:
    """Draws a graph; the same graph gives the same drawing.

    Args:
        graph: What to draw.
        earlier: The places in an earlier drawing, which this one is to resemble.
    """
    concepts = [node for node in graph.nodes if node.is_concept]
    ids = [node.id for node in concepts]
    joined = bonds(graph)
    links = _links(graph, joined)
    sizes = {n.id: min(LARGEST, SMALLEST + 1.1 * sqrt(links[n.id])) for n in concepts}
    boxes = {node.id: _box(node, sizes[node.id]) for node in concepts}
    lifts = {node: box[1] / 2 - sizes[node] - ABOVE / 2 for node, box in boxes.items()}
    places = settled(ids, joined, boxes, lifts, earlier or {})
    places |= _satellites(graph, places, boxes, lifts)
    order = [note.id for note in graph.order()]
    needs = graph.needs
    widths = {note: boxes[note][0] + 24 for note in order}  # for its number
    reading = arrange(layers(order, needs), needs, widths, READING)
    sizes = {node.id: sizes.get(node.id, DOT) for node in graph.nodes}
    return Drawing(
        places, sizes, reading, direct(order, needs), communities(ids, joined), joined, links
    )


def font(size: float) -> float:
    """How large the letters of a label are, by the radius of its dot."""
    return labels.SIZE + max(0.0, size - 6) / 3


def _links(graph: Graph, joined: Sequence[Bond]) -> dict[str, int]:
    links = dict.fromkeys((node.id for node in graph.nodes), 0)
    for bond in joined:
        links[bond.one] += 1
        links[bond.other] += 1
    near: dict[str, set[str]] = {node.id: set() for node in graph.nodes if not node.is_concept}
    for edge in graph.edges:
        for one, other in ((edge.source, edge.target), (edge.target, edge.source)):
            if one in near:
                near[one].add(other)
    return links | {node: len(others) for node, others in near.items()}


def _box(node: Node, size: float) -> Point:
    letters = font(size)
    width = labels.width(labels.shown(node.title), letters)
    return max(width, 2 * size) + BESIDE, 2 * size + labels.LINE * letters + ABOVE


def _satellites(
    graph: Graph,
    places: Mapping[str, Point],
    boxes: Mapping[str, Point],
    lifts: Mapping[str, float],
) -> dict[str, Point]:
    """Targets and files beside their notes; tags, and what many share, between theirs."""
    ground = Ground(((x, y + lifts[node]), boxes[node]) for node, (x, y) in places.items())
    near: dict[str, list[str]] = {node.id: [] for node in graph.nodes if node.id not in places}
    for edge in graph.edges:
        if edge.target in near and edge.source in places:
            near[edge.target].append(edge.source)
    found: dict[str, Point] = {}
    room = (2 * DOT + 5, 2 * DOT + 5)
    for node in graph.nodes:
        if node.id in near:
            around = [places[other] for other in near[node.id]]
            x, y = ground.place(middle(around), room)
            found[node.id] = (round(x, 1), round(y, 1))
    return found
