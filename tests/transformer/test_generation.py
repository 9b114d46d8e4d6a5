from itertools import pairwise, product

import numpy as np
import pytest

from transformer.backpropagation import Array, Tape
from transformer.generation import (
    Step,
    beam_search,
    greedy,
    log_probabilities,
    sample,
    temper,
    top_k,
    top_p,
)
from transformer.gradient_check import wave
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids, Vocabulary
from transformer.language_model import language_model, new_language_model

VOCABULARY = Vocabulary(["hi hello there you"], special=("<s>", "</s>"))
START, END = VOCABULARY.numbers["<s>"], VOCABULARY.numbers["</s>"]
FOLLOWS = {
    "<s>": {"hi": 0.6, "hello": 0.4},
    "hi": {"there": 0.25, "you": 0.5, "</s>": 0.25},
    "hello": {"there": 0.45, "</s>": 0.55},
    "there": {"you": 0.1, "</s>": 0.9},
    "you": {"hi": 0.3, "hello": 0.3, "</s>": 0.4},
}
LOG_P = np.full((len(VOCABULARY), len(VOCABULARY)), -np.inf)
for word, following in FOLLOWS.items():
    for other, p in following.items():
        LOG_P[VOCABULARY.numbers[word], VOCABULARY.numbers[other]] = np.log(p)


def step(words: Ids, _: Ids | None = None) -> Array:
    """Score the next word by the last alone."""
    return LOG_P[words[:, -1]]


def say(ids: Ids) -> str:
    """Show a sentence without its start."""
    return " ".join(VOCABULARY.decode(ids[1:]))


ONE = np.array([[START]])


def draw(seed: int = 0, count: int = 1, **screws: float) -> list[str]:
    generator, given = np.random.default_rng(seed), np.full((count, 1), START)
    ids = sample(step, given, generator, longest=50, end=END, **screws)
    return [say(row) for row in ids]


def search(power: float, width: int = 2) -> tuple[list[str], Array]:
    ids, (scores,) = beam_search(
        step, ONE, longest=50, end=END, width=width, power=power
    )
    return [say(row) for row in ids[0]], scores


def test_greedy_takes_the_likeliest_word_each_time() -> None:
    assert say(greedy(step, ONE, longest=9, end=END)[0]) == "hi you </s>"


def test_a_beam_finds_the_likelier_sentence() -> None:
    sentences, scores = search(power=0)
    assert sentences == ["hello </s>", "hello there </s>"]
    np.testing.assert_allclose(np.exp(scores), [0.22, 0.162])


def test_by_the_mean_another_sentence_wins() -> None:
    sentences, scores = search(power=1, width=4)
    assert sentences[0] == "hello there </s>"
    assert scores[0].round(3) == -0.607
    finished = dict(zip(*search(power=1, width=99), strict=True))
    assert finished["hello </s>"].round(3) == -0.757
    assert finished["hi you </s>"].round(3) == -0.707


def test_a_beam_of_one_that_does_not_look_at_length_ends_early() -> None:
    sentences, scores = search(power=0, width=1)
    assert sentences == ["hi </s>"]
    assert np.exp(scores) == pytest.approx([0.15])


def test_a_search_goes_on_while_a_longer_sentence_can_win() -> None:
    log_p = np.full((5, 5), -np.inf)
    log_p[2, 3:] = np.log([0.6, 0.4])  # end, or the word 4
    log_p[4, 3] = 0  # the word 4 is always the last
    words, scores = beam_search(
        lambda words, _: log_p[words[:, -1]],
        *(ONE,),
        longest=9,
        end=3,
        width=1,
        power=2,
    )
    assert words.tolist() == [[[2, 4, 3]]]  # log 0.4 / 4 > log 0.6 / 1
    np.testing.assert_allclose(scores, np.log([[0.4]]) / 4)


@pytest.mark.parametrize("power", [0, 0.6, 1, 2])
def test_a_wide_beam_finds_what_trying_everything_finds(power: float) -> None:
    tried = {}
    words = [n for n in range(2, len(VOCABULARY)) if n != END]
    for length in range(4):
        for middle in product(words, repeat=length):
            path = [START, *middle, END]
            total = sum(LOG_P[a, b] for a, b in pairwise(path))
            if np.isfinite(total):
                score = total / (length + 1) ** power
                tried[say(np.array(path))] = score
    assert len(tried) == 9
    (ids,), (scores,) = beam_search(
        step, ONE, longest=5, end=END, width=99, power=power
    )
    found = {say(row): score for row, score in zip(ids, scores, strict=True)}
    assert found.pop("") == -np.inf
    assert found == pytest.approx(tried)
    assert scores.tolist() == sorted(scores, reverse=True)


def test_lots_fall_as_the_probabilities_say() -> None:
    drawn = draw(count=4000)
    for sentence, p in (("hello", 0.22), ("hi you", 0.12), ("hi", 0.15)):
        share = drawn.count(f"{sentence} </s>") / 4000
        assert share == pytest.approx(p, abs=0.02)


def test_the_same_lots_make_the_same_sentences() -> None:
    assert draw(seed=1, count=20) == draw(seed=1, count=20)
    assert draw(seed=1, count=20) != draw(seed=2, count=20)


@pytest.mark.parametrize(
    "screws", [{"temperature": 0.01}, {"k": 1}, {"p": 0.01}]
)
def test_every_screw_ends_at_greedy(screws: dict[str, float]) -> None:
    assert set(draw(count=50, **screws)) == {"hi you </s>"}


