"""Every problem of a vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.base.problem import in_order
from lierne.check.circles import embed_cycles, needs_cycles
from lierne.check.code import stale, unsaid
from lierne.check.links import Links
from lierne.check.names import names
from lierne.check.outputs import Outputs
from lierne.check.properties import properties
from lierne.code.run.written import written
from lierne.code.tangle import tangle
from lierne.code.targets.last import plan
from lierne.graph.build import build

if TYPE_CHECKING:
    from lierne.base.problem import Problem
    from lierne.code.tangle import Tangled
    from lierne.graph.model import Graph
    from lierne.read.vault.vault import Vault


def check(
    vault: Vault, tangled: Tangled | None = None, graph: Graph | None = None
) -> tuple[Problem, ...]:
    """Finds everything that is wrong in a vault, in the order of its places.

    Nothing is written, and no code of a note is run.

    Args:
        vault: The notes.
        tangled: What they make, where somebody knows it already.
        graph: How it hangs together, alike.
    """
    tangled = tangled or tangle(vault.outlines(), vault.names, vault.config)
    found = list(vault.problems)
    found += names(vault)
    links = Links(vault)
    for note in vault:
        found += links.problems(note)
        found += properties(note, vault.names)
    found += embed_cycles(vault)
    found += written(vault)
    found += Outputs(vault, tangled).problems()
    found += _of_code(vault, tangled, build(vault, tangled) if graph is None else graph)
    return in_order(found)


def _of_code(vault: Vault, tangled: Tangled, graph: Graph) -> list[Problem]:
    made = plan(vault, tangled)
    return [
        *made.problems,
        *stale(made, tangled),
        *graph.problems,
        *unsaid(graph, tangled, vault),
        *needs_cycles(graph),
    ]
