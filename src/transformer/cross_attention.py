"""What was read, prepared to be asked by what is being written."""

from typing import NamedTuple

from transformer.attention_mechanism import Mask
from transformer.backpropagation import Array, Tape
from transformer.multi_headed_attention import AttentionWeights, ask, remember


class Asked(NamedTuple):
    """Words that can be asked, m of them."""

    keys: Array
    """What they can be found by, [b, heads, m, size / heads]."""
    values: Array
    """What they hand over, of the same shape."""
    mask: Mask | None
    """True where a word may be looked at, [b, 1, n or 1, m]."""


def prepare(
    tape: Tape,
    memory: Array,
    weights: AttentionWeights,
    *,
    heads: int,
    mask: Mask | None = None,
) -> Asked:
    """Prepare what was read.

    Args:
        tape: records the operators that run.
        memory: what the encoder computed, [b, m, size].
        weights: what the attention has learned.
        heads: how many heads it has.
        mask: true where a word may be looked at, [b, 1, 1, m].
    """
    return Asked(*remember(tape, memory, weights, heads=heads), mask)


def cross_attention(
    tape: Tape, y: Array, asked: Asked, weights: AttentionWeights
) -> Array:
    """Let words ask others (Vaswani et al. 2017, section 3.2.3).

    Args:
        tape: records the operators that run.
        y: the words that are being written, [b, n, size].
        asked: those that were read.
        weights: what the attention has learned.

    Returns:
        One row for each word that asks, [b, n, size].
    """
    remembered, heads = asked[:2], asked.keys.shape[1]
    return ask(tape, y, remembered, weights, heads=heads, mask=asked.mask)
