import numpy as np
import pytest

from transformer.backpropagation import Tape
from transformer.gradient_check import gradient_error, wave
from transformer.input_embedding import (
    UNKNOWN,
    Vocabulary,
    embed,
    lookup,
    new_table,
    split,
)


def test_a_sentence_comes_apart() -> None:
    assert split("Hi, how are you?") == ["hi", ",", "how", "are", "you", "?"]
    assert split("İyiyim, sen nasılsın?") == [
        "iyiyim",
        ",",
        "sen",
        "nasılsın",
        "?",
    ]


def test_words_get_numbers_and_come_back() -> None:
    vocabulary = Vocabulary(["hi how are you", "i am fine"])
    ids = vocabulary.encode(["how are you", "hi"])
    assert ids.tolist() == [[3, 4, 5], [2, 0, 0]]
    assert vocabulary.decode(ids[0]) == ["how", "are", "you"]
    assert vocabulary.decode(ids[1]) == ["hi"]
    assert len(vocabulary) == 9


def test_a_word_never_shown_is_unknown() -> None:
    assert Vocabulary(["hi"]).encode(["hi Selçuk"]).tolist() == [[2, UNKNOWN]]


def test_special_words_come_first_and_in_no_sentence() -> None:
    vocabulary = Vocabulary(["hi </s> you"], special=("<s>", "</s>"))
    assert vocabulary.words[:5] == ["<pad>", "<unk>", "<s>", "</s>", "hi"]
    (ids,) = vocabulary.encode(["hi </s> <s>"])
    assert vocabulary.numbers["</s>"] == 3
    assert not {2, 3} & set(ids.tolist())


def test_no_sentences_and_empty_sentences_are_no_disaster() -> None:
    assert Vocabulary([]).encode([]).shape == (0, 0)
    assert Vocabulary([]).encode(["", " "]).shape == (2, 0)


def test_rows_are_fetched_and_scaled() -> None:
    table = wave(5, 4)
    rows = embed(Tape(), np.array([[2, 4]]), table)
    np.testing.assert_array_equal(rows, 2 * table[[[2, 4]]])


@pytest.mark.parametrize("number", [-1, 5])
def test_a_number_that_no_row_has_is_refused(number: int) -> None:
    with pytest.raises(IndexError, match="in a table of 5 rows"):
        lookup(wave(5, 4), ids=np.array([[0, number]]))


def test_one_sentence_without_others_is_refused() -> None:
    with pytest.raises(ValueError, match=r"of shape \(2,\), not \[b, n\]"):
        embed(Tape(), np.array([2, 4]), wave(5, 4))


def test_gradient_where_a_word_is_repeated() -> None:
    table, ids = wave(5, 4), np.array([[2, 3, 2], [4, 2, 0]])
    assert gradient_error(lambda tape: embed(tape, ids, table), table) < 1e-7
    _, undo = lookup(table, ids=ids)
    assert undo(np.ones((2, 3, 4)))[:, 0].tolist() == [1, 0, 3, 1, 1]


def test_an_untrained_table_has_scaled_rows_of_standard_deviation_one() -> None:
    table = new_table(np.random.default_rng(0), 500, 64)
    assert abs((table * 8).std() - 1) < 0.02
