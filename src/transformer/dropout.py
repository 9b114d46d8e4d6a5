"""Numbers set to zero at random while training."""

from transformer.backpropagation import Array, Tape, Undo


def thin(x: Array, *, factors: Array) -> tuple[Array, Undo]:
    """Multiply by fixed factors: zero for what is gone."""
    return x * factors, lambda gradient: gradient * factors


def dropout(tape: Tape, x: Array, rate: float) -> Array:
    """Set numbers to zero at random, if training (Srivastava et al. 2014).

    Args:
        tape: records the operators that run; its generator draws. Without a
            generator the model is not training, and nothing happens.
        x: any shape.
        rate: which share of the numbers goes, from 0 to below 1.

    Returns:
        Of the shape of `x`; the same on average.

    Raises:
        ValueError: the rate is not from 0 to below 1.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"a dropout rate of {rate}, not from 0 to below 1")
    if tape.generator is None or rate == 0:
        return x
    passes = tape.generator.random(x.shape, dtype=x.dtype) >= rate
    factors = passes.astype(x.dtype) / x.dtype.type(1 - rate)
    return tape(thin, x, factors=factors)
