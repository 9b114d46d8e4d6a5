"""Rows become words by the table that made rows of words."""

from transformer.backpropagation import Array, Undo


def word_scores(x: Array, table: Array) -> tuple[Array, Undo]:
    """Compare rows with the row of every word (Press and Wolf 2016).

    Args:
        x: rows, [..., size].
        table: one row a word, [words, size].

    Returns:
        A score for each word, [..., words], and the undo.
    """

    def undo(gradient: Array) -> tuple[Array, Array]:
        rows = x.reshape(-1, x.shape[-1])
        d_scores = gradient.reshape(-1, gradient.shape[-1])
        return gradient @ table, d_scores.T @ rows

    return x @ table.T, undo
