"""Where code and notes disagree: targets out of date, and imports that the text leaves unsaid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Place, Problem, Severity
from lierne.graph.build import note_place
from lierne.graph.model import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.base.plan import Change, Plan
    from lierne.code.tangle import Tangled
    from lierne.graph.model import Graph
    from lierne.read.vault.vault import Vault

STALE = Kind("T101", Severity.WARNING, "a target that is not what the notes say")
UNSAID = Kind("G102", Severity.HINT, "an import that no link mentions")

_TEST = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py$")
_SAID = (EdgeKind.LINK, EdgeKind.EMBED, EdgeKind.PROPERTY, EdgeKind.NEEDS, EdgeKind.REFERENCE)


def stale(plan: Plan, tangled: Tangled) -> Iterator[Problem]:
    """Says of each target what tangling would do to it."""
    for change in plan.changes:
        target = tangled.targets.get(change.path)
        place = Place(change.path) if target is None else target.place
        yield Problem(STALE, place, _difference(change), "run `lierne tangle`")


def _difference(change: Change) -> str:
    if change.verb == "create":
        return f"`{change.path}` is not there yet"
    if change.verb == "remove":
        return f"no note makes `{change.path}` any more"
    if change.verb == "change":
        added, removed = change.lines
        return f"`{change.path}` is not what the notes say (+{added} -{removed})"
    return f"`{change.path}` begins with `#!` and cannot be run"


def unsaid(graph: Graph, tangled: Tangled, vault: Vault) -> Iterator[Problem]:
    """Finds the imports between two notes' code of which the importing note's text says nothing."""
    said = {(edge.source, edge.target) for edge in graph.edges_of(*_SAID)}
    for edge in graph.edges_of(EdgeKind.IMPORTS):
        target, place = tangled.targets[edge.source], edge.places[0]
        origin = target.map.note_at(place.line, place.column)
        other = tangled.targets[edge.target].owner
        if origin is None or said & {(origin[0], other), (target.owner, other)}:
            continue
        if other in (origin[0], target.owner) or _TEST.search(edge.source):
            continue  # what a test needs for its work is no part of what the text explains
        said.add((origin[0], other))
        name = vault.names.shortest(other)
        message = f"the code imports `{edge.target}`, and the text never links `{name}`"
        here = note_place(tangled, vault, edge.source, place.line, place.column)
        yield Problem(UNSAID, here, message, f"link `[[{name}]]` where the text builds on it")
