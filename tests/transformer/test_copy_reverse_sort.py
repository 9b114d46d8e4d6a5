import numpy as np
import pytest

from transformer.copy_reverse_sort import (
    START,
    TASKS,
    ZERO,
    asking,
    draw,
    framed,
    learn,
    right,
)


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("copy", [3, 1, 4, 1, 5, 9, 2, 6]),
        ("reverse", [6, 2, 9, 5, 1, 4, 1, 3]),
        ("sort", [1, 1, 2, 3, 4, 5, 6, 9]),
    ],
)
def test_the_table_of_the_note(task: str, expected: list[int]) -> None:
    digits = np.array([[3, 1, 4, 1, 5, 9, 2, 6]])
    assert TASKS[task](digits).tolist() == [expected]


@pytest.mark.parametrize("length", [1, 5, 8])
def test_training_shows_nothing_of_the_tests(length: int) -> None:
    generator = np.random.default_rng(0)
    shown = draw(generator, 2000, length) - ZERO
    kept = draw(generator, 2000, length, unseen=True) - ZERO
    for digits in (shown, kept):
        assert digits.shape == (2000, length)
        assert 0 <= digits.min() <= digits.max() <= 9
    assert (shown.sum(axis=1) % 10 != 0).all()
    assert (kept.sum(axis=1) % 10 == 0).all()


def test_a_target_begins_with_start() -> None:
    assert framed(np.array([[5, 6]])).tolist() == [[START, 5, 6]]


def test_untrained_it_is_never_right() -> None:
    weights, losses = learn("copy", seed=0, steps=0)
    assert losses == []
    assert right(weights, "copy", count=200) == 0


def test_it_learns_to_reverse() -> None:
    weights, losses = learn("reverse", seed=0, steps=220)
    assert losses[-1] < 0.1 * losses[0]
    assert right(weights, "reverse", count=200) >= 160
    source = draw(np.random.default_rng(1), 100, unseen=True)
    strongest = asking(weights, "reverse", source).argmax(axis=-1)
    assert (strongest == np.arange(8)[::-1]).mean() > 0.8
