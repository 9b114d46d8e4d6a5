"""Numerical derivatives, and how far a gradient is from them."""

from collections.abc import Callable, Sequence

import numpy as np

from transformer.backpropagation import Array, Tape


def numeric_gradient(
    total: Callable[[], float], array: Array, nudge: float = 1e-5
) -> Array:
    """Compute the slope of a total along each number of an array.

    Args:
        total: computes the total from the array as it is now.
        array: float64, any shape; nudged in place and put back.
        nudge: the size of a nudge.

    Returns:
        The slopes of the total, of the array's shape.
    """
    slopes = np.empty_like(array)
    for place in np.ndindex(array.shape):
        here = array[place]
        array[place] = here + nudge
        above = total()
        array[place] = here - nudge
        below = total()
        array[place] = here
        slopes[place] = (above - below) / (2 * nudge)
    return slopes


def gradient_error(compute: Callable[[Tape], Array], *arrays: Array) -> float:
    """Compare the gradients of a tape with slopes.

    Args:
        compute: computes an array on a tape.
        arrays: float64 arrays it depends on, whose gradients are checked.

    Returns:
        The largest difference, relative to the largest slope.
    """
    tape = Tape()
    output = compute(tape)
    factors = wave(*output.shape, phase=0.5)
    gradients = tape.gradients(output, factors)

    def total() -> float:
        return float((compute(Tape()) * factors).sum())

    slopes = [numeric_gradient(total, array) for array in arrays]
    pairs = zip(arrays, slopes, strict=True)
    errors = [gradients[array] - slope for array, slope in pairs]
    return largest(errors) / largest(slopes)


def largest(arrays: Sequence[Array]) -> float:
    """Return the largest absolute value in several arrays."""
    return max(float(np.abs(array).max()) for array in arrays)


def wave(*shape: int, phase: float = 0.0) -> Array:
    """Make an array of fixed numbers from -1 to 1 with no visible pattern."""
    count = np.arange(np.prod(shape, dtype=int))
    return np.sin(count * count + phase).reshape(shape)
