"""The concept graph, from a vault's notes and from what they tangle into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Place, Problem, Severity, in_order
from lierne.code.imports import imports
from lierne.graph.model import Edge, EdgeKind, Graph, Node, NodeKind
from lierne.read.resolve import NOTE_ENDING, is_note, name_key
from lierne.read.rules.tag import tag_key

if TYPE_CHECKING:
    from lierne.code.imports import Import, Unreadable
    from lierne.code.tangle import Tangled
    from lierne.read.note import Link, Note
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
    for note in vault:
        builder.add_note(note)
    builder.add_code(tangled)
    return builder.graph()


def is_attachment(target: str) -> bool:
    """Whether a link's target, by its ending, is a file that Obsidian shows and not a note."""
    return target.rpartition(".")[2].lower() in _ATTACHMENTS and "." in target


def unresolved_id(target: str) -> str:
    """The id of a name that is linked and not there: one for all ways to write it."""
    name = name_key(target.strip()).removesuffix(NOTE_ENDING)
    return f"?{name.strip().lstrip('/')}"


class _Builder:
    """Collects nodes by id, and edges by their ends and kind."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._nodes: dict[str, Node] = {}
        self._places: dict[tuple[str, str, EdgeKind], list[Place]] = {}
        self._problems: list[Problem] = []

    def graph(self) -> Graph:
        """All that was collected, in order."""
        edges = [
            Edge(source, target, kind, tuple(sorted(set(places))))
            for (source, target, kind), places in self._places.items()
        ]
        return Graph(
            tuple(sorted(self._nodes.values(), key=lambda n: (_NODE_ORDER[n.kind], n.id))),
            tuple(sorted(edges, key=lambda e: (e.source, e.target, _EDGE_ORDER[e.kind]))),
            in_order(self._problems),
        )

    def add_note(self, note: Note) -> None:
        """Adds a note with its tags and links."""
        tags = {self._tag(tag.name): None for tag in note.tags}
        self._nodes[note.path] = Node(
            note.path,
            NodeKind.NOTE,
            note.name,
            note.text.path,
            tags=tuple(sorted(tags)),
        )
        for tag in note.tags:
            self._edge(note.path, self._tag(tag.name), EdgeKind.TAG, tag.place)
        for link in note.links:
            if not link.external and (link.target or link.subpath):
                self._edge(note.path, self._end(link, note), _kind(link), link.place)

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
        self._places.setdefault((source, target, kind), []).append(place)

    def _tag(self, name: str) -> str:
        tag_id = f"#{tag_key(name)}"
        self._nodes.setdefault(tag_id, Node(tag_id, NodeKind.TAG, f"#{name}"))
        return tag_id

    def _module(self, path: str) -> str:
        """The id of a target: its path, told apart from a file of that path inside the vault."""
        other = self._nodes.get(path)
        own = path if other is None or other.path == path else f"./{path}"
        title = path.rpartition("/")[2]
        self._nodes[own] = Node(own, NodeKind.MODULE, title, path)
        return own

    def _end(self, link: Link, note: Note) -> str:
        """The id of what a link leads to."""
        path = self._vault.resolve(link, note.path).path
        if path is None:
            missing = unresolved_id(link.target)
            kind, title = NodeKind.UNRESOLVED, link.target.strip()
            node = Node(missing, kind, title, attachment=is_attachment(link.target))
            self._nodes.setdefault(missing, node)
            return missing
        if path not in self._nodes and path not in self._vault.notes:
            kind = NodeKind.NOTE if is_note(path) else NodeKind.ATTACHMENT
            title = path.rpartition("/")[2].removesuffix(NOTE_ENDING)
            self._nodes[path] = Node(path, kind, title, self._vault.config.shown(path))
        return path


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