@pytest.mark.parametrize(
    ("screw", "turned", "expected"),
    [
        (temper, 0.5, [0.685, 0.247, 0.062, 0.007]),
        (temper, 1, [0.5, 0.3, 0.15, 0.05]),
        (top_k, 2, [0.625, 0.375, 0, 0]),
        (top_k, 9, [0.5, 0.3, 0.15, 0.05]),
        (top_p, 0.9, [0.526, 0.316, 0.158, 0]),
        (top_p, 0.8, [0.625, 0.375, 0, 0]),
        (top_p, 1, [0.5, 0.3, 0.15, 0.05]),
    ],
)
def test_the_screws_of_the_note(
    screw: object, turned: float, expected: list[float]
) -> None:
    shuffled = [2, 0, 3, 1]
    log_p = np.log([[0.5, 0.3, 0.15, 0.05]])[:, shuffled]
    found = np.exp(screw(log_p, turned))
    np.testing.assert_allclose(
        found[0], np.array(expected)[shuffled], atol=5e-4
    )


def test_of_equals_exactly_k_are_kept() -> None:
    assert np.exp(top_k(np.log(np.full((1, 4), 0.25)), 3)).tolist() == [
        pytest.approx([1 / 3, 1 / 3, 1 / 3, 0])
    ]


def every_way(model: Step, given: Ids, longest: int) -> list[Ids]:
    lots = np.random.default_rng(0)
    rest = {"longest": longest, "end": END}
    return [
        greedy(model, given, **rest),
        sample(model, given, lots, k=1, **rest),
        beam_search(model, given, width=3, **rest)[0][:, 0],
    ]


def test_some_sentences_begin_with_more_words_than_others() -> None:
    begun = [[START], [START, 7, 5], [START, 7], [START, 6, 6, 6]]
    given = np.zeros((4, 4), dtype=int)
    for row, words in zip(given, begun, strict=True):
        row[: len(words)] = words
    for together, alone in zip(
        every_way(step, given, 9),
        zip(*(every_way(step, np.array([w]), 9) for w in begun), strict=True),
        strict=True,
    ):
        assert [say(row) for row in together] == [say(row[0]) for row in alone]


def test_what_is_given_stays_even_if_the_model_would_never_say_it() -> None:
    given = np.array([[START, 6, END, 6, 5, 6], [START, 6, 0, 0, 0, 0]])
    for words in every_way(step, given, 9):
        assert say(words[0]) == "there </s> there hello there </s>"
        assert say(words[1]) == "there </s>"


def test_writing_ends_at_the_longest() -> None:
    for words in every_way(step, ONE, 2):
        assert words.tolist() == [[START, 4]]
    for words in every_way(step, ONE, 1):
        assert words.tolist() == [[START]]


def test_a_beam_prefers_what_is_finished() -> None:
    words, _ = beam_search(step, ONE, longest=3, end=END, width=2)
    assert say(greedy(step, ONE, longest=3, end=END)[0]) == "hi you"
    assert [say(row) for row in words[0]] == ["hello </s>", "hi </s>"]


def test_who_has_ended_is_not_asked_again() -> None:
    asked = []

    def watched(words: Ids, rows: Ids | None) -> Array:
        asked.append((len(words), None if rows is None else rows.tolist()))
        return step(words, rows)

    greedy(watched, np.array([[START, 5], [START, 4]]), longest=9, end=END)
    assert asked == [(2, None), (1, [1])]


def test_no_sentences_are_no_disaster() -> None:
    for words in every_way(step, np.zeros((0, 1), dtype=int), 5):
        assert len(words) == 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([[START], [0]], "needs a first word"),
        ([[START, 0, 4]], "only stand behind"),
        ([[START, 4, 5, 6]], "4 words were given, but 3 is longest"),
    ],
)
def test_what_no_sentence_can_begin_with(
    given: list[list[int]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        greedy(step, np.array(given), longest=3)


@pytest.mark.parametrize(
    ("screws", "message"),
    [
        ({"temperature": 0}, "above 0, not 0"),
        ({"temperature": np.nan}, "above 0, not nan"),
        ({"k": 0}, "at least one word"),
        ({"p": 1.5}, "at most 1, not 1.5"),
    ],
)
def test_screws_turned_too_far(screws: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw(**screws)


@pytest.mark.parametrize(("width", "power"), [(0, 1), (2, -1), (2, np.nan)])
def test_a_beam_that_cannot_be(width: int, power: float) -> None:
    with pytest.raises(ValueError, match="cannot search with width"):
        search(power, width)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_scores_that_are_no_numbers_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="no largest number"):
        log_probabilities(np.array([[0, 1, bad]]), np.array([0]))


def test_scores_for_every_place_instead_of_the_last_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(1, 1, 8\) for 1 sent"):
        greedy(lambda words, _: LOG_P[words], ONE, longest=3)


def test_padding_is_never_written() -> None:
    favours_padding = np.array([[9.0, 1.0, 2.0]])
    log_p = log_probabilities(favours_padding, np.array([0]))
    np.testing.assert_allclose(np.exp(log_p), [[0, 0.269, 0.731]], atol=5e-4)


def test_a_language_model_writes_what_it_scores_highest() -> None:
    choices = Hyperparameters(size=8, width=16, depth=1, heads=2)
    weights = new_language_model(np.random.default_rng(3), 9, 7, choices)
    weights.table[...] = wave(9, 8)

    def scores(words: Ids) -> Array:
        return language_model(Tape(), words, weights, choices)

    given = np.array([[2, 4, 5], [2, 6, 0]])
    words = greedy(lambda words, _: scores(words)[:, -1], given, longest=7)
    assert words.shape == (2, 7)
    told = scores(words)[:, :, 1:].argmax(axis=-1) + 1
    free = np.arange(6) >= np.array([[2], [1]])
    np.testing.assert_array_equal((told[:, :-1] == words[:, 1:])[free], True)
