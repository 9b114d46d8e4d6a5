import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from transformer.backpropagation import Array, Tape
from transformer.encoder import Encoder
from transformer.gradient_check import gradient_error
from transformer.parameters import parameters
from transformer.what_heads_learn import (
    CHOICES,
    SENTENCE,
    STEPS,
    VOCABULARY,
    Model,
    examples,
    guess,
    loss,
    mistakes,
    neighbours,
    new_model,
    new_training,
)


@cache
def trained(seed: int, heads: int = 2) -> tuple[Model, list[float]]:
    """Train a model from a start, and return it with its losses."""
    model, training = new_training(seed, CHOICES._replace(heads=heads))
    return model, training.run(until=STEPS)


def test_neighbours() -> None:
    before, after = neighbours(np.array([[5, 6, 7]]))
    assert before.tolist() == [[0, 5, 6]]
    assert after.tolist() == [[6, 7, 0]]


def test_gradient_of_the_loss() -> None:
    generator = np.random.default_rng(1)
    model, ids = new_model(generator), examples(generator)[:2]
    ends = (".b", ".g")  # biases and gains: all of them would take too long
    arrays = [array for name, array in parameters(model) if name.endswith(ends)]
    assert gradient_error(lambda tape: loss(tape, ids, model), *arrays) < 1e-7


def test_how_never_comes_after_hi() -> None:
    generator = np.random.default_rng(1)
    hi, how = VOCABULARY.encode(["hi how"])[0]
    pairs = np.concatenate(
        [
            np.stack([rows[:, :-1], rows[:, 1:]], axis=-1).reshape(-1, 2)
            for rows in (examples(generator) for _ in range(STEPS))
        ]
    )
    assert not (pairs == [hi, how]).all(axis=1).any()
    assert len(np.unique(pairs, axis=0)) == 11 * 11 - 1


def test_a_single_head_does_not_suffice() -> None:
    model, _ = trained(1, heads=1)
    wrong, total = mistakes(model, CHOICES._replace(heads=1))
    assert wrong > 0.01 * total


def shares_of(model: Model) -> Array:
    """Compute how much each word of the sentence takes from each."""
    (shares,) = Encoder(VOCABULARY, model.encoder, CHOICES).shares(SENTENCE)
    return shares


def divides_the_work(seed: int) -> None:
    """Train from a start, and check what was learned."""
    model, losses = trained(seed)
    assert losses[0] == pytest.approx(6, abs=1)
    assert np.mean(losses[-100:]) < 0.01
    wrong, total = mistakes(model)
    assert wrong <= 4
    assert total > 20000

    ids = VOCABULARY.encode([SENTENCE])
    before, after = (
        scores.argmax(axis=-1)[0] for scores in guess(Tape(), ids, model)
    )
    assert VOCABULARY.decode(before[1:]) == ["hi", "how", "are"]
    assert VOCABULARY.decode(after[:3]) == ["how", "are", "you"]

    shares = shares_of(model)
    back = shares[:, [1, 2, 3], [0, 1, 2]].mean(axis=1)
    ahead = shares[:, [0, 1, 2], [1, 2, 3]].mean(axis=1)
    assert back.argmax() != ahead.argmax()
    assert min(back.max(), ahead.max()) > 0.4
    assert max(back.min(), ahead.min()) < 0.25


def test_one_head_looks_back_and_the_other_ahead() -> None:
    divides_the_work(1)


@pytest.mark.stress
@pytest.mark.parametrize("seed", range(1, 11))
def test_so_it_goes_from_ten_starts(seed: int) -> None:
    divides_the_work(seed)


@pytest.mark.parametrize("name", ["untrained", "trained"])
def test_the_figures_are_of_this_model(name: str) -> None:
    models = {
        "untrained": lambda: new_model(np.random.default_rng(1)),
        "trained": lambda: trained(1)[0],
    }
    folder = Path(__file__).parents[2] / "vault" / "figures"
    figure = (folder / f"attention-{name}.svg").read_text(encoding="utf-8")
    data = figure.partition('attention+json">')[2].partition("</metadata>")[0]
    (shown,) = json.loads(data)["weights"]
    np.testing.assert_allclose(shown, shares_of(models[name]()), atol=0.011)
