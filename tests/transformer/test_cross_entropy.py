import numpy as np
import pytest

from transformer.cross_entropy import cross_entropy
from transformer.gradient_check import gradient_error, wave

SCORES, ANSWERS = wave(2, 3, 5), np.array([[1, 0, 4], [2, 2, 3]])


@pytest.mark.parametrize(
    ("p", "surprise"), [(1, 0), (0.5, 0.693), (0.1, 2.303), (0.001, 6.908)]
)
def test_the_table_of_the_note(p: float, surprise: float) -> None:
    scores = np.log(np.array([[1 - p + 1e-300, p]]))
    loss, _ = cross_entropy(scores, answers=np.array([1]))
    assert loss == pytest.approx(surprise, abs=5e-4)


def test_who_knows_nothing_loses_the_logarithm() -> None:
    even, _ = cross_entropy(np.zeros((1, 3, 8)), answers=np.array([[1, 2, 3]]))
    assert even == pytest.approx(np.log(8))


def test_large_scores_are_no_disaster() -> None:
    sure = np.array([[0.0, 800.0, 0.0]], dtype=np.float32)
    assert cross_entropy(sure, answers=np.array([1]))[0] == 0
    loss, undo = cross_entropy(sure, answers=np.array([2]))
    assert loss == 800
    assert undo(np.ones(())).tolist() == [[0, 1, -1]]


def test_no_answer_is_expected_at_padding() -> None:
    alone, _ = cross_entropy(SCORES[:, [0, 2]], answers=ANSWERS[:, [0, 2]])
    padded = np.where([True, False, True], ANSWERS, 0)
    loss, undo = cross_entropy(SCORES, answers=padded)
    assert loss == pytest.approx(float(alone))
    assert not undo(np.ones(()))[:, 1].any()


def test_no_answers_at_all() -> None:
    loss, undo = cross_entropy(SCORES, answers=np.zeros((2, 3), dtype=int))
    assert loss == 0
    assert not undo(np.ones(())).any()


@pytest.mark.parametrize("wrong", [-1, 5])
def test_an_answer_that_is_no_word_is_refused(wrong: int) -> None:
    with pytest.raises(IndexError, match="among 5 words"):
        cross_entropy(SCORES[0, :1], answers=np.array([wrong]))


def test_an_answer_for_each_place() -> None:
    with pytest.raises(ValueError, match=r"\(3,\) for scores of shape"):
        cross_entropy(SCORES, answers=ANSWERS[0])


@pytest.mark.parametrize("smoothing", [0, 0.1])
def test_gradient(smoothing: float) -> None:
    error = gradient_error(
        lambda tape: tape(
            cross_entropy, SCORES, answers=ANSWERS, smoothing=smoothing
        ),
        SCORES,
    )
    assert error < 1e-7


def test_smoothed_answers_want_no_certainty() -> None:
    answers = np.array([1])
    losses = [
        cross_entropy(
            np.array([[0.0, score, 0]]), answers=answers, smoothing=0.1
        )[0]
        for score in (2.0, 3.34, 8.0)
    ]
    assert losses[1] < losses[0]
    assert losses[1] < losses[2]


@pytest.mark.parametrize("smoothing", [0, 0.1])
def test_equal_to_pytorch(smoothing: float) -> None:
    torch = pytest.importorskip("torch")
    scores = SCORES.astype(np.float32)
    ours, undo = cross_entropy(scores, answers=ANSWERS, smoothing=smoothing)
    theirs = torch.tensor(scores, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(
        theirs.reshape(-1, 5),
        torch.tensor(ANSWERS.ravel()),
        ignore_index=0,
        label_smoothing=smoothing,
    )
    loss.backward()
    assert ours.dtype == np.float32
    assert ours == pytest.approx(loss.item(), rel=1e-5)
    np.testing.assert_allclose(
        undo(np.ones((), np.float32)), theirs.grad.numpy(), atol=1e-6
    )
