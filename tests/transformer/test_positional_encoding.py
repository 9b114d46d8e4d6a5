import numpy as np
import pytest

from transformer.gradient_check import gradient_error, wave
from transformer.positional_encoding import add_positions, positions


def test_the_table_of_the_note() -> None:
    assert (positions(4, 4).round(2) + 0.0).tolist() == [
        [0.0, 1.0, 0.0, 1.0],
        [0.84, 0.54, 0.01, 1.0],
        [0.91, -0.42, 0.02, 1.0],
        [0.14, -0.99, 0.03, 1.0],
    ]


@pytest.mark.parametrize("place", [0, 7, 300])
def test_dot_products_depend_on_the_distance_only(place: int) -> None:
    rows = positions(400, 128)
    distances = (0, 1, 2, 4, 8, 16, 32)
    products = [rows[place] @ rows[place + distance] for distance in distances]
    assert np.round(products).tolist() == [64, 62, 57, 49, 46, 40, 36]


def test_a_step_is_the_same_rotation_everywhere() -> None:
    rows = positions(100, 16)
    rotation = np.linalg.lstsq(rows[:50], rows[3:53])[0]
    np.testing.assert_allclose(rows[40:90] @ rotation, rows[43:93], atol=1e-9)


def test_no_two_places_are_alike() -> None:
    rows = positions(1000, 16)
    distances = np.linalg.norm(rows[:, None] - rows, axis=-1)
    assert (distances + 10 * np.eye(1000)).min() > 0.5


def test_an_odd_size_ends_with_a_sine() -> None:
    np.testing.assert_array_equal(
        positions(9, 5)[:, 4], np.sin(np.arange(9) / 10000**0.8)
    )


def test_no_words_have_no_places() -> None:
    assert positions(0, 4).shape == (0, 4)
    assert add_positions(np.ones((2, 0, 4)))[0].shape == (2, 0, 4)


def test_words_keep_their_type_and_their_gradient() -> None:
    x = wave(2, 3, 4)
    assert add_positions(x.astype(np.float32))[0].dtype == np.float32
    assert gradient_error(lambda tape: tape(add_positions, x), x) < 1e-7


def test_words_may_follow_others() -> None:
    x = wave(2, 5, 4)
    later, _ = add_positions(x[:, 3:], before=3)
    np.testing.assert_array_equal(later, add_positions(x)[0][:, 3:])
