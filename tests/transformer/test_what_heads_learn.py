import re
from pathlib import Path

import numpy as np
import pytest

from transformer.backpropagation import Tape
from transformer.encoder import Encoder
from transformer.gradient_check import gradient_error, wave
from transformer.parameters import parameters
from transformer.what_heads_learn import (
    HEADS,
    SENTENCE,
    VOCABULARY,
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
    assert gradient_error(lambda tape: tape(cross_entropy, scores, answers=answers), scores) < 1e-7


def test_gradient_of_the_loss() -> None:
    model = new_model(start=1)
    arrays = [array for name, array in parameters(model) if name.endswith((".b", ".g"))]
    ids = examples(0)[:2]
    assert gradient_error(lambda tape: loss(tape, ids, model), *arrays) < 1e-7


def test_words_are_drawn_evenly() -> None:
    numbers = np.concatenate([examples(step).ravel() for step in range(100)])
    counts = np.bincount(numbers, minlength=len(VOCABULARY))
    assert counts[:2].tolist() == [0, 0]
    assert counts[2:].min() > 0.9 * counts[2:].mean()


def divides_the_work(start: int) -> None:
    model = new_model(start)
    losses = learn(model)
    assert losses[0] > 2 * np.log(10)
    assert max(losses[-20:]) < 0.02

    ids = VOCABULARY.encode([SENTENCE])
    before, after = (scores.argmax(axis=-1)[0] for scores in guess(Tape(), ids, model))
    assert VOCABULARY.decode(before) == ["hi", "how", "are"]
    assert VOCABULARY.decode(after) == ["how", "are", "you"]

    (shares,) = Encoder(VOCABULARY, model.encoder, heads=HEADS).shares(SENTENCE)
    back = shares[:, [1, 2, 3], [0, 1, 2]].mean(axis=1)
    ahead = shares[:, [0, 1, 2], [1, 2, 3]].mean(axis=1)
    assert back.argmax() != ahead.argmax()
    assert min(back.max(), ahead.max()) > 0.4
    assert max(back.min(), ahead.min()) < 0.25


@pytest.mark.parametrize("start", [1, 4, 10])
def test_one_head_looks_back_and_the_other_ahead(start: int) -> None:
    divides_the_work(start)


@pytest.mark.stress
@pytest.mark.parametrize("start", range(1, 11))
def test_so_it_goes_from_ten_starts(start: int) -> None:
    divides_the_work(start)


def test_figures_are_what_the_code_draws() -> None:
    folder = Path(__file__).parents[2] / "vault" / "figures"
    for name, figure in figures().items():
        kept = (folder / name).read_text(encoding="utf-8")
        number = r"\b[01]\.\d\d\b"
        assert re.sub(number, "#", kept) == re.sub(number, "#", figure), name
        drawn, shown = (np.array(re.findall(number, text), float) for text in (figure, kept))
        np.testing.assert_allclose(shown, drawn, atol=0.011, err_msg=name)
