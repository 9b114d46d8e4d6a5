"""Which words may look at which; true means yes."""

import numpy as np

from transformer.attention_mechanism import Mask
from transformer.input_embedding import PADDING, Ids


def padding_mask(ids: Ids) -> Mask:
    """Let no word look at padding.

    Args:
        ids: the number of each word, [b, m], filled up with `PADDING`.

    Returns:
        True where there is a word, [b, 1, 1, m].
    """
    return (ids != PADDING)[:, None, None, :]


def look_ahead_mask(n: int, before: int = 0) -> Mask:
    """Let each word look at itself and at those before it.

    Args:
        n: how many words look.
        before: how many words stand before the first of them.

    Returns:
        True where a word may look, [n, before + n].
    """
    return np.tri(n, before + n, before, dtype=bool)
