"""Gradients that are too long are made shorter."""

from collections.abc import Iterable

import numpy as np

from transformer.backpropagation import Array, Gradients


def gradient_norm(gradients: Gradients, arrays: Iterable[Array]) -> float:
    """Measure all gradients together.

    Args:
        gradients: of the loss.
        arrays: whose gradients to measure.

    Returns:
        The root of the sum of all squares.
    """
    rows = (gradients[array].ravel() for array in arrays)
    return sum(float(row @ row.astype(np.float64)) for row in rows) ** 0.5


def shortening(norm: float, limit: float) -> float:
    """Return the factor that brings a norm to a limit, if it is above.

    Args:
        norm: of all gradients together.
        limit: the longest that is allowed, above 0.

    Raises:
        FloatingPointError: the norm is infinite or not a number. No factor
            can mend that, and the weights would be lost.
    """
    if not np.isfinite(norm):
        raise FloatingPointError(f"the norm of the gradient is {norm}")
    return min(1.0, limit / norm) if norm else 1.0
