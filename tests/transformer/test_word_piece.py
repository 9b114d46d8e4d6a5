from collections import Counter
from itertools import pairwise
from math import log

import pytest

from transformer.byte_pair_encoding import join
from transformer.input_embedding import PADDING, split
from transformer.texts import ENGLISH, TURKISH, TURKISH_LATER
from transformer.word_piece import (
    WordPieces,
    apart,
    gain,
    learn_pieces,
    ratio,
)

WORDS = {"low": 5, "lower": 2, "newest": 6, "widest": 3}


def test_the_table_of_the_note() -> None:
    measured = [
        ratio(9, 17, 9, 79),
        ratio(9, 9, 9, 79),
        ratio(7, 7, 7, 79),
        ratio(3, 3, 3, 79),
    ]
    assert [round(one, 3) for one in measured] == [0.059, 0.111, 0.143, 0.333]


def test_what_each_measure_joins_first() -> None:
    letters = [*(f"##{one}" for one in "deiorstw"), *"lnw"]
    # 9 log(9 * 79 / 81) = 19.5 for s and t, 16.9 for l and o, 14.0 for e and s
    assert learn_pieces(WORDS, 2) == [*letters, "##st", "lo"]
    # 1/3 for i and d, then for w and id; 1/7 for l and o
    assert learn_pieces(WORDS, 3, ratio) == [*letters, "##id", "wid", "lo"]


def test_all_words_become_pieces_if_there_are_steps_enough() -> None:
    for measure in (gain, ratio):
        assert WORDS.keys() <= set(learn_pieces(WORDS, 100, measure))


def log_probability(rows: list[list[str]]) -> float:
    counts = Counter(piece for row in rows for piece in row)
    total = counts.total()
    return sum(n * log(n / total) for n in counts.values())


@pytest.mark.parametrize("text", [ENGLISH, TURKISH])
def test_what_the_gain_joins_first_gains_the_most_or_nearly(text: str) -> None:
    rows = [apart(word) for word in split(text)]
    before = log_probability(rows)
    pairs = {pair for row in rows for pair in pairwise(row)}
    gained = {
        (a, b): log_probability(
            [join(row, (a, b), a + b.removeprefix("##")) for row in rows]
        )
        - before
        for a, b in pairs
    }
    best = learn_pieces(Counter(split(text)), 1)[-1]
    ranking = sorted(gained, key=lambda pair: -gained[pair])
    assert best in [a + b.removeprefix("##") for a, b in ranking[:3]]


def test_nothing_is_learned_from_what_occurs_once() -> None:
    assert learn_pieces({"ab": 1}, 9) == ["##b", "a"]
    assert learn_pieces({}, 9) == []


def test_the_longest_piece_that_fits_is_taken() -> None:
    pieces = WordPieces(["<pad>", "<unk>", "a", "abcd", "##b", "##bc", "##z"])
    assert pieces.cut("abcz") == [2, 5, 6]
    assert pieces.cut("abcd") == [3]
    assert pieces.cut("abcdz") == [3, 6]
    # the longest may lead to nowhere, where a shorter one would have led on
    assert pieces.cut("abbcd") == [1]
    assert pieces.cut("b") == [1]
    assert pieces.cut("") == []


def test_a_sentence_of_the_paper() -> None:
    cut = "j ##et makers fe ##ud over seat width with big orders at stake"
    pieces = WordPieces(["<pad>", "<unk>", *cut.split()])
    sentence = "Jet makers feud over seat width with big orders at stake"
    assert pieces.encode(sentence) == list(range(2, 15))
    assert pieces.decode(pieces.encode(sentence)) == sentence.lower()


def test_the_question_of_the_note() -> None:
    tokens = ["<pad>", "<unk>", "ev", "##ler", "##imiz", "##den", "##i"]
    assert WordPieces(tokens).cut("evlerimizden") == [2, 3, 4, 5]


def test_one_unknown_letter_makes_the_word_unknown() -> None:
    pieces = WordPieces(["[PAD]", "[UNK]", "a", "##b"], unknown="[UNK]")
    assert pieces.encode("ab axb ab") == [2, 3, 1, 2, 3]
    assert pieces.decode([2, 3, 1, PADDING]) == "ab [UNK]"


def test_known_words_come_back() -> None:
    pieces = WordPieces.learn(TURKISH, 50, special=("<s>",))
    assert pieces.numbers["<s>"] == 2
    assert pieces.decode(pieces.encode(TURKISH)) == " ".join(split(TURKISH))
    assert len(pieces) == len(set(pieces.tokens))
    assert pieces.encode("") == []
    assert max(pieces.encode(TURKISH_LATER)) < len(pieces)


@pytest.mark.parametrize("number", [-1, 3])
def test_a_number_that_no_token_has_is_refused(number: int) -> None:
    with pytest.raises(IndexError, match="among 3 tokens"):
        WordPieces(["<pad>", "<unk>", "a"]).decode([number])


def test_there_must_be_a_token_for_the_unknown() -> None:
    with pytest.raises(ValueError, match="<unk> is not among the tokens"):
        WordPieces(["a"])
