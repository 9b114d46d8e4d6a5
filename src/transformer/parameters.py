"""Where the learned numbers of a model live, and where they start."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np

from transformer.backpropagation import Array

Weights = TypeVar("Weights")


def glorot(generator: np.random.Generator, rows: int, columns: int) -> Array:
    """Draw the first values of a matrix (Glorot and Bengio 2010, equation 16).

    Args:
        generator: where the numbers come from.
        rows: the size of a vector before the matrix.
        columns: its size after it.

    Returns:
        The matrix, [rows, columns], float64.
    """
    bound = np.sqrt(6 / (rows + columns))
    return generator.uniform(-bound, bound, size=(rows, columns))


def parameters(weights: Any, name: str = "") -> Iterator[tuple[str, Array]]:
    """Go through every array of a model.

    Args:
        weights: an array, None where a model does without a part, or a
            tuple (named or not) of such, to any depth.
        name: the path to `weights` itself, put before each path below it.

    Yields:
        Each array with its path, such as `layers.0.feed_forward.widen.W`.
    """
    if isinstance(weights, np.ndarray):
        yield name, weights
        return
    if weights is None:
        return
    names = getattr(weights, "_fields", range(len(weights)))
    for part_name, part in zip(names, weights, strict=True):
        yield from parameters(
            part, f"{name}.{part_name}" if name else str(part_name)
        )


def convert(weights: Weights, change: Callable[[Array], Array]) -> Weights:
    """Make a model of the same structure with every array changed."""
    if weights is None:
        return None
    if isinstance(weights, np.ndarray):
        return change(weights)
    make = getattr(weights, "_make", tuple)
    return make(convert(part, change) for part in weights)
