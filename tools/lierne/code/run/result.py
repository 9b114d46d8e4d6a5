"""What came of running a block."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lierne.base.shape import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHAPE = {"text": str, "figures": {str: str}, "seconds": float}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a block did not come to its end."""

    message: str
    """What went wrong, in one line: `ZeroDivisionError: division by zero`."""
    line: int
    """The line of the note that it went wrong on, as seen from the block."""
    traceback: str = ""
    """The traceback as Python prints it; empty where there is none."""
    help: str = "mend it"
    """What to do about it."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run block printed and drew."""

    text: str
    """All that it printed, the value of its last expression and warnings included."""
    figures: Mapping[str, bytes] = field(default_factory=dict)
    """Its figures by name: SVG, finished, with the block's key inside."""
    failed: Failure | None = None
    """None where it came to its end."""
    seconds: float = 0.0
    """How long it took."""
    kept: bool = False
    """Whether it was run at an earlier time, and kept."""
    unfit: str = ""
    """Why its figure does not carry the data it came with; empty where nothing is amiss."""

    def to_json(self) -> bytes:
        """What the store keeps of a block that came to its end."""
        figures = {name: figure.decode() for name, figure in self.figures.items()}
        value = {"text": self.text, "figures": figures, "seconds": self.seconds}
        value |= {"unfit": self.unfit} if self.unfit else {}
        return json.dumps(value, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, data: bytes | None) -> Result | None:
        """Reads what `to_json` gave; None where there is nothing of that kind."""
        value = read_json(data, _SHAPE)
        if value is None:
            return None
        figures = {name: svg.encode() for name, svg in value["figures"].items()}
        unfit = str(value.get("unfit", ""))
        return cls(value["text"], figures, seconds=value["seconds"], kept=True, unfit=unfit)
