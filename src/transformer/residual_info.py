"""Add & norm: a layer adds to a word instead of replacing it."""

from collections.abc import Callable

from transformer.backpropagation import Array, Tape, add
from transformer.dropout import dropout
from transformer.hyperparameters import Hyperparameters
from transformer.layer_normalisation import Norm, layer_norm


def residual(
    tape: Tape,
    x: Array,
    part: Callable[[Array], Array],
    norm: Norm,
    choices: Hyperparameters,
) -> Array:
    """Add what a part computes, and normalise (Vaswani et al. 2017, 3.1).

    Args:
        tape: records the operators that run.
        x: the words, [..., size].
        part: computes a correction from words, [..., size] to [..., size].
        norm: what the normalisation has learned.
        choices: whether to normalise before the part, and how much to drop.

    Returns:
        The corrected words, [..., size].
    """
    if choices.norm_first:
        correction = part(tape(layer_norm, x, *norm))
        return tape(add, x, dropout(tape, correction, choices.dropout))
    correction = dropout(tape, part(x), choices.dropout)
    return tape(layer_norm, tape(add, x, correction), *norm)
