"""The graph with concepts alone: notes and unwritten names, joined by prose and by code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.graph.model import TESTS, EdgeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.graph.model import Edge, Graph

PROSE = frozenset([EdgeKind.LINK, EdgeKind.EMBED, EdgeKind.PROPERTY, EdgeKind.NEEDS])
CODE = frozenset([EdgeKind.REFERENCE, EdgeKind.IMPORTS])


@dataclass(frozen=True, slots=True)
class Bond:
    """All that joins two concepts, either way."""

    one: str
    other: str
    """The later of the two ids."""
    prose: int = 0
    """In how many kinds of ways the text joins them, counted for each direction."""
    code: int = 0
    """As `prose`, by references, and by imports between the targets of the two."""

    @property
    def weight(self) -> int:
        """How strongly they belong together."""
        return self.prose + self.code


def bonds(graph: Graph) -> tuple[Bond, ...]:
    """Every two concepts of a graph that something joins, in order.

    What the tests of a note import joins nothing: tests use what is at hand.
    """
    concepts = {node.id for node in graph.nodes if node.is_concept}
    found: dict[tuple[str, str], list[int]] = {}
    for edge, source, target in _between(graph):
        if source != target and source in concepts and target in concepts:
            counts = found.setdefault((min(source, target), max(source, target)), [0, 0])
            # What is to be read first is closer than what is only mentioned.
            counts[edge.kind in CODE] += 2 if edge.kind is EdgeKind.NEEDS else 1
    return tuple(Bond(*ends, *counts) for ends, counts in sorted(found.items()))


def _between(graph: Graph) -> Iterator[tuple[Edge, str, str]]:
    owners = {edge.target: edge.source for edge in graph.edges_of(EdgeKind.TANGLES)}
    for edge in graph.edges_of(*PROSE):
        yield edge, edge.source, edge.target
    for edge in graph.edges_of(*CODE):
        if not edge.source.startswith(TESTS):
            yield (
                edge,
                owners.get(edge.source, edge.source),
                owners.get(edge.target, edge.target),
            )
