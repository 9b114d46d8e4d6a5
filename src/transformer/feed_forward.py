"""What each word makes, by itself, of what it has heard."""

from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Tape, Undo
from transformer.linear import Linear, linear, new_linear


class FeedForwardWeights(NamedTuple):
    """What a feed-forward part has learned."""

    widen: Linear
    """What to ask of a word, from its size to the width."""
    narrow: Linear
    """What to add for each yes, from the width to its size."""


def new_feed_forward(generator: np.random.Generator, size: int, width: int) -> FeedForwardWeights:
    """Make an untrained part for words of `size` numbers, with `width` in the middle."""
    return FeedForwardWeights(
        new_linear(generator, size, width), new_linear(generator, width, size)
    )


def relu(x: Array) -> tuple[Array, Undo]:
    """Let pass what is above zero; the gradient passes at the same places."""
    passed = x > 0
    return x * passed, lambda gradient: gradient * passed


def feed_forward(tape: Tape, x: Array, weights: FeedForwardWeights) -> Array:
    """Widen, bend, narrow (Vaswani et al. 2017, equation 2).

    Args:
        tape: what remembers the way back.
        x: words, [..., size].
        weights: what was learned.

    Returns:
        What each word makes of itself, [..., size].
    """
    answers = tape(relu, tape(linear, x, *weights.widen))
    return tape(linear, answers, *weights.narrow)
