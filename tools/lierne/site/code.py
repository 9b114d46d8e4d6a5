"""Code blocks: their title, their place in the target, and links from references to chunks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lierne.base.problem import Place


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of a target that come from one block."""

    target: str
    """From the project's root."""
    first: int
    """Counts from 1."""
    last: int
    """The last of the lines, not the one past it."""


Spans = Mapping[Place, Sequence[Span]]
"""By the place of a block, in the order of targets and lines."""
