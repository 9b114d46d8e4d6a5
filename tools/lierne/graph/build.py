"""The concept graph, from a vault's notes and from what they tangle into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Place, Problem, Severity, in_order
from lierne.code.imports import imports
from lierne.graph.model import Edge, EdgeKind, Graph, Node, NodeKind
from lierne.read.resolve import NOTE_ENDING, is_note, name_key
from lierne.read.rules.tag import tag_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lierne.code.imports import Import, Unreadable
    from lierne.code.tangle import Tangled
    from lierne.read.note import Link, Note
    from lierne.read.vault.seen import Ends
    from lierne.read.vault.vault import Vault

NOT_PYTHON = Kind("G101", Severity.WARNING, "a Python target with a syntax error")

# The endings of the files that Obsidian shows; any other may be part of a note's name: `[[v1.2]]`.
_ATTACHMENTS = frozenset(
    [
        *("avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"),
        *("flac", "m4a", "mp3", "ogg", "wav", "webm", "3gp", "mkv", "mov", "mp4", "ogv"),
        *("pdf", "canvas", "base"),
    ]
)
_NODE_ORDER = {kind: number for number, kind in enumerate(NodeKind)}
_EDGE_ORDER = {kind: number for number, kind in enumerate(EdgeKind)}


def build(vault: Vault, tangled: Tangled) -> Graph:
    """Makes the graph: every note, tag and target, and every file and name that a note links.

    Args:
        vault: The notes.
        tangled: What they make.
    """
    builder = _Builder(vault)
    for path in vault.paths:
        builder.add_note(path)
    builder.add_code(tangled)
    return builder.graph()


def is_attachment(target: str) -> bool:
    """Whether a link's target, by its ending, is a file that Obsidian shows and not a note."""
    return target.rpartition(".")[2].lower() in _ATTACHMENTS and "." in target


def unresolved_id(target: str) -> str:
    """The id of a name that is linked and not there: one for all ways to write it."""
    name = name_key(target.strip()).removesuffix(NOTE_ENDING)
    return f"?{name.strip().lstrip('/')}"


@dataclass(frozen=True, slots=True)
class _Part:
    """What one note brings into the graph."""

    node: Node
    tags: tuple[Node, ...]
    files: frozenset[str]
    """What its links lead to."""
    unwritten: tuple[Node, ...]
    edges: tuple[Edge, ...]
    """By their targets."""


