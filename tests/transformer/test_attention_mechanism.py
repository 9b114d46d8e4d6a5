import numpy as np
import pytest

from transformer.attention_mechanism import attention, attention_weights, mix
from transformer.backpropagation import Tape
from transformer.gradient_check import gradient_error, wave


def test_the_example_of_the_note() -> None:
    q = np.array([[2.0, 0, 2, 0]])
    k = np.array([[2.0, 0, 1, 0], [0, 1, 1, 3], [0, 4, 0, 1], [1, 2, 0, 0]])
    v = np.array([[10.0, 0], [0, 10], [0, 0], [5, 5]])
    tape = Tape()
    mixture = attention(tape, q, k, v)
    (shares,) = tape.outputs(attention_weights)
    assert shares.round(3).tolist() == [[0.757, 0.102, 0.038, 0.102]]
    assert mixture.round(2).tolist() == [[8.09, 1.54]]


@pytest.mark.parametrize("d_k", [4, 64, 1024])
def test_divided_scores_have_variance_one_at_any_length(d_k: int) -> None:
    generator = np.random.default_rng(0)
    q, k = generator.normal(size=(2, 300, d_k))
    scores = q @ k.T
    assert scores.var() == pytest.approx(d_k, rel=0.1)
    assert (scores / np.sqrt(d_k)).var() == pytest.approx(1, rel=0.1)


def test_a_masked_word_counts_for_nothing() -> None:
    q, k, v = wave(2, 3, 4), wave(2, 5, 4, phase=1), wave(2, 5, 3, phase=2)
    mask = np.array([True, True, False, True, False])
    masked = attention(Tape(), q, k, v, mask)
    without = attention(Tape(), q, k[:, mask], v[:, mask])
    np.testing.assert_allclose(masked, without, rtol=1e-12)


def test_a_query_that_may_look_nowhere_is_no_disaster() -> None:
    tape, q, k = Tape(), wave(2, 4), wave(3, 4, phase=1)
    shares = tape(attention_weights, q, k, mask=np.zeros((2, 3), dtype=bool))
    np.testing.assert_allclose(shares, 1 / 3)
    assert not tape.gradients(shares, wave(2, 3))[q].any()


def test_gradients_of_the_parts() -> None:
    q, k = wave(2, 3, 4), wave(2, 5, 4, phase=1)
    shares, v = wave(2, 3, 5), wave(2, 5, 3, phase=2)
    assert (
        gradient_error(lambda tape: tape(attention_weights, q, k), q, k) < 1e-7
    )
    assert gradient_error(lambda tape: tape(mix, shares, v), shares, v) < 1e-7


def test_gradients_of_the_whole_with_a_mask() -> None:
    q, k, v = wave(2, 4, 4), wave(2, 4, 4, phase=1), wave(2, 4, 3, phase=2)
    earlier = np.tri(4, dtype=bool)
    error = gradient_error(
        lambda tape: attention(tape, q, k, v, earlier), q, k, v
    )
    assert error < 1e-7


def test_equal_to_pytorch() -> None:
    torch = pytest.importorskip("torch")
    q, k, v = (
        wave(2, 5, 8, phase=phase).astype(np.float32) for phase in range(3)
    )
    mask = wave(2, 5, 5, phase=3) > -0.5
    tape = Tape()
    ours = attention(tape, q, k, v, mask)
    gradients = tape.gradients(ours, np.ones_like(ours))
    theirs = [torch.tensor(array, requires_grad=True) for array in (q, k, v)]
    attend = torch.nn.functional.scaled_dot_product_attention
    output = attend(*theirs, attn_mask=torch.tensor(mask))
    output.sum().backward()
    np.testing.assert_allclose(ours, output.detach().numpy(), atol=1e-5)
    for array, tensor in zip((q, k, v), theirs, strict=True):
        np.testing.assert_allclose(
            gradients[array], tensor.grad.numpy(), atol=1e-5
        )
