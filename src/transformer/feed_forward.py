"""The feed-forward part of a layer: each word by itself."""

from typing import NamedTuple

import numpy as np

from transformer.backpropagation import Array, Tape, Undo
from transformer.gelu import gelu
from transformer.linear import Linear, linear, new_linear


class FeedForwardWeights(NamedTuple):
    """What a feed-forward part has learned."""

    widen: Linear
    """From `size` numbers to `width`."""
    narrow: Linear
    """From `width` numbers back to `size`."""


def new_feed_forward(
    generator: np.random.Generator, size: int, width: int
) -> FeedForwardWeights:
    """Make an untrained part for words of `size` numbers, `width` inside."""
    return FeedForwardWeights(
        new_linear(generator, size, width), new_linear(generator, width, size)
    )


def relu(x: Array) -> tuple[Array, Undo]:
    """Keep what is above zero; the gradient passes at the same places."""
    passed = x > 0
    return x * passed, lambda gradient: gradient * passed


ACTIVATIONS = {"relu": relu, "gelu": gelu}


def feed_forward(
    tape: Tape, x: Array, weights: FeedForwardWeights, activation: str = "relu"
) -> Array:
    """Widen, rectify, narrow (Vaswani et al. 2017, equation 2).

    Args:
        tape: records the operators that run.
        x: words, [..., size].
        weights: what was learned.
        activation: what stands in the middle, a key of `ACTIVATIONS`.

    Returns:
        One new row for each word, [..., size].

    Raises:
        ValueError: there is no such activation.
    """
    if activation not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise ValueError(f"no activation {activation!r}, but: {known}")
    hidden = tape(ACTIVATIONS[activation], tape(linear, x, *weights.widen))
    return tape(linear, hidden, *weights.narrow)
