"""How surprised a model is by the right answers."""

import numpy as np

from transformer.backpropagation import Array, Undo
from transformer.input_embedding import PADDING, Ids


def cross_entropy(
    scores: Array, *, answers: Ids, smoothing: float = 0.0
) -> tuple[Array, Undo]:
    """Compute the mean surprise (Goodfellow et al. 2016, section 6.2).

    Args:
        scores: a score for each word of the vocabulary, [..., words].
        answers: the number of the right word, [...]; where it is `PADDING`,
            no answer is expected.
        smoothing: which part of an answer is shared among all words.

    Returns:
        One number, 0 if no answer is expected anywhere, and the undo.

    Raises:
        IndexError: an answer that is no number of a word.
        ValueError: there is not one answer for each row of scores.
    """
    *places, words = scores.shape
    if answers.shape != tuple(places):
        shapes = f"{answers.shape} for scores of shape {scores.shape}"
        raise ValueError(f"answers of shape {shapes}")
    if answers.size and not 0 <= answers.min() <= answers.max() < words:
        numbers = f"from {answers.min()} to {answers.max()}"
        raise IndexError(f"answers {numbers} among {words} words")
    expected = answers != PADDING
    count = max(int(expected.sum()), 1)
    centred = scores - scores.max(axis=-1, keepdims=True)
    log_sum = np.log(np.exp(centred).sum(axis=-1, keepdims=True))
    log_p = centred - log_sum
    right = np.take_along_axis(log_p, answers[..., None], axis=-1)[..., 0]
    surprise = (smoothing - 1) * right - smoothing * log_p.mean(axis=-1)

    def undo(gradient: Array) -> Array:
        difference = np.exp(log_p)
        difference -= smoothing / words
        at = answers[..., None]
        guess = np.take_along_axis(difference, at, axis=-1)
        np.put_along_axis(difference, at, guess - (1 - smoothing), axis=-1)
        difference *= expected[..., None]
        return difference * (gradient / count)

    return np.asarray(surprise.sum(where=expected) / count), undo
