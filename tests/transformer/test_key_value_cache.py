import numpy as np
import pytest

from transformer.backpropagation import Array, Tape, Undo
from transformer.encoder_decoder import (
    EncoderDecoderWeights,
    encoder_decoder,
    new_encoder_decoder,
    read,
    write,
)
from transformer.generation import Step, beam_search, greedy, sample
from transformer.gradient_check import wave
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids
from transformer.key_value_cache import (
    Cache,
    Caches,
    encoder_decoder_step,
    language_model_step,
)
from transformer.language_model import (
    LanguageModelWeights,
    language_model,
    new_language_model,
)
from transformer.linear import linear
from transformer.parameters import Weights, convert

KEYS, VALUES = wave(2, 3, 40, 4), wave(2, 3, 40, 4, phase=1)


@pytest.mark.parametrize("lengths", [[40], [1] * 40, [16, 1, 15, 8], [0, 40]])
def test_what_was_given_comes_back(lengths: list[int]) -> None:
    cache, end = Cache(), 0
    for length in lengths:
        start, end = end, end + length
        k, v = cache.recall(KEYS[:, :, start:end], VALUES[:, :, start:end])
        np.testing.assert_array_equal(k, KEYS[:, :, :end])
        np.testing.assert_array_equal(v, VALUES[:, :, :end])


def test_growing_seldom_copies() -> None:
    cache, word = Cache(), np.ones((1, 1, 1, 1), np.float32)
    kept, moves = None, 0
    for _ in range(1000):
        k, _ = cache.recall(word, word)
        moves += kept is None or not np.shares_memory(kept, k)
        kept = k
    assert moves == 7  # with room for 16, 32, 64, ..., 1024
    assert k.dtype == np.float32


def test_sentences_are_selected() -> None:
    cache = Cache()
    cache.recall(KEYS[:, :, :2], VALUES[:, :, :2])
    kept = cache.arrays
    cache.select(np.array([0, 1]))
    assert cache.arrays is kept
    cache.select(np.array([1, 1, 0]))
    turned = KEYS[[1, 1, 0]]
    k, _ = cache.recall(turned[:, :, 2:3], turned[:, :, 2:3])
    np.testing.assert_array_equal(k, turned[:, :, :3])


def test_other_sentences_cannot_go_on() -> None:
    cache = Cache()
    cache.recall(KEYS, VALUES)
    with pytest.raises(ValueError, match="1 sentences cannot continue 2"):
        cache.recall(KEYS[:1], VALUES[:1])


def random_choices(generator: np.random.Generator) -> Hyperparameters:
    heads = int(generator.integers(1, 4))
    return Hyperparameters(
        size=heads * int(generator.integers(2, 6)),
        width=int(generator.integers(3, 20)),
        depth=int(generator.integers(1, 4)),
        heads=heads,
        norm_first=bool(generator.integers(2)),
        activation=["relu", "gelu"][generator.integers(2)],
    )


def float32(weights: Weights) -> Weights:
    return convert(weights, lambda array: array.astype(np.float32))


def gpt(seed: int) -> tuple[LanguageModelWeights, Hyperparameters]:
    generator = np.random.default_rng(seed)
    choices = random_choices(generator)
    return float32(new_language_model(generator, 9, 30, choices)), choices


def paper(seed: int) -> tuple[EncoderDecoderWeights, Hyperparameters]:
    generator = np.random.default_rng(seed)
    choices = random_choices(generator)
    return float32(new_encoder_decoder(generator, 9, choices)), choices


def texts(seed: int, length: int) -> Ids:
    return np.random.default_rng(seed).integers(2, 9, (3, length))


PIECES = [slice(0, 3), slice(3, 4), slice(4, 20), slice(20, 21)]


@pytest.mark.parametrize("seed", range(4))
def test_a_language_model_scores_the_same_piece_by_piece(seed: int) -> None:
    weights, choices = gpt(seed)
    ids, caches = texts(seed, 21), Caches(choices.depth)
    at_once = language_model(Tape(), ids, weights, choices)
    pieces = [
        language_model(
            *(Tape(), ids[:, piece], weights, choices),
            before=piece.start,
            recalls=caches.recalls,
        )
        for piece in PIECES
    ]
    found = np.concatenate(pieces, axis=1)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, at_once, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_an_encoder_decoder_scores_the_same_piece_by_piece(seed: int) -> None:
    weights, choices = paper(seed)
    source, ids = texts(seed, 6), texts(seed + 1, 21)
    source[1, 4:] = 0
    caches = Caches(choices.depth)
    at_once = encoder_decoder(Tape(), source, ids, weights, choices)
    asked = read(Tape(), source, weights, choices)
    pieces = [
        write(
            *(Tape(), ids[:, piece], asked, weights, choices),
            before=piece.start,
            recalls=caches.recalls,
        )
        for piece in PIECES
    ]
    found = np.concatenate(pieces, axis=1)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, at_once, atol=1e-6, rtol=1e-6)


