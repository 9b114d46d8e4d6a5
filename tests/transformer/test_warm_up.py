import numpy as np
import pytest

from transformer.warm_up import rise_and_fall, warm_up_rate


def rate(step: int) -> float:
    return warm_up_rate(step, size=512, length=4000)


def test_it_rises_in_a_straight_line() -> None:
    assert rate(2000) == pytest.approx(2000 * rate(1))
    assert rate(4000) == pytest.approx((512 * 4000) ** -0.5)


def test_it_falls_with_the_root() -> None:
    assert rate(16000) == pytest.approx(rate(4000) / 2)
    assert all(rate(4000) > rate(step) for step in (3999, 4001))


def test_a_factor_stretches_it() -> None:
    stretched = warm_up_rate(7, size=64, length=10, factor=3)
    assert stretched == 3 * warm_up_rate(7, size=64, length=10)


def test_a_rate_that_ends() -> None:
    rates = [
        rise_and_fall(step, peak=0.4, rise=4, last=12) for step in range(13)
    ]
    assert rates[:5] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert rates[4:] == pytest.approx(np.linspace(0.4, 0, 9))
