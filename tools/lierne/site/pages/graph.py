"""The page of the concept graph: a drawing that a script shows, and the same as a list."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from lierne.graph.model import EdgeKind, NodeKind

if TYPE_CHECKING:
    from lierne.graph.model import Graph, Node

TITLE = "Graph"
KINDS = {"n": "Notes", "u": "Not yet written", "m": "Code", "t": "Tags", "a": "Files"}
LETTERS = {
    NodeKind.NOTE: "n",
    NodeKind.UNRESOLVED: "u",
    NodeKind.MODULE: "m",
    NodeKind.TAG: "t",
    NodeKind.ATTACHMENT: "a",
}
AT_FIRST = frozenset("nu")
"""The kinds that are shown before anybody asks for more."""
WAYS = {
    EdgeKind.NEEDS: ("needs", "needed by"),
    EdgeKind.LINK: ("links to", "linked from"),
    EdgeKind.EMBED: ("embeds", "embedded in"),
    EdgeKind.PROPERTY: ("names in its properties", "named in the properties of"),
    EdgeKind.REFERENCE: ("takes code from", "gives code to"),
    EdgeKind.IMPORTS: ("imports", "imported by"),
    EdgeKind.TANGLES: ("makes", "made by"),
    EdgeKind.TAG: ("tagged", "is a tag of"),
}


def letter(node: Node) -> str:
    """The kind of a node as one letter; an attachment that is missing is one all the same."""
    return LETTERS[NodeKind.ATTACHMENT if node.attachment else node.kind]


def page(shown: Graph, root: str, assets: str) -> str:
    """The page without its title.

    Args:
        shown: What is published of the graph.
        root: The way from the page to the site's root.
        assets: The way from the page to our scripts.
    """
    assets = escape(assets)
    counts = Counter(letter(node) for node in shown.nodes)
    return (
        f'<link rel="stylesheet" href="{assets}/graph.css">\n'
        f'<div class="lierne-graph" data-drawing="{assets}/drawing.json" hidden>\n'
        f"{_bar(shown)}"
        '<div class="lierne-canvas">'
        '<canvas tabindex="0" role="application" aria-label="Drawing of all concepts. '
        "Arrow keys go from one to the next, Enter opens its page, plus and minus zoom, 0 shows "
        'all. The list below says the same."></canvas>\n'
        '<p class="lierne-said" aria-live="polite"></p>\n'
        f"{_ZOOM}</div>\n{_kinds(counts)}"
        '<ul class="lierne-legend" aria-label="Colours"></ul>\n</div>\n'
        f'<script src="{assets}/later.js"></script>\n'
        f"{_listed(shown, root)}"
    )


_ZOOM = (
    '<div class="lierne-zoom">'
    '<button type="button" data-do="in" aria-label="Larger">+</button>'
    '<button type="button" data-do="out" aria-label="Smaller">−</button>'  # noqa: RUF001
    '<button type="button" data-do="all" aria-label="Show all">⤢</button></div>\n'
)


def _bar(shown: Graph) -> str:
    tags = [node.title for node in shown.nodes if node.id.startswith("#")]
    options = "".join(f"<option>{escape(tag)}</option>" for tag in tags)
    choice = (
        f'<label>Tag <select name="tag"><option value="">all</option>{options}</select></label>'
        if tags
        else ""
    )
    return (
        '<form class="lierne-bar"><input type="search" name="find" placeholder="Find a concept" '
        'aria-label="Find a concept" autocomplete="off" spellcheck="false">'
        '<fieldset aria-label="View">'
        '<label><input type="radio" name="view" value="overview" checked>'
        "<span>Overview</span></label>"
        '<label><input type="radio" name="view" value="order"><span>Reading order</span></label>'
        "</fieldset>"
        '<label>Colour <select name="colour"><option value="group">community</option>'
        '<option value="folder">folder</option><option value="tag">tag</option></select></label>'
        f"{choice}</form>\n"
    )


def _kinds(counts: Counter[str]) -> str:
    boxes = [
        f'<label class="lierne-kind-{kind}"><input type="checkbox" name="{kind}"'
        f"{' checked' if kind in AT_FIRST else ''}><span>{name} <small>{counts[kind]}</small>"
        "</span></label>"
        for kind, name in KINDS.items()
        if counts[kind]
    ]
    ways = [("prose", "joined in prose"), ("code", "joined by code")]
    boxes += [
        f'<label class="lierne-way-{way}"><input type="checkbox" name="{way}" checked>'
        f"<span>{said}</span></label>"
        for way, said in ways
    ]
    return f'<form class="lierne-kinds" aria-label="What is shown">{"".join(boxes)}</form>\n'


def _listed(shown: Graph, root: str) -> str:
    titles = {node.id: node.title.lower() for node in shown.nodes}
    links = {
        node.id: f'<a href="#node-{number}">{escape(node.title)}</a>'
        for number, node in enumerate(shown.nodes)
    }
    near: dict[str, dict[str, dict[str, None]]] = {}
    for edge in shown.edges:
        there, back = WAYS[edge.kind]
        if edge.source != edge.target:
            near.setdefault(edge.source, {}).setdefault(there, {})[edge.target] = None
            near.setdefault(edge.target, {}).setdefault(back, {})[edge.source] = None
    groups: dict[str, list[str]] = {}
    for number, node in enumerate(shown.nodes):
        ways = [
            f"<small>{way} {', '.join(map(links.__getitem__, others))}</small>"
            for words in WAYS.values()
            for way in words
            if (others := sorted(near.get(node.id, {}).get(way, ()), key=titles.__getitem__))
        ]
        item = f'<li id="node-{number}">{_title(node, root)} {" ".join(ways)}</li>\n'
        groups.setdefault(letter(node), []).append(item)
    body = "".join(
        f"<h2>{name}</h2>\n<ul>\n{''.join(groups[kind])}</ul>\n"
        for kind, name in KINDS.items()
        if kind in groups
    )
    return (
        '<details class="lierne-nodes" data-search-exclude>'
        f"<summary>The same as a list</summary>\n{body}</details>\n"
    )


def _title(node: Node, root: str) -> str:
    if node.url is None:
        return f"<b>{escape(node.title)}</b>"
    return f'<a class="lierne-node" href="{escape(root + node.url)}">{escape(node.title)}</a>'
