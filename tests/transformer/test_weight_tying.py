import numpy as np

from transformer.backpropagation import Array, Tape
from transformer.gradient_check import gradient_error, wave
from transformer.input_embedding import embed
from transformer.weight_tying import word_scores


def test_the_row_of_a_word_leads_back_to_it() -> None:
    table = wave(7, 16)
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    scores, _ = word_scores(table, table)
    assert scores.argmax(axis=1).tolist() == list(range(7))


def test_gradient_of_a_table_used_at_both_ends() -> None:
    table, ids = wave(5, 4), np.array([[2, 3, 2], [4, 2, 0]])

    def compute(tape: Tape) -> Array:
        return tape(word_scores, embed(tape, ids, table), table)

    assert gradient_error(compute, table) < 1e-7
