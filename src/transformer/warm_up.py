"""The learning rate grows for a while before it falls."""


def warm_up_rate(
    step: int, *, size: int, length: int, factor: float = 1.0
) -> float:
    """Compute the rate of a step (Vaswani et al. 2017, equation 3).

    Args:
        step: counted from 1.
        size: how many numbers stand for a word; larger models learn slower.
        length: how many steps the rate grows.
        factor: what to multiply the paper's rate by.

    Returns:
        The learning rate.
    """
    return factor * size**-0.5 * min(step**-0.5, step * length**-1.5)


def rise_and_fall(step: int, *, peak: float, rise: int, last: int) -> float:
    """Compute the rate of a step, in two straight lines, up and down to 0.

    Args:
        step: counted from 1.
        peak: the highest rate.
        rise: the step in which it is reached.
        last: the step in which nothing is left of it.

    Returns:
        The learning rate.
    """
    return peak * min(step / rise, (last - step) / (last - rise))
