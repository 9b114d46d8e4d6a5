import unicodedata

import numpy as np
import pytest

from transformer.input_embedding import PADDING, UNKNOWN
from transformer.texts import ENGLISH_LATER, TURKISH, TURKISH_LATER
from transformer.tokenizer import Characters, Tokenizer, compose, lower_case


@pytest.mark.parametrize("text", ["", "hi", TURKISH, TURKISH.split()[3]])
def test_known_characters_come_back(text: str) -> None:
    characters: Tokenizer = Characters(TURKISH + "h")
    assert len(characters.encode(text)) == len(text)
    assert characters.decode(characters.encode(text)) == text


def test_numbers_do_not_depend_on_the_order() -> None:
    assert Characters("banana").tokens == Characters("nab").tokens
    assert Characters("banana").encode("nab") == [4, 2, 3]


def test_what_is_not_known_is_marked() -> None:
    characters = Characters("ab")
    assert characters.encode("a?b") == [2, UNKNOWN, 3]
    assert characters.decode([2, UNKNOWN, 3]) == "a\N{REPLACEMENT CHARACTER}b"
    known = Characters("\N{REPLACEMENT CHARACTER}")
    assert known.encode("\N{REPLACEMENT CHARACTER}") == [2]


def test_special_tokens_are_nothing_in_a_text() -> None:
    characters = Characters("ab", special=("<s>", "</s>"))
    assert characters.numbers == {"<s>": 2, "</s>": 3, "a": 4, "b": 5}
    assert characters.decode([2, 5, 4, 3, PADDING]) == "ba"
    assert len(characters) == 6


@pytest.mark.parametrize("number", [-1, 4])
def test_a_number_that_no_token_has_is_refused(number: int) -> None:
    with pytest.raises(IndexError, match=f"number {number} among 4 tokens"):
        Characters("ab").decode([number])


def test_numbers_may_come_from_an_array() -> None:
    assert Characters("ab").decode(np.array([3, 2, 0])) == "ba"


def test_both_forms_of_a_letter_are_one_token() -> None:
    apart = unicodedata.normalize("NFD", TURKISH_LATER)
    assert len(apart) > len(TURKISH_LATER)
    assert compose(apart) == TURKISH_LATER
    characters = Characters(TURKISH_LATER)
    assert characters.encode(apart) == characters.encode(TURKISH_LATER)
    assert len(Characters(apart)) == len(characters)


@pytest.mark.parametrize(
    ("text", "english", "turkish"),
    [
        ("IŞIK", "işik", "ışık"),
        ("İYİ", "iyi", "iyi"),
        ("I\N{COMBINING DOT ABOVE}", "i", "i"),
        ("Nasılsın", "nasılsın", "nasılsın"),
    ],
)
def test_small_letters(text: str, english: str, turkish: str) -> None:
    assert lower_case(text) == english
    assert lower_case(text, turkish=True) == turkish


def test_english_has_no_letter_that_two_forms_have() -> None:
    assert unicodedata.normalize("NFD", ENGLISH_LATER) == ENGLISH_LATER
