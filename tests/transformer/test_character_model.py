from collections import Counter
from hashlib import sha256

import numpy as np
import pytest

from transformer.character_model import (
    KEPT,
    LINE,
    LONGEST,
    NAMES,
    SHOWN,
    TOKENIZER,
    bits,
    counted_bits,
    invent,
    learn,
    number,
)


def test_the_text_is_the_same_everywhere() -> None:
    text = "\n".join(sorted(NAMES))
    assert sha256(text.encode()).hexdigest()[:16] == "484dc6fd0a7e008b"


def test_what_is_kept_is_not_shown() -> None:
    assert not set(SHOWN) & set(KEPT)
    assert sorted(SHOWN + KEPT) == sorted(set(NAMES))


def test_names_become_numbers_and_names_again() -> None:
    ids = number(["LATIN SMALL LETTER A", "GREEK"])
    assert ids.shape == (2, 22)
    assert ids[1, [0, 6, 7]].tolist() == [LINE, LINE, 0]
    assert [TOKENIZER.decode(row) for row in ids] == [
        *("LATIN SMALL LETTER A", "GREEK"),
    ]


def test_counting_without_context_knows_frequencies() -> None:
    shown = Counter("".join(name + "\n" for name in SHOWN))
    kept = "".join(name + "\n" for name in KEPT)
    p = {
        c: (n + 3 / len(shown)) / (shown.total() + 3) for c, n in shown.items()
    }
    assert sum(p.values()) == pytest.approx(1)
    surprise = np.mean([-np.log2(p[character]) for character in kept])
    assert counted_bits(0) == pytest.approx(surprise)


def test_the_model_soon_knows_more_than_pairs() -> None:
    weights = learn(seed=0, steps=150)
    assert bits(weights, KEPT) < 0.7 * counted_bits(1)


def test_untrained_it_knows_nothing() -> None:
    weights = learn(seed=0, steps=0)
    assert bits(weights, KEPT[:50]) > np.log2(len(TOKENIZER)) - 0.5
    drawn = invent(weights, count=20, temperature=1)
    assert max(map(len, drawn)) <= LONGEST
    assert not set(drawn) & set(NAMES)
    assert drawn == invent(weights, count=20, temperature=1)