GIVEN = np.array([[2, 0, 0], [2, 5, 0], [2, 4, 7]])


def every_way(step: Step, given: Ids) -> list[Ids]:
    lots = np.random.default_rng(0)
    rest = {"longest": 14, "end": 3}
    return [
        greedy(step, given, **rest),
        sample(step, given, lots, temperature=2, **rest),
        beam_search(step, given, width=4, **rest)[0],
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_language_model_writes_the_same_with_a_cache(seed: int) -> None:
    weights, choices = gpt(seed)

    def forgetful(words: Ids, _: Ids | None) -> Array:
        return language_model(Tape(), words, weights, choices)[:, -1]

    for ours, expected in zip(
        every_way(language_model_step(weights, choices), GIVEN),
        every_way(forgetful, GIVEN),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, expected)


def log_likelihood(scores: Array, words: Ids, start: int) -> float:
    """Add up the logarithms for the words after `start`, none of padding."""
    scores = scores[:, 1:].astype(float)  # padding cannot be chosen
    log_p = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
    length = np.count_nonzero(words)
    return sum(log_p[n - 1, words[n] - 1] for n in range(start, length))


@pytest.mark.parametrize("seed", range(4))
def test_each_beam_asks_its_own_source(seed: int) -> None:
    weights, choices = paper(seed)
    source = texts(seed, 5)
    step = encoder_decoder_step(source, weights, choices)
    words, scores = beam_search(
        step, GIVEN, longest=14, end=3, width=4, power=0
    )
    assert np.isfinite(scores[:, 0]).all()
    for number, beam in zip(*np.nonzero(np.isfinite(scores)), strict=True):
        sentence, start = words[number, beam], np.count_nonzero(GIVEN[number])
        (whole,) = encoder_decoder(
            *(Tape(), source[[number]], sentence[None], weights, choices)
        )
        expected = log_likelihood(whole, sentence, start)
        assert scores[number, beam] == pytest.approx(expected, abs=1e-5)


def test_a_step_can_be_used_again() -> None:
    weights, choices = paper(0)
    step = encoder_decoder_step(texts(0, 5), weights, choices)
    first = every_way(step, GIVEN)
    for once, again in zip(first, every_way(step, GIVEN), strict=True):
        np.testing.assert_array_equal(once, again)


class Counting:
    """Another `linear` that counts how often it runs."""

    def __init__(self) -> None:
        self.runs = 0

    def linear(self, x: Array, W: Array, b: Array) -> tuple[Array, Undo]:
        self.runs += 1
        return linear(x, W, b)


def test_other_operators_run_in_both_steps() -> None:
    reading, writing, going_on = (Counting() for _ in range(3))
    weights, choices = paper(0)
    encoder_decoder_step(texts(0, 5), weights, choices, reading)
    assert reading.runs == choices.depth * 8  # the encoder; keys and values
    step = encoder_decoder_step(texts(0, 5), weights, choices, writing)
    step(texts(0, 1), None)
    assert writing.runs == reading.runs + choices.depth * 8
    weights, choices = gpt(0)
    language_model_step(weights, choices, going_on)(texts(0, 4), None)
    assert going_on.runs == choices.depth * 6


def test_sentences_do_not_depend_on_others_that_end_sooner() -> None:
    weights, choices = paper(1)
    source = texts(1, 5)
    start = np.full((3, 1), 2)
    together, _ = beam_search(
        encoder_decoder_step(source, weights, choices),
        *(start,),
        longest=14,
        end=3,
    )
    for number in range(3):
        alone, _ = beam_search(
            encoder_decoder_step(source[[number]], weights, choices),
            *(start[:1],),
            longest=14,
            end=3,
        )
        n = min(alone.shape[2], together.shape[2])
        np.testing.assert_array_equal(together[number, :, :n], alone[0, :, :n])


def test_a_cached_step_goes_through_the_new_word_only() -> None:
    caches, words = Caches(2), texts(0, 9)
    new, before = caches.follow(words[:, :5], None)
    assert (new.shape, before) == ((3, 5), 0)
    new, before = caches.follow(words[:, :6], np.arange(3))
    assert (new.tolist(), before) == (words[:, 5:6].tolist(), 5)
    new, before = caches.follow(words, None)
    assert (new.shape, before) == ((3, 9), 0)
