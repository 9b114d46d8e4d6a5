import numpy as np
import pytest

from transformer.attention_mechanism import attention, attention_weights
from transformer.backpropagation import Tape
from transformer.gradient_check import gradient_error, wave
from transformer.parameters import convert, parameters
from transformer.query_key_value import Projections, new_projections, project


@pytest.fixture
def weights() -> Projections:
    phases = iter(range(6))
    drawn = new_projections(np.random.default_rng(0), 4)
    return convert(drawn, lambda array: wave(*array.shape, phase=next(phases)))


def test_gradients_when_words_ask_themselves(weights: Projections) -> None:
    x = wave(2, 3, 4)
    arrays = [x, *(array for _, array in parameters(weights))]
    error = gradient_error(
        lambda tape: attention(tape, *project(tape, x, x, weights)), *arrays
    )
    assert error < 1e-7


def test_one_text_may_ask_another(weights: Projections) -> None:
    q, k, v = project(Tape(), wave(2, 3, 4), wave(2, 5, 4), weights)
    assert (q.shape, k.shape, v.shape) == ((2, 3, 4), (2, 5, 4), (2, 5, 4))


def test_with_one_matrix_for_both_the_scores_would_be_symmetric(
    weights: Projections,
) -> None:
    x = wave(3, 4)
    q, k, _ = project(Tape(), x, x, weights)
    assert np.abs(q @ k.T - (q @ k.T).T).max() > 0.1
    q, k, _ = project(Tape(), x, x, weights._replace(key=weights.query))
    np.testing.assert_allclose(q @ k.T, (q @ k.T).T, atol=1e-12)


def test_a_bias_in_the_keys_changes_nothing(weights: Projections) -> None:
    tape, x = Tape(), wave(3, 4)
    shares = tape(attention_weights, *project(tape, x, x, weights)[:2])
    moved = weights._replace(key=weights.key._replace(b=weights.key.b + 5))
    others, _ = attention_weights(*project(Tape(), x, x, moved)[:2])
    np.testing.assert_allclose(shares, others, rtol=1e-10)
    gradients = tape.gradients(shares, wave(3, 3))
    np.testing.assert_allclose(gradients[weights.key.b], 0, atol=1e-12)
    assert np.abs(gradients[weights.query.b]).max() > 0.01


def test_a_weighted_mean_lies_among_the_values(weights: Projections) -> None:
    x = wave(5, 4)
    q, k, v = project(Tape(), x, x, weights)
    mean = attention(Tape(), 3 * q, k, v)
    assert (mean >= v.min(axis=0)).all()
    assert (mean <= v.max(axis=0)).all()


def test_a_bias_in_the_values_is_added_to_every_result(
    weights: Projections,
) -> None:
    x = wave(5, 4)
    moved = weights._replace(
        value=weights.value._replace(b=weights.value.b + 5)
    )
    before = attention(Tape(), *project(Tape(), x, x, weights))
    after = attention(Tape(), *project(Tape(), x, x, moved))
    np.testing.assert_allclose(after, before + 5, rtol=1e-12)
