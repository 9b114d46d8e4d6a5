import numpy as np

from transformer.attention_mechanism import attention
from transformer.backpropagation import Tape
from transformer.gradient_check import wave
from transformer.mask import look_ahead_mask, padding_mask


def test_the_tables_of_the_note() -> None:
    ids = np.array([[2, 3, 0, 0], [2, 4, 5, 6]])
    assert padding_mask(ids).tolist() == [
        [[[True, True, False, False]]],
        [[[True, True, True, True]]],
    ]
    assert look_ahead_mask(3).astype(int).tolist() == [
        [1, 0, 0],
        [1, 1, 0],
        [1, 1, 1],
    ]


def test_words_before_the_first_are_all_seen() -> None:
    whole = look_ahead_mask(5)
    np.testing.assert_array_equal(look_ahead_mask(2, before=3), whole[3:])


def test_a_later_word_changes_no_earlier_row() -> None:
    x = wave(1, 4, 6)
    other = x.copy()
    other[:, 3] += 1
    mask = look_ahead_mask(4)
    rows, changed = (attention(Tape(), a, a, a, mask) for a in (x, other))
    np.testing.assert_array_equal(rows[:, :3], changed[:, :3])
    assert np.abs(rows[:, 3] - changed[:, 3]).min() > 0.01


def test_two_masks_are_joined() -> None:
    ids = np.array([[2, 3, 0]])
    both = padding_mask(ids) & look_ahead_mask(3)
    assert both.shape == (1, 1, 3, 3)
    assert both[0, 0].astype(int).tolist() == [
        [1, 0, 0],
        [1, 1, 0],
        [1, 1, 0],
    ]


def test_no_words_make_an_empty_mask() -> None:
    assert look_ahead_mask(0).shape == (0, 0)
    assert padding_mask(np.zeros((2, 0), dtype=int)).shape == (2, 1, 1, 0)
