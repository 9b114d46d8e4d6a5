"""The concept graph: what the vault is about, and what leads where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lierne.graph.order import Needs, order, with_implied
from lierne.read.near import Near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lierne.base.problem import Place, Problem


TESTS = "tests/"
"""Where the tests lie that notes hold beside their code."""


class NodeKind(StrEnum):
    """What a node stands for."""

    NOTE = "note"
    """A note; its id is its vault path."""
    ATTACHMENT = "attachment"
    """A file that a note links or embeds; its id is its vault path."""
    MODULE = "module"
    """A target; its id is its path from the project's root."""
    TAG = "tag"
    """A tag; its id is `#` and its name in lower case."""
    UNRESOLVED = "unresolved"
    """A name that is linked and not yet written; its id is `?` and the name in lower case."""


class EdgeKind(StrEnum):
    """Why one node leads to another."""

    LINK = "link"
    """A link in a note's text."""
    EMBED = "embed"
    """A note or an attachment shown inside a note."""
    PROPERTY = "property"
    """A link in a property."""
    NEEDS = "needs"
    """A link in the property `needs`: what to read first."""
    TAG = "tag"
    """A tag that a note has."""
    REFERENCE = "reference"
    """A `<<reference>>` to a note's chunk."""
    TANGLES = "tangles"
    """A note whose blocks become a target."""
    IMPORTS = "imports"
    """A Python import of one target in another."""


@dataclass(frozen=True, slots=True)
class Node:
    """One concept, file or tag."""

    id: str
    """What edges call it; no two nodes share one, and none is a note's bare name."""
    kind: NodeKind
    title: str
    """What to show; as first written where nothing else says it."""
    path: str | None = None
    """The file, from the project's root; None where there is no file."""
    url: str | None = None
    """Its page on the site, from the site's root; None where it has none."""
    tags: tuple[str, ...] = ()
    """The ids of a note's tags."""
    attachment: bool = False
    """Whether what is missing is an attachment rather than a note."""

    @property
    def is_concept(self) -> bool:
        """Whether it is a note, or a name that may become one."""
        return self.kind is NodeKind.NOTE or self.is_unwritten

    @property
    def is_unwritten(self) -> bool:
        """Whether it is a name that is linked and that nobody has written a note for yet."""
        return self.kind is NodeKind.UNRESOLVED and not self.attachment

    def row(self) -> dict[str, Any]:
        """The node as plain values, as its JSON has them."""
        row: dict[str, Any] = {
            "id": self.id,
            "kind": self.kind.value,
            "title": self.title,
            "path": self.path,
            "url": self.url,
            "tags": list(self.tags),
        }
        if self.kind is NodeKind.UNRESOLVED:
            row["attachment"] = self.attachment
        return row


@dataclass(frozen=True, slots=True)
class Edge:
    """All ways of one kind from one node to another."""

    source: str
    target: str
    kind: EdgeKind
    places: tuple[Place, ...]
    """Where they stand in the source's file, in order."""

    def row(self) -> dict[str, Any]:
        """The edge as plain values, as its JSON has them."""
        return {
            "source": self.source,
            "target": self.target,
            "kind": self.kind.value,
            "places": [{"line": p.line, "column": p.column} for p in self.places],
        }


@dataclass(frozen=True)
class Graph:
    """Nodes by id and the edges between them, both in an order that never changes by itself."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    problems: tuple[Problem, ...] = ()
    """What could not be read for the graph, such as a target with a syntax error."""

    def __getitem__(self, node_id: str) -> Node:
        """One node by its id."""
        if node_id in self._by_id:
            return self._by_id[node_id]
        near = ", ".join(f"`{other}`" for other in Near(self._by_id).to(node_id))
        raise KeyError(f"no node `{node_id}`" + (f"; near: {near}" if near else ""))

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    def edges_of(self, *kinds: EdgeKind) -> Iterator[Edge]:
        """The edges of some kinds."""
        return (edge for edge in self.edges if edge.kind in kinds)

    def order(self) -> tuple[Node, ...]:
        """The notes in an order to read them in: each after all that it needs."""
        notes = {node.id: node for node in self.nodes if node.kind is NodeKind.NOTE}
        return tuple(notes[note] for note in order(notes, self.needs))

    @cached_property
    def needs(self) -> Needs:
        """What to read before each note: what its `needs` name, then what its code builds on.

        Code builds on what it refers to and imports. What only a note's tests import does not
        count, and neither does what contradicts the `needs` of others.
        """
        said, implied = Needs(), Needs()
        for edge in sorted(self.edges_of(EdgeKind.NEEDS), key=lambda edge: edge.places):
            said.setdefault(edge.source, []).append(edge.target)
        owners = {edge.target: edge.source for edge in self.edges_of(EdgeKind.TANGLES)}
        for edge in self.edges_of(EdgeKind.REFERENCE, EdgeKind.IMPORTS):
            source = owners.get(edge.source, edge.source)
            if edge.target in owners and not edge.source.startswith(TESTS):
                implied.setdefault(source, []).append(owners[edge.target])
            elif edge.kind is EdgeKind.REFERENCE:
                implied.setdefault(source, []).append(edge.target)
        return with_implied(said, implied)

    def with_urls(self, url: Callable[[Node], str | None]) -> Graph:
        """The graph with each node's page on a site, as somebody knows it who knows the site."""
        return replace(self, nodes=tuple(replace(node, url=url(node)) for node in self.nodes))

    def without(self, node_ids: Iterable[str]) -> Graph:
        """The graph without some nodes, their edges, and what only they led to."""
        gone = set(node_ids)
        edges = tuple(e for e in self.edges if e.source not in gone and e.target not in gone)
        held = {end for edge in edges for end in (edge.source, edge.target)}
        alone = {NodeKind.NOTE, NodeKind.MODULE}  # these stand for a file, linked or not
        nodes = tuple(
            n for n in self.nodes if n.id not in gone and (n.kind in alone or n.id in held)
        )
        return Graph(nodes, edges, self.problems)

    def to_networkx(self) -> Any:
        """A `networkx.MultiDiGraph`: node and edge attributes as in the JSON, edge key = kind."""
        # Heavy, and only wanted by who asks.
        import networkx as nx  # type: ignore[import-untyped] # noqa: PLC0415

        made = nx.MultiDiGraph()
        for node in self.nodes:
            made.add_node(node.id, **{k: v for k, v in node.row().items() if k != "id"})
        for edge in self.edges:
            made.add_edge(edge.source, edge.target, key=edge.kind.value, **edge.row())
        return made
