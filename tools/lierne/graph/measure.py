"""What can be read off a graph: ways between two nodes, what is near, and its shape."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from lierne.graph.communities import communities
from lierne.graph.concepts import bonds
from lierne.graph.model import EdgeKind, Graph, NodeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.graph.model import Edge

MOST = 10
"""How many nodes a list of the shape names."""


@dataclass(frozen=True, slots=True)
class Step:
    """One edge on a way, in the direction of the way or against it."""

    edge: Edge
    forward: bool
    """Whether the way goes as the edge does."""

    @property
    def end(self) -> str:
        """The node that the step leads to."""
        return self.edge.target if self.forward else self.edge.source


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a graph, as node ids; the strongest first."""

    nodes: dict[str, int]
    """How many there are of each kind."""
    edges: dict[str, int]
    """How many there are of each kind."""
    hubs: tuple[tuple[str, int], ...]
    """The concepts that most others are joined to, and to how many."""
    missing: tuple[tuple[str, int], ...]
    """The names that are linked and not yet written, and from how many nodes."""
    orphans: tuple[str, ...]
    """The notes that nothing joins to another concept."""
    bridges: tuple[str, ...]
    """The notes without which the graph would fall apart: the only way between two parts of it."""
    communities: tuple[tuple[str, ...], ...]
    """The concepts that belong together, the largest group first."""

    def row(self) -> dict[str, Any]:
        """The shape as plain values, as its JSON has them."""
        return asdict(self)


def path(graph: Graph, start: str, end: str) -> tuple[Step, ...] | None:
    """A shortest way between two nodes, along edges as they lead; else either way; else None.

    Tags are passed only where the way begins or ends at one: they join everything.
    """
    return _path(graph, start, end, back=False) or _path(graph, start, end, back=True)


def around(graph: Graph, start: str, depth: int) -> dict[str, int]:
    """The nodes that are at most so many edges away, either way, with their distances; start: 0."""
    steps = _steps(graph, back=True)
    distance = {start: 0}
    outermost = [start]
    for far in range(1, depth + 1):
        found: list[str] = []
        for node in outermost:
            for step in steps.get(node, ()) if _goes_on(node, start) else ():
                if step.end not in distance:
                    distance[step.end] = far
                    found.append(step.end)
        outermost = found
    return distance


def shape(graph: Graph) -> Shape:
    """Counts and names what stands out in a graph."""
    import networkx as nx  # type: ignore[import-untyped] # noqa: PLC0415 - heavy

    concepts = nx.Graph()
    concepts.add_nodes_from(node.id for node in graph.nodes if node.kind is NodeKind.NOTE)
    joined = bonds(graph)
    concepts.add_edges_from((bond.one, bond.other) for bond in joined)
    cut = set(nx.articulation_points(concepts))
    degrees = sorted(concepts.degree, key=lambda pair: (-pair[1], pair[0]))
    notes = {node.id for node in graph.nodes if node.kind is NodeKind.NOTE}
    return Shape(
        nodes=_counts(node.kind for node in graph.nodes),
        edges=_counts(edge.kind for edge in graph.edges),
        hubs=tuple((node, count) for node, count in degrees[:MOST] if count),
        missing=tuple(sorted(_missing(graph).items(), key=lambda pair: (-pair[1], pair[0]))),
        orphans=tuple(node for node, count in sorted(degrees) if not count),
        bridges=tuple(node for node, _ in degrees if node in cut and node in notes),
        communities=tuple(map(tuple, communities(sorted(concepts), joined))),
    )


def _missing(graph: Graph) -> Counter[str]:
    unwritten = {node.id for node in graph.nodes if node.is_unwritten}
    wanted = {(edge.source, edge.target) for edge in graph.edges if edge.target in unwritten}
    return Counter(target for _, target in wanted)


def _counts(kinds: Iterator[NodeKind] | Iterator[EdgeKind]) -> dict[str, int]:
    return {kind.value: count for kind, count in sorted(Counter(kinds).items())}


def _path(graph: Graph, start: str, end: str, *, back: bool) -> tuple[Step, ...] | None:
    steps = _steps(graph, back=back)
    came: dict[str, Step | None] = {start: None}
    waiting = [start]
    for node in waiting:  # it grows meanwhile: breadth first
        if node == end:
            return _back(came, end)
        for step in steps.get(node, ()) if _goes_on(node, start) else ():
            if step.end not in came:
                came[step.end] = step
                waiting.append(step.end)
    return None


def _back(came: dict[str, Step | None], end: str) -> tuple[Step, ...]:
    found: list[Step] = []
    while (step := came[end]) is not None:
        found.append(step)
        end = step.edge.source if step.forward else step.edge.target
    return tuple(reversed(found))


def _steps(graph: Graph, *, back: bool) -> dict[str, list[Step]]:
    steps: dict[str, list[Step]] = {}
    for edge in graph.edges:
        steps.setdefault(edge.source, []).append(Step(edge, forward=True))
        if back:
            steps.setdefault(edge.target, []).append(Step(edge, forward=False))
    return steps


def _goes_on(node: str, start: str) -> bool:
    """Whether a way may lead through a node: not through a tag, which joins everything."""
    return node == start or not node.startswith("#")
