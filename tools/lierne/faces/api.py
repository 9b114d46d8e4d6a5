"""Lierne in Python: a vault that can also tangle, check itself and draw its graph."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from lierne.base.problem import in_order
from lierne.check.vault import check
from lierne.code.stitch.stitch import stitch
from lierne.code.tangle import tangle
from lierne.code.targets.last import plan
from lierne.graph.build import build
from lierne.read.vault import vault as reading

if TYPE_CHECKING:
    from lierne.base.plan import Plan
    from lierne.base.problem import Problem
    from lierne.code.tangle import Tangled
    from lierne.graph.model import Graph


class Vault(reading.Vault):
    """A folder of notes, and all that can be made of it.

    A vault is what it was when it was read: after a change, `again()` reads it anew. Nothing here
    raises on account of a note, and nothing is written before a plan is applied.
    """

    @cached_property
    def tangled(self) -> Tangled:
        """The targets that the notes make: their text, their maps, and what is wrong with them."""
        return tangle(self.outlines(), self.names, self.config)

    def tangle(self) -> Plan:
        """What tangling would change; `apply()` does it, `diff()` shows it."""
        return plan(self, self.tangled)

    def stitch(self, *, markers: bool = False) -> Plan:
        """What stitching would change: edits of targets carried back into the notes.

        Args:
            markers: Whether a target that contradicts its note gets both sides, to choose from.
        """
        return stitch(self, markers=markers)

    def graph(self) -> Graph:
        """The concept graph of notes, code, tags and attachments."""
        return build(self, self.tangled)

    def check(self) -> tuple[Problem, ...]:
        """Every problem of the vault, as `lierne check` reports them."""
        from lierne.site.render import unshown  # noqa: PLC0415 - formulas are heavy

        return in_order([*check(self, self.tangled), *unshown(self)])
