import numpy as np
import pytest

from transformer.gradient_check import gradient_error, wave
from transformer.learned_positions import add_learned_positions, new_places

X, PLACES = wave(2, 3, 4), wave(5, 4, phase=1)


def test_each_place_gets_its_row() -> None:
    rows, _ = add_learned_positions(np.zeros((2, 3, 4)), PLACES)
    np.testing.assert_array_equal(rows, [PLACES[:3], PLACES[:3]])


def test_words_may_follow_others() -> None:
    rows, _ = add_learned_positions(np.zeros((1, 3, 4)), PLACES, before=2)
    np.testing.assert_array_equal(rows, [PLACES[2:]])


@pytest.mark.parametrize("before", [3, 5])
def test_no_place_beyond_the_longest(before: int) -> None:
    message = f"{before + 3} words, but only 5 places"
    with pytest.raises(ValueError, match=message):
        add_learned_positions(X, PLACES, before=before)


def test_no_words_need_no_places() -> None:
    rows, _ = add_learned_positions(X[:, :0], PLACES, before=5)
    assert rows.shape == (2, 0, 4)


@pytest.mark.parametrize("before", [0, 2])
def test_gradients(before: int) -> None:
    error = gradient_error(
        lambda tape: tape(add_learned_positions, X, PLACES, before=before),
        *(X, PLACES),
    )
    assert error < 1e-7


def test_a_place_that_no_sentence_reaches_gets_no_gradient() -> None:
    _, undo = add_learned_positions(X, PLACES, before=1)
    assert undo(np.ones((2, 3, 4)))[1][:, 0].tolist() == [0, 2, 2, 2, 0]


def test_untrained_places_are_as_large_as_untrained_words() -> None:
    places = new_places(np.random.default_rng(0), 500, 64)
    assert places.shape == (500, 64)
    assert abs((places * 8).std() - 1) < 0.02
