from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformer.byte_pair_encoding import (
    BytePairs,
    Pair,
    Words,
    join,
    learn_pairs,
    parts,
)
from transformer.input_embedding import PADDING, UNKNOWN
from transformer.texts import ENGLISH, ENGLISH_LATER, TURKISH, TURKISH_LATER

WORDS = {b" low": 5, b" lower": 2, b" newest": 6, b" widest": 3}
BOTH = BytePairs.learn(ENGLISH + TURKISH, 150)


def names(pairs: list[Pair]) -> list[str]:
    return [token.decode() for token in BytePairs(pairs).tokens[258:]]


def test_the_table_of_the_note_and_what_comes_after() -> None:
    learned = names(learn_pairs(WORDS, 100))
    assert learned[:5] == ["es", "est", " l", "ow", " low"]
    # six times each, and a byte is smaller than what was joined
    assert learned[5:9] == [" n", "ew", " new", " newest"]
    # three times each
    assert learned[9:13] == [" w", "dest", "idest", " widest"]
    assert learned[13:] == ["er", " lower"]


def test_of_two_that_are_as_frequent_the_smaller_numbers_come_first() -> None:
    assert names(learn_pairs({b"zy": 2, b"ab": 2, b"aa": 2}, 9)) == [
        "aa",
        "ab",
        "zy",
    ]


def test_nothing_is_learned_from_what_occurs_once() -> None:
    assert learn_pairs({b"word": 1}, 9) == []
    assert learn_pairs({}, 9) == []
    assert learn_pairs({b"w": 7, b"": 7}, 9) == []
    assert learn_pairs({b"wo": 7}, 0) == []


def test_pairs_that_overlap_are_joined_from_the_left() -> None:
    assert join([1, 1, 1, 2, 1, 1], (1, 1), 9) == [9, 1, 2, 9]
    assert names(learn_pairs({b"aaaa": 2}, 9)) == ["aa", "aaaa"]


def slowly(words: dict[bytes, int], number: int) -> list[Pair]:
    """Learn with all pairs counted anew in each step."""
    rows = [(list(word), times) for word, times in words.items()]
    learned: list[Pair] = []
    while len(learned) < number:
        counts: Counter[Pair] = Counter()
        for row, times in rows:
            for pair in pairwise(row):
                counts[pair] += times
        best = min(counts, key=lambda pair: (-counts[pair], pair), default=None)
        if best is None or counts[best] < 2:
            break
        token = 256 + len(learned)
        rows = [(join(row, best, token), times) for row, times in rows]
        learned.append(best)
    return learned


def test_fast_counting_is_right() -> None:
    words = Counter(part.encode() for part in parts(ENGLISH + TURKISH))
    assert learn_pairs(words, 300) == slowly(words, 300)


@given(st.dictionaries(st.text("ab", max_size=9), st.integers(1, 9)))
def test_fast_counting_is_right_where_pairs_overlap(
    words: dict[str, int],
) -> None:
    counted = {word.encode(): times for word, times in words.items()}
    assert learn_pairs(counted, 9) == slowly(counted, 9)


def test_counts_stay_right() -> None:
    words = Words([("aaab", 2), ("ab", 3)])
    assert words.join(("a", "a"), "A") == {
        ("a", "a"),
        ("a", "b"),
        ("A", "a"),
    }
    assert words.tokens == {"a": 5, "A": 2, "b": 5}
    assert words.pairs == {("A", "a"): 2, ("a", "b"): 5}


ODD = "  a \n\n b\t x_1½ 🙂👩‍👩‍👧 \0\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("text", ["", " ", ODD, ENGLISH_LATER, TURKISH_LATER])
def test_every_text_comes_back(text: str) -> None:
    ids = BOTH.encode(text)
    assert BOTH.decode(ids) == text
    assert UNKNOWN not in ids
    assert PADDING not in ids


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str) -> None:
    assert "".join(parts(text)) == text
    assert BOTH.decode(BOTH.encode(text)) == text


def test_words_keep_their_blanks_and_marks_do_not_stick() -> None:
    assert parts("Evde 12 kişi,  sen_de?") == [
        "Evde",
        " 12",
        " kişi",
        ",",
        " ",
        " sen",
        "_",
        "de",
        "?",
    ]


def test_the_pairs_are_all_that_is_kept() -> None:
    again = BytePairs(BOTH.pairs)
    assert again.encode(TURKISH_LATER) == BOTH.encode(TURKISH_LATER)
    assert len(again) == 2 + 256 + 150


def test_fewer_pairs_make_longer_rows() -> None:
    lengths = [
        len(BytePairs(BOTH.pairs[:number]).encode(TURKISH_LATER))
        for number in (0, 10, 50, 150)
    ]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] == len(TURKISH_LATER.encode())


def test_special_tokens_are_nothing_in_a_text() -> None:
    one = BytePairs([(104, 105)], special=("<s>", "</s>"))
    assert one.numbers == {"<s>": 2, "</s>": 3}
    assert one.encode("hi") == [4 + 256]
    assert one.decode([2, 260, 3, PADDING]) == "hi"
    assert not {2, 3} & set(one.encode("<s>"))


def test_a_row_of_bytes_that_is_no_text() -> None:
    first, _ = BytePairs([]).encode("ş")
    assert BytePairs([]).decode([first]) == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("number", [-1, 258])
def test_a_number_that_no_token_has_is_refused(number: int) -> None:
    with pytest.raises(IndexError, match="among 258 tokens"):
        BytePairs([]).decode([number])


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        BOTH.encode("\ud800")
