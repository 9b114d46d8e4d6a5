"""A note's own neighbourhood in the graph: a figure that a script draws once it is in view."""

from __future__ import annotations

from html import escape


def figure(url: str, assets: str, graph: str) -> str:
    """The figure; without scripts there is none, and the lists of links around it say the same.

    Nothing of the graph stands in it, so that a page does not change with other notes' links.

    Args:
        url: The note's page, from the site's root.
        assets: The way from the note's page to our scripts.
        graph: The way from there to the page of the whole graph.
    """
    assets = escape(assets)
    data = f'data-drawing="{assets}/drawing.json" data-url="{escape(url)}"'
    return (
        f'<figure class="lierne-local" {data} data-graph="{escape(graph)}" hidden></figure>\n'
        f'<script src="{assets}/later.js"></script>\n'
    )
