"""Whether what a block prints is still what its note shows."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

# A number by itself: the digits of `layer1`, `1.2.3` and `0x1f` are parts of words.
_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?!\.?\d|x[0-9a-f])")
_BLANKS = re.compile(r"\s+")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+\b")
_ELAPSED = re.compile(
    r"""(?<![\w.])(?:
        \d+:\d\d(?::\d\d)?(?:\.\d+)?                                   # 0:01:02.5
      | \d+(?:\.\d*)?(?:e[-+]?\d+)?[ ]?                                # 3.1 ms
        (?:[nuµμm]s|s|secs?|seconds?|min|minutes?|h|hours?)
    )(?!\w)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """How exactly an output is to be what it was."""

    tolerance: float | None = None
    """How far numbers may be apart, as a part of the larger one; None where text is text."""
    elide: bool = False
    """Whether elapsed times and addresses in memory count as the same."""

    def alike(self, one: str, other: str) -> bool:
        """Whether two outputs say the same."""
        if self.elide:
            one, other = _elided(one), _elided(other)
        if one == other:
            return True
        return self.tolerance is not None and _near(one, other, self.tolerance)


EXACT = Measure()


def _elided(text: str) -> str:
    return _ELAPSED.sub("…", _ADDRESS.sub("0x…", text))


def _near(one: str, other: str, tolerance: float) -> bool:
    """Whether the words are the same, and the numbers among them near each other.

    Blanks only part the words, for the columns of an array are as wide as its numbers.
    """
    if _words(one) != _words(other):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(math.isclose(float(a), float(b), rel_tol=tolerance) for a, b in pairs)


def _words(text: str) -> list[str]:
    return [_BLANKS.sub(" ", part).strip() for part in _NUMBER.split(text)]
