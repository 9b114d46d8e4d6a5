import numpy as np
import pytest

from transformer.depth_and_norm import (
    CHOICES,
    WORDS,
    gradient_lengths,
    loss,
    new_model,
    sentences,
    train,
)
from transformer.gradient_check import gradient_error
from transformer.parameters import parameters


@pytest.mark.parametrize("norm_first", [False, True])
def test_gradients(norm_first: bool) -> None:
    choices = CHOICES._replace(depth=2, norm_first=norm_first)
    generator = np.random.default_rng(0)
    model, ids = new_model(generator, choices), sentences(generator)[:2]
    ends = (".b", ".g")  # biases and gains: all would take too long
    arrays = [array for name, array in parameters(model) if name.endswith(ends)]
    error = gradient_error(
        lambda tape: loss(tape, ids, model, choices), *arrays
    )
    assert error < 1e-7


def test_sentences_are_of_words() -> None:
    ids = sentences(np.random.default_rng(0))
    assert ids.shape == (32, 5)
    assert set(ids.ravel()) == set(range(1, 1 + WORDS))


def last_length(depth: int, *, norm_first: bool) -> float:
    choices = CHOICES._replace(depth=depth, norm_first=norm_first)
    rows = [gradient_lengths(seed, choices) for seed in range(3)]
    assert {len(row) for row in rows} == {depth}
    return float(np.mean([row[-1] for row in rows]))


def test_depth_makes_the_last_gradient_small_with_pre_norm_only() -> None:
    pre, post = (
        last_length(18, norm_first=way) / last_length(2, norm_first=way)
        for way in (True, False)
    )
    assert 0.2 < pre < 0.6
    assert post > 0.7


@pytest.mark.parametrize("norm_first", [False, True])
def test_two_layers_learn_it_either_way(norm_first: bool) -> None:
    choices = CHOICES._replace(depth=2, norm_first=norm_first)
    assert train(0, choices, 0.01, warm_up=True) < 0.2
