import numpy as np
import pytest

from transformer.hi_how_are_you import (
    DIALOGUE,
    END,
    START,
    EncoderDecoderWeights,
    framed,
    learn,
    look,
    reply,
)


@pytest.fixture(scope="module", params=[0, 1, 2])
def model(request: pytest.FixtureRequest) -> EncoderDecoderWeights:
    return learn(request.param)


def test_a_reply_is_framed() -> None:
    rows = framed(["i am fine thanks", "in a note"])
    assert rows[:, 0].tolist() == [START, START]
    assert [row.tolist().index(END) for row in rows] == [5, 4]
    assert rows[1, 5] == 0


def test_it_answers_the_lecture(model: EncoderDecoderWeights) -> None:
    assert reply(model, "hi how are you") == "i am fine thanks"
    assert reply(model, "merhaba nasılsın") == "iyiyim teşekkürler"


def test_it_answers_all_that_it_was_taught(
    model: EncoderDecoderWeights,
) -> None:
    assert {words: reply(model, words) for words in DIALOGUE} == DIALOGUE


def test_untrained_it_answers_nothing() -> None:
    model = learn(seed=0, steps=0)
    assert all(reply(model, x) != y for x, y in DIALOGUE.items())


def test_who_cannot_see_the_words_that_differ_answers_alike(
    model: EncoderDecoderWeights,
) -> None:
    for word in ("how", "who", "where"):
        assert reply(model, f"hi {word} are you", hidden=1) == reply(
            model, "hi how are you", hidden=1
        )


def test_shares_are_shares(model: EncoderDecoderWeights) -> None:
    looks = look(model, "hi how are you")
    assert [shares.shape for shares in looks] == [
        *((2, 4, 4), (2, 5, 5), (2, 5, 4)),
    ]
    for shares in looks:
        np.testing.assert_allclose(shares.sum(axis=-1), 1, rtol=1e-5)
    assert not np.triu(looks.writing, 1).any()
