"""A learned row for each place, added to the words."""

import numpy as np

from transformer.backpropagation import Array, Undo


def add_learned_positions(
    x: Array, places: Array, *, before: int = 0
) -> tuple[Array, Undo]:
    """Add to each word the row of its place (Gehring et al. 2017, 3.1).

    Args:
        x: words, [b, n, size].
        places: one row a place, [longest, size].
        before: how many words stand before the first of them.

    Returns:
        Words and places, [b, n, size], and the undo.

    Raises:
        ValueError: the words reach beyond the longest.
    """
    end, longest = before + x.shape[1], len(places)
    if end > longest:
        message = f"{end} words, but only {longest} places were learned"
        raise ValueError(message)

    def undo(gradient: Array) -> tuple[Array, Array]:
        d_places = np.zeros_like(places)
        d_places[before:end] = gradient.sum(axis=0)
        return gradient, d_places

    return x + places[before:end], undo


def new_places(
    generator: np.random.Generator, longest: int, size: int
) -> Array:
    """Make an untrained table, [longest, size], of variance 1 / size."""
    return generator.normal(scale=size**-0.5, size=(longest, size))