class _Builder:
    """Collects nodes by id, and edges by their sources."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._nodes: dict[str, Node] = {}
        self._edges: dict[str, tuple[Edge, ...]] = {}
        self._code: dict[tuple[str, str, EdgeKind], list[Place]] = {}
        self._problems: list[Problem] = []

    def graph(self) -> Graph:
        """All that was collected, in order."""
        for edge in _edges(self._code):
            self._edges[edge.source] = (*self._edges.get(edge.source, ()), edge)
        changed = {source for source, _, _ in self._code}
        edges: list[Edge] = []
        for source, own in sorted(self._edges.items()):
            edges += sorted(own, key=_by_target) if source in changed else own
        return Graph(
            tuple(sorted(self._nodes.values(), key=lambda n: (_NODE_ORDER[n.kind], n.id))),
            tuple(edges),
            in_order(self._problems),
        )

    def add_note(self, path: str) -> None:
        """Adds a note with its tags and links."""
        part = self._vault.of(_part, path)
        self._nodes[path] = part.node
        for node in (*part.tags, *part.unwritten):
            self._nodes.setdefault(node.id, node)
        for file in part.files:
            if file not in self._nodes and file not in self._vault.notes:
                kind = NodeKind.NOTE if is_note(file) else NodeKind.ATTACHMENT
                title = file.rpartition("/")[2].removesuffix(NOTE_ENDING)
                self._nodes[file] = Node(file, kind, title, self._vault.config.shown(file))
        self._edges[path] = part.edges

    def add_code(self, tangled: Tangled) -> None:
        """Adds the targets, the references between notes, and the imports between targets."""
        for path, target in tangled.targets.items():
            self._edge(target.owner, self._module(path), EdgeKind.TANGLES, target.place)
        for reference, chunk in tangled.references.items():
            if chunk is not None:
                self._edge(reference.note, chunk.key[0], EdgeKind.REFERENCE, reference.place)
        found, unreadable = python_imports(tangled, self._vault)
        for one in found:
            place = Place(one.source, one.line, one.column)
            self._edge(self._module(one.source), self._module(one.target), EdgeKind.IMPORTS, place)
        self._problems += unreadable

    def _edge(self, source: str, target: str, kind: EdgeKind, place: Place) -> None:
        self._code.setdefault((source, target, kind), []).append(place)

    def _module(self, path: str) -> str:
        """The id of a target: its path, told apart from a file of that path inside the vault."""
        other = self._nodes.get(path)
        own = path if other is None or other.path == path else f"./{path}"
        title = path.rpartition("/")[2]
        self._nodes[own] = Node(own, NodeKind.MODULE, title, path)
        return own


def _part(note: Note, ends: Ends) -> _Part:
    tags: dict[str, Node] = {}
    unwritten: dict[str, Node] = {}
    places: dict[tuple[str, str, EdgeKind], list[Place]] = {}
    for tag in note.tags:
        tag_id = f"#{tag_key(tag.name)}"
        tags.setdefault(tag_id, Node(tag_id, NodeKind.TAG, f"#{tag.name}"))
        places.setdefault((note.path, tag_id, EdgeKind.TAG), []).append(tag.place)
    for link, end in zip(note.links, ends, strict=True):
        if link.external or not (link.target or link.subpath):
            continue
        if end is None:
            missing = _missing(link)
            unwritten.setdefault(missing.id, missing)
        places.setdefault((note.path, end or missing.id, _kind(link)), []).append(link.place)
    ids = tuple(sorted(tags))
    node = Node(note.path, NodeKind.NOTE, note.name, note.text.path, tags=ids)
    files = frozenset(end for end in ends if end is not None)
    edges = tuple(sorted(_edges(places), key=_by_target))
    return _Part(node, tuple(tags.values()), files, tuple(unwritten.values()), edges)


def _missing(link: Link) -> Node:
    attachment = is_attachment(link.target)
    title = link.target.strip()
    return Node(unresolved_id(link.target), NodeKind.UNRESOLVED, title, attachment=attachment)


def _edges(places: Mapping[tuple[str, str, EdgeKind], Iterable[Place]]) -> Iterator[Edge]:
    for (source, target, kind), some in places.items():
        yield Edge(source, target, kind, tuple(sorted(set(some))))


def _by_target(edge: Edge) -> tuple[str, int]:
    return edge.target, _EDGE_ORDER[edge.kind]


def python_imports(
    tangled: Tangled, vault: Vault
) -> tuple[tuple[Import, ...], tuple[Problem, ...]]:
    """The imports between a vault's Python targets, and the targets that are not Python."""
    texts = {path: target.text for path, target in tangled.targets.items()}
    found, unreadable = imports(
        {path: text for path, text in texts.items() if text is not None}, vault.config.targets
    )
    return found, tuple(_not_python(one, tangled, vault) for one in unreadable)


def note_place(tangled: Tangled, vault: Vault, path: str, line: int, column: int) -> Place:
    """The place of the note that a place of a target comes from, else the target's own claim."""
    target = tangled.targets[path]
    origin = target.map.note_at(line, column)
    if origin is None:
        return target.place
    note, note_line, note_column = origin
    return vault.text(note).place(note_line, note_column, note_line)


def _not_python(one: Unreadable, tangled: Tangled, vault: Vault) -> Problem:
    place = note_place(tangled, vault, one.path, one.line, one.column)
    message = f"`{one.path}` is not valid Python: {one.reason} (its line {one.line})"
    return Problem(NOT_PYTHON, place, message, "mend the code here, in the note")


def _kind(link: Link) -> EdgeKind:
    if link.key is not None:
        return EdgeKind.NEEDS if link.key == "needs" else EdgeKind.PROPERTY
    return EdgeKind.EMBED if link.embed else EdgeKind.LINK
