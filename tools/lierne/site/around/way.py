"""What to read before a note, and what after it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from lierne.graph.model import EdgeKind
from lierne.graph.order import order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lierne.graph.model import Graph

OPENINGS = ("index", "readme")
"""Names of a note that opens its folder, in lower case; one called as the folder does, too."""


class Way:
    """The reading order of each book of a vault.

    A book is the note that opens a folder, and what lies in the folder. On the way are the notes
    that need others or are needed, and those that the opening note links. They come in the order
    in which it names them last, for it may name some before it lists all; but each after what it
    needs.
    """

    def __init__(self, notes: Iterable[str], graph: Graph, home: str | None) -> None:
        """Puts notes in order.

        Args:
            notes: The vault paths of those that are published.
            graph: Says what they need, and what the opening notes link.
            home: The note that opens the site, and so the whole vault.
        """
        paths = list(notes)
        openings = {folder: path for path in paths if (folder := _opens(path)) is not None}
        if home is not None:
            openings[""] = home
        books: dict[str, list[str]] = {folder: [] for folder in (*openings, "")}
        for path in paths:
            if path not in openings.values():
                books[_book(path, books)].append(path)
        wanted = {need for needs in graph.needs.values() for need in needs}.union(graph.needs)
        listed = _listed(graph, frozenset(openings.values()))
        self._beside: dict[str, tuple[str | None, str | None]] = {}
        for folder, inside in books.items():
            named = listed.get(openings.get(folder, ""), {})
            rest = sorted(path for path in inside if path in wanted and path not in named)
            found = [*sorted(set(inside).intersection(named), key=named.__getitem__), *rest]
            self._add([*filter(None, [openings.get(folder)]), *order(found, graph.needs)])

    def of(self, path: str) -> tuple[str | None, str | None]:
        """The notes to read before and after one, by vault path, where there are any."""
        return self._beside.get(path, (None, None))

    def _add(self, row: list[str]) -> None:
        for number, path in enumerate(row):
            after = row[number + 1] if number + 1 < len(row) else None
            self._beside[path] = (row[number - 1] if number else None, after)


def way(
    beside: tuple[str | None, str | None],
    title: Callable[[str], str],
    href: Callable[[str], str],
) -> str:
    """The links to what is read before and after a note.

    Args:
        beside: These notes, by vault path.
        title: A note's title, by its vault path.
        href: The address of a note's page as this page writes it, by its vault path.
    """
    if beside == (None, None):
        return ""
    links = "".join(
        f'<a class="internal" rel="{rel}" href="{escape(href(path))}">'
        f"<small>{said}</small> {escape(title(path))}</a>\n"
        for path, rel, said in zip(beside, ("prev", "next"), ("Before this", "Next"), strict=True)
        if path is not None
    )
    return (
        f'<nav class="lierne-way" aria-label="Reading order" data-search-exclude>\n{links}</nav>\n'
    )


def _opens(path: str) -> str | None:
    folder, _, name = path[: -len(".md")].rpartition("/")
    own = folder.rpartition("/")[2].lower()
    return folder if folder and name.lower() in (own, *OPENINGS) else None


def _book(path: str, books: Mapping[str, object]) -> str:
    folder = path.rpartition("/")[0]
    while folder not in books:
        folder = folder.rpartition("/")[0]
    return folder


def _listed(graph: Graph, openings: frozenset[str]) -> Mapping[str, Mapping[str, tuple[int, int]]]:
    """Where each opening note names which note last."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for edge in graph.edges_of(EdgeKind.LINK):
        if edge.source in openings:
            last = edge.places[-1]
            found.setdefault(edge.source, {})[edge.target] = (last.line, last.column)
    return found
