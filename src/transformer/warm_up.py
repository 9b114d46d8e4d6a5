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
