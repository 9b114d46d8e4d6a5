"""The graph as data for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lierne.graph.model import Graph

VERSION = 1
"""Of the JSON form; it grows when a reader of the old form would misread the new one."""


def to_json(graph: Graph) -> dict[str, Any]:
    """The graph as plain values, ready for `json`: `version`, `nodes` and `edges`."""
    return {
        "version": VERSION,
        "nodes": [node.row() for node in graph.nodes],
        "edges": [edge.row() for edge in graph.edges],
    }
