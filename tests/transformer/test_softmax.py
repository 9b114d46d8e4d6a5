import numpy as np

from transformer.gradient_check import gradient_error, wave
from transformer.softmax import softmax


def test_the_table_of_the_note() -> None:
    shares, _ = softmax(np.array([3.0, 1.0, 0.0, 1.0]))
    assert shares.round(3).tolist() == [0.757, 0.102, 0.038, 0.102]


def test_shares_lie_between_0_and_1_and_add_up_to_1() -> None:
    shares, _ = softmax(5 * wave(2, 3, 4))
    assert ((shares > 0) & (shares < 1)).all()
    np.testing.assert_allclose(shares.sum(axis=-1), 1, rtol=1e-12)


def test_only_differences_count_even_where_the_powers_would_overflow() -> None:
    scores = np.array([3.0, 1.0, 0.0, 1.0])
    np.testing.assert_array_equal(softmax(scores + 800)[0], softmax(scores)[0])


def test_gradient() -> None:
    scores = wave(2, 3, 4)
    assert gradient_error(lambda tape: tape(softmax, scores), scores) < 1e-7


def test_raising_all_scores_alike_changes_nothing() -> None:
    _, undo = softmax(wave(3, 5))
    np.testing.assert_allclose(undo(wave(3, 5, phase=1)).sum(axis=-1), 0, atol=1e-12)
