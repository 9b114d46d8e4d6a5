import re
from pathlib import Path

import numpy as np
import pytest

from transformer.backpropagation import Tape
from transformer.encoder import Encoder
from transformer.gradient_check import gradient_error, wave
from transformer.parameters import parameters
from transformer.what_heads_learn import (
    CHOICES,
    SENTENCE,
    VOCABULARY,
    Model,
    cross_entropy,
    examples,
    figures,
    guess,
    learn,
    loss,
    neighbours,
    new_model,
)


def test_neighbours() -> None:
    before, after = neighbours(np.array([[5, 6, 7]]))
    assert before.tolist() == [[0, 5, 6]]
    assert after.tolist() == [[6, 7, 0]]


def test_surprise() -> None:
    sure = np.array([[[0.0, 800.0]]])
    assert cross_entropy(sure, answers=np.array([[1]]))[0] == 0
    assert cross_entropy(sure, answers=np.array([[0]]))[0] == 800
    even, _ = cross_entropy(np.zeros((1, 3, 8)), answers=np.array([[1, 2, 3]]))
    assert even == pytest.approx(np.log(8))


def test_gradient_of_surprise() -> None:
    scores, answers = wave(2, 3, 5), np.array([[1, 0, 4], [2, 2, 3]])
    error = gradient_error(
        lambda tape: tape(cross_entropy, scores, answers=answers), scores
    )
    assert error < 1e-7


def test_gradient_of_the_loss() -> None:
    model = new_model(start=1)
    ends = (".b", ".g")  # biases and gains: all of them would take too long
    arrays = [array for name, array in parameters(model) if name.endswith(ends)]
    ids = examples(0)[:2]
    assert gradient_error(lambda tape: loss(tape, ids, model), *arrays) < 1e-7


def test_the_sentence_is_not_among_the_examples() -> None:
    (sentence,) = VOCABULARY.encode([SENTENCE])
    shown = [examples(step) for step in range(800)]
    assert sum(map(len, shown)) == 25600
    for rows in shown:
        for left in range(rows.shape[1] - 3):
            assert not (rows[:, left : left + 4] == sentence).all(axis=1).any()


def test_words_are_drawn_evenly() -> None:
    numbers = np.concatenate([examples(step).ravel() for step in range(100)])
    counts = np.bincount(numbers, minlength=len(VOCABULARY))
    assert counts[:2].tolist() == [0, 0]
    assert counts[2:].min() > 0.9 * counts[2:].mean()


def named_correctly(model: Model, heads: int) -> float:
    """Say which part of the neighbours is named correctly in unseen rows."""
    right, total = 0, 0
    for step in range(10000, 10100):
        ids = examples(step)
        guesses = guess(Tape(), ids, model, heads)
        for scores, answers in zip(guesses, neighbours(ids), strict=True):
            right += (scores.argmax(axis=-1) == answers).sum()
            total += answers.size
    return right / total


@pytest.mark.parametrize(
    ("start", "final_loss", "correct"),
    [(1, 0.65, 0.82), (4, 0.47, 0.89), (10, 0.49, 0.88)],
)
def test_a_single_head_does_not_suffice(
    start: int, final_loss: float, correct: float
) -> None:
    model = new_model(start)
    losses = learn(model, heads=1)
    assert np.mean(losses[-100:]) == pytest.approx(final_loss, abs=0.02)
    assert named_correctly(model, heads=1) == pytest.approx(correct, abs=0.01)


def divides_the_work(start: int) -> list[float]:
    """Train from a start, check what was learned, and return the losses."""
    model = new_model(start)
    losses = learn(model)
    assert losses[0] == pytest.approx(6, abs=0.5)
    assert max(losses[-20:]) < 0.02
    assert named_correctly(model, heads=2) >= 1 - 4 / 28800

    ids = VOCABULARY.encode([SENTENCE])
    before, after = (
        scores.argmax(axis=-1)[0] for scores in guess(Tape(), ids, model)
    )
    assert VOCABULARY.decode(before) == ["hi", "how", "are"]
    assert VOCABULARY.decode(after) == ["how", "are", "you"]

    (shares,) = Encoder(VOCABULARY, model.encoder, CHOICES).shares(SENTENCE)
    back = shares[:, [1, 2, 3], [0, 1, 2]].mean(axis=1)
    ahead = shares[:, [0, 1, 2], [1, 2, 3]].mean(axis=1)
    assert back.argmax() != ahead.argmax()
    assert min(back.max(), ahead.max()) > 0.4
    assert max(back.min(), ahead.min()) < 0.25
    return losses


@pytest.mark.parametrize("start", [1, 4, 10])
def test_one_head_looks_back_and_the_other_ahead(start: int) -> None:
    losses = divides_the_work(start)
    assert np.mean(losses[-100:]) < 0.001


@pytest.mark.stress
@pytest.mark.parametrize("start", range(1, 11))
def test_so_it_goes_from_ten_starts(start: int) -> None:
    divides_the_work(start)


def test_the_shares_quoted_are_those_of_the_model() -> None:
    model = new_model(start=1)
    learn(model)
    (shares,) = Encoder(VOCABULARY, model.encoder, CHOICES).shares(SENTENCE)
    back, ahead = shares[0].diagonal(-1), shares[1].diagonal(1)
    np.testing.assert_allclose(back, [0.63, 0.50, 0.68], atol=0.011)
    np.testing.assert_allclose(ahead, [0.75, 0.66, 0.75], atol=0.011)


def test_figures_are_what_the_code_draws() -> None:
    folder = Path(__file__).parents[2] / "vault" / "figures"
    for name, figure in figures().items():
        kept = (folder / name).read_text(encoding="utf-8")
        number = r"\b[01]\.\d\d\b"
        assert re.sub(number, "#", kept) == re.sub(number, "#", figure), name
        drawn, shown = (
            np.array(re.findall(number, text), float) for text in (figure, kept)
        )
        np.testing.assert_allclose(shown, drawn, atol=0.011, err_msg=name)
