import numpy as np
import pytest

from transformer.backpropagation import Array
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


def test_no_scores_make_no_shares() -> None:
    assert softmax(np.ones((2, 0)))[0].shape == (2, 0)


def test_the_scale_of_the_scores_matters() -> None:
    scores = np.array([3.0, 1.0, 0.0, 1.0])
    assert 1 - softmax(10 * scores)[0][0] == pytest.approx(4e-9, rel=0.1)
    assert softmax(scores / 10)[0].round(2).tolist() == [0.3, 0.24, 0.22, 0.24]


def test_a_sure_softmax_hardly_learns() -> None:
    def largest(scores: Array) -> float:
        _, undo = softmax(np.tile(scores, (4, 1)))
        return float(np.abs(undo(np.eye(4))).max())

    scores = np.array([3.0, 1.0, 0.0, 1.0])
    assert largest(scores) == pytest.approx(0.18, abs=0.005)
    assert largest(10 * scores) == pytest.approx(4e-9, rel=0.1)


def test_gradient() -> None:
    scores = wave(2, 3, 4)
    assert gradient_error(lambda tape: tape(softmax, scores), scores) < 1e-7


def test_raising_all_scores_alike_changes_nothing() -> None:
    _, undo = softmax(wave(3, 5))
    np.testing.assert_allclose(
        undo(wave(3, 5, phase=1)).sum(axis=-1), 0, atol=1e-12
    )
