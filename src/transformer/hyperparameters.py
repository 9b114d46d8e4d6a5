"""What is chosen before training starts, and stays."""

from typing import NamedTuple


class Hyperparameters(NamedTuple):
    """What is chosen, not learned."""

    size: int
    """How many numbers stand for a word; a multiple of `heads`."""
    width: int
    """How many stand in the middle of a feed-forward part."""
    depth: int
    """How many layers are stacked."""
    heads: int
    """How many attentions run side by side."""
    norm_first: bool = False
    """Whether a part normalises what goes in, instead of what comes out."""
    activation: str = "relu"
    """What a feed-forward part has in the middle: `relu` or `gelu`."""
    dropout: float = 0.0
    """Which share of the numbers is set to zero while training."""


BASE = Hyperparameters(size=512, width=2048, depth=6, heads=8, dropout=0.1)
"""The base model of Vaswani et al. (2017, table 3)."""
