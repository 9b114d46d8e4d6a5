"""The graph as data for other programs."""

from __future__ import annotations

import csv
import io
import json
import re
from math import sqrt
from typing import TYPE_CHECKING, Any

from lierne.graph.model import NodeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lierne.graph.model import Graph, Node

VERSION = 1
"""Of the JSON form; it grows when a reader of the old form would misread the new one."""

# XML has no way to write these, not even as a reference.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DOT = {NodeKind.MODULE: "box", NodeKind.ATTACHMENT: "note", NodeKind.TAG: "plaintext"}
_MERMAID = {NodeKind.MODULE: ("[", "]"), NodeKind.TAG: ("{{", "}}")}
_WIDTH, _HEIGHT, _GAP = 260, 60, 80
_UNWRITTEN = "1"
"""The first of the colours that every reader of a canvas knows: red, in Obsidian."""


def to_json(graph: Graph) -> dict[str, Any]:
    """The graph as plain values, ready for `json`: `version`, `nodes` and `edges`."""
    return {
        "version": VERSION,
        "nodes": [node.row() for node in graph.nodes],
        "edges": [edge.row() for edge in graph.edges],
    }


def as_json(graph: Graph) -> str:
    """The graph as JSON, in the form that `to_json` gives."""
    return json.dumps(to_json(graph), ensure_ascii=False, indent=1)


def as_graphml(graph: Graph) -> str:
    """The graph as GraphML, for Gephi, yEd, igraph and others; lists are joined by blanks."""
    import networkx as nx  # type: ignore[import-untyped] # noqa: PLC0415 - heavy

    made = nx.MultiDiGraph()
    for node in graph.nodes:
        made.add_node(_xml(node.id), **_plain(node.row(), without="id"))
    for edge in graph.edges:
        row = _plain(edge.row(), without="source target")
        made.add_edge(_xml(edge.source), _xml(edge.target), key=edge.kind.value, **row)
    return "\n".join(nx.generate_graphml(made)) + "\n"


def as_dot(graph: Graph) -> str:
    """The graph in the language of Graphviz."""
    lines = ["digraph vault {", "  node [shape=ellipse];"]
    for node in graph.nodes:
        shape = f", shape={_DOT[node.kind]}" if node.kind in _DOT else ""
        dashed = ", style=dashed" if node.kind is NodeKind.UNRESOLVED else ""
        lines.append(f"  {_quoted(node.id)} [label={_quoted(node.title)}{shape}{dashed}];")
    for edge in graph.edges:
        ends = f"{_quoted(edge.source)} -> {_quoted(edge.target)}"
        lines.append(f"  {ends} [label={_quoted(edge.kind.value)}];")
    return "\n".join([*lines, "}\n"])


def as_mermaid(graph: Graph) -> str:
    """The graph as a Mermaid flow chart, for a note's own block."""
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    for node in graph.nodes:
        before, after = _MERMAID.get(node.kind, ("(", ")"))
        lines.append(f'  {names[node.id]}{before}"{_entities(node.title)}"{after}')
    for edge in graph.edges:
        arrow = "-->" if edge.kind.value in ("link", "needs") else f"-. {edge.kind.value} .->"
        lines.append(f"  {names[edge.source]} {arrow} {names[edge.target]}")
    return "\n".join([*lines, ""])


def as_csv(graph: Graph) -> str:
    """The edges as a table, one row an edge: its ends, its kind, and how often and where first."""
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\n")
    table.writerow(["source", "target", "kind", "times", "line", "column"])
    for edge in graph.edges:
        first = edge.places[0]
        row = edge.source, edge.target, edge.kind.value, len(edge.places), first.line, first.column
        table.writerow(row)
    return made.getvalue()


def as_canvas(graph: Graph) -> str:
    """The graph as a JSON Canvas (jsoncanvas.org, 1.0), which Obsidian opens.

    It holds what can be seen there, in rows in the order of reading: notes, then attachments and
    names not yet written. To be saved into the vault, for it names files by their vault paths.
    """
    order = {node.id: number for number, node in enumerate(graph.order())}
    shown = [node for node in graph.nodes if node.kind not in (NodeKind.TAG, NodeKind.MODULE)]
    shown.sort(key=lambda node: order.get(node.id, len(order)))
    places = _in_rows([node.id for node in shown])
    nodes = [_card(node, *places[node.id]) for node in shown]
    edges = [
        {"id": f"{e.kind.value}{number}", "fromNode": e.source, "toNode": e.target}
        | ({} if e.kind.value == "link" else {"label": e.kind.value})
        for number, e in enumerate(graph.edges)
        if e.source in places and e.target in places
    ]
    return json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False, indent=1)


FORMATS: Mapping[str, Callable[[Graph], str]] = {
    "json": as_json,
    "graphml": as_graphml,
    "dot": as_dot,
    "mermaid": as_mermaid,
    "canvas": as_canvas,
    "csv": as_csv,
}
"""All forms by name."""


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _plain(row: Mapping[str, Any], without: str) -> dict[str, Any]:
    """A row of what GraphML can hold: no lists, and nothing that is not there."""
    made: dict[str, Any] = {}
    for key, value in row.items():
        if value is None or key in without.split():
            continue
        match value:
            case list() if key == "places":
                made[key] = " ".join("{line}:{column}".format(**place) for place in value)
            case list():
                made[key] = _xml(" ".join(value))
            case str():
                made[key] = _xml(value)
            case _:
                made[key] = value
    return made


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _entities(text: str) -> str:
    """Text for Mermaid, whose own escapes are `#`, a code and `;`."""
    return "".join(c if c.isalnum() or c in " _-.,/" else f"#{ord(c)};" for c in text)


def _in_rows(ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """A corner for each card, in about as many rows as columns."""
    columns = max(1, round(sqrt(len(ids))))
    across, down = _WIDTH + _GAP, _HEIGHT + _GAP
    return {one: (n % columns * across, n // columns * down) for n, one in enumerate(ids)}


def _card(node: Node, x: int, y: int) -> dict[str, Any]:
    card = {"id": node.id, "x": x, "y": y, "width": _WIDTH, "height": _HEIGHT}
    if node.kind is NodeKind.UNRESOLVED:
        return card | {"type": "text", "text": node.title, "color": _UNWRITTEN}
    return card | {"type": "file", "file": node.id}
