"""The concept graph as files of the site: all of it, and its drawing for a script."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from lierne.base.problem import Place
from lierne.graph.concepts import CODE
from lierne.graph.export import to_json
from lierne.graph.layout.drawing import draw
from lierne.graph.model import Edge, EdgeKind, Graph, NodeKind
from lierne.site.pages.graph import letter
from lierne.site.publish.address import ASSETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lierne.graph.layout.drawing import Drawing
    from lierne.graph.model import Node

GRAPH = "graph.json"
DRAWING = f"{ASSETS}/drawing.json"
VERSION = 1
COLOURS = 9
"""How many colours the style has."""
IN_PROSE, IN_CODE = 1, 2


def whole(graph: Graph) -> bytes:
    """All that is published of the graph, for whoever wants to work with it."""
    return _written(to_json(graph))


def drawn(graph: Graph) -> bytes:
    """A graph, drawn: for the script that shows it."""
    return _written(_columns(graph, draw(graph)))


def as_drawn(graph: Graph) -> Graph:
    """A graph that is drawn the same, and that stays when text moves in the notes.

    Of all places, only the order of those counts that say what a note needs.
    """
    needs = sorted(graph.edges_of(EdgeKind.NEEDS), key=lambda edge: edge.places)
    order = {(edge.source, edge.target): (Place("", n),) for n, edge in enumerate(needs)}
    edges = tuple(
        Edge(edge.source, edge.target, edge.kind, order[edge.source, edge.target])
        if edge.kind is EdgeKind.NEEDS
        else Edge(edge.source, edge.target, edge.kind, ())
        for edge in graph.edges
    )
    return Graph(graph.nodes, edges)


def _columns(graph: Graph, made: Drawing) -> dict[str, Any]:
    """A drawing as `graph.js` reads it: small, in columns, with nodes by number.

    Each node is a number; each column of `nodes` has a value for each. `bonds` are threes: two
    nodes, and 1 where prose joins them, 2 where code does, 3 for both. `needs` are twos.
    """
    number = {node.id: index for index, node in enumerate(graph.nodes)}
    groups = [group for group in made.groups if len(group) > 1]
    group = {node: index for index, members in enumerate(groups) for node in members}
    folders = _names(_folder(node) for node in graph.nodes)
    tags = {node.id: index for index, node in enumerate(_tags(graph))}
    reading = {note.id: place for place, note in enumerate(graph.order(), 1)}
    nodes: dict[str, list[Any] | str] = {
        "kind": "".join(letter(node) for node in graph.nodes),
        "title": [node.title for node in graph.nodes],
        "url": [node.url for node in graph.nodes],
        "x": [round(made.places[node.id][0]) for node in graph.nodes],
        "y": [round(made.places[node.id][1]) for node in graph.nodes],
        "size": [round(made.sizes[node.id], 1) for node in graph.nodes],
        "links": [made.links[node.id] for node in graph.nodes],
        "group": [group.get(node.id, -1) for node in graph.nodes],
        "folder": [folders.get(_folder(node), -1) for node in graph.nodes],
        "tags": [[tags[tag] for tag in node.tags if tag in tags] for node in graph.nodes],
        "number": [reading.get(node.id, 0) for node in graph.nodes],
        "rx": [round(made.reading.get(node.id, (0, 0))[0]) for node in graph.nodes],
        "ry": [round(made.reading.get(node.id, (0, 0))[1]) for node in graph.nodes],
    }
    return {
        "version": VERSION,
        "nodes": nodes,
        "groups": _coloured([graph[members[0]].title for members in groups]),
        "folders": _coloured([name or "/" for name in folders]),
        "tags": _coloured([node.title for node in _tags(graph)]),
        "bonds": [part for row in _bonds(graph, made, number) for part in row],
        "needs": [
            number[end]
            for note, needs in made.needs.items()
            for need in needs
            for end in (need, note)
        ],
    }


def _written(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _bonds(graph: Graph, made: Drawing, number: dict[str, int]) -> Iterator[tuple[int, int, int]]:
    """What joins concepts, then what joins all else: each two nodes once."""
    for bond in made.bonds:
        how = (IN_PROSE if bond.prose else 0) | (IN_CODE if bond.code else 0)
        yield number[bond.one], number[bond.other], how
    concepts = {node.id for node in graph.nodes if node.is_concept}
    rest: dict[tuple[int, int], int] = {}
    for edge in graph.edges:
        if edge.source != edge.target and not {edge.source, edge.target} <= concepts:
            one, other = number[edge.source], number[edge.target]
            code = edge.kind in CODE or edge.kind is EdgeKind.TANGLES
            pair = (min(one, other), max(one, other))
            rest[pair] = rest.get(pair, 0) | (IN_CODE if code else IN_PROSE)
    for (one, other), how in sorted(rest.items()):
        yield one, other, how


def _tags(graph: Graph) -> list[Node]:
    return [node for node in graph.nodes if node.kind is NodeKind.TAG]


def _folder(node: Node) -> str:
    """Where a note lies in the vault; other nodes lie in none."""
    return node.id.rpartition("/")[0] if node.kind is NodeKind.NOTE else "\0"


def _names(names: Iterable[str]) -> dict[str, int]:
    return {name: index for index, name in enumerate(sorted({*names} - {"\0"}))}


def _coloured(names: Sequence[str]) -> list[tuple[str, int]]:
    """Gives each name one of the colours: its own as far as it can be had.

    So a colour does not change because there is a name more.
    """
    taken: set[int] = set()
    found = []
    for name in names:
        if len(taken) == COLOURS:
            taken.clear()
        colour = hashlib.blake2b(name.encode("utf-8", "replace")).digest()[0] % COLOURS
        while colour in taken:
            colour = (colour + 1) % COLOURS
        taken.add(colour)
        found.append((name, colour))
    return found
