import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.disclosure.noise import (
    chance_of_telling,
    draws,
    period_noise,
    spread,
    stock_noise,
    weights,
)

KEY = bytes(32)
HIDA, SAPPORO = "relation.people|place=212172", "relation.people|place=013048"


def test_golden_numbers() -> None:
    assert weights(4).tolist() == [1, 1 / 2, 3 / 8, 5 / 16]
    assert [round(spread(periods), 4) for periods in (1, 12, 60, 3650)] == [
        1.0,
        1.3604,
        1.5389,
        1.9176,
    ]
    assert stock_noise(KEY, [HIDA, SAPPORO], 13, 3.0).tolist() == [3, 0]
    assert [round(chance_of_telling(periods, 3.0), 2) for periods in (1, 12, 60, 120)] == [
        0.13,
        0.18,
        0.2,
        0.21,
    ]


@given(st.integers(1, 400))
def test_the_weights_are_a_square_root_of_adding_up(periods: int) -> None:
    """Noise that goes through them twice is a running sum: that is what they are for."""
    found = weights(periods)
    assert np.allclose(np.convolve(found, found)[:periods], 1)


def test_a_draw_is_a_standard_normal_number() -> None:
    found = draws(KEY, [f"cell|{number}" for number in range(20_000)], 0)
    assert abs(found.mean()) < 0.02
    assert abs(found.std() - 1) < 0.02
    # Shares below some quantiles of the normal distribution: .0228, .3085, .8413
    shares = [(found < quantile).mean() for quantile in (-2, -0.5, 1)]
    assert shares == pytest.approx([0.0228, 0.3085, 0.8413], abs=0.01)


def test_cells_and_periods_are_independent() -> None:
    names = [f"cell|{number}" for number in range(20_000)]
    first, second = draws(KEY, names, 0), draws(KEY, names, 1)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.02
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 0.02


def test_the_noise_of_a_stock_has_the_spread_that_is_told() -> None:
    names = [f"cell|{number}" for number in range(5_000)]
    for periods in (1, 13, 60):
        noise = stock_noise(KEY, names, periods, 3.0)
        assert noise.std() == pytest.approx(3.0 * spread(periods), rel=0.05)
        assert abs(noise.mean()) < 0.3


def test_who_asks_again_hears_the_same_and_another_key_draws_anew() -> None:
    names = [f"cell|{number}" for number in range(3_000)]
    noise = stock_noise(KEY, names, 13, 3.0)
    assert (noise == stock_noise(KEY, names, 13, 3.0)).all()
    # The order and the company of a name do not matter.
    assert (noise[::-1] == stock_noise(KEY, names[::-1], 13, 3.0)).all()
    assert (noise != stock_noise(b"k" * 32, names, 13, 3.0)).mean() > 0.85


@given(st.integers(1, 24), st.sampled_from([3.0, 4.0, 5.0, 6.0, 10.0]))
def test_a_stock_moves_by_the_new_draw_and_a_little_of_the_old(periods: int, sigma: float) -> None:
    names = [HIDA, SAPPORO]
    by_hand = sum(
        weight * draws(KEY, names, period) for period, weight in enumerate(weights(periods)[::-1])
    )
    assert stock_noise(KEY, names, periods, sigma).tolist() == np.rint(sigma * by_hand).tolist()


def test_a_count_of_one_period_takes_one_draw() -> None:
    names = [f"cell|{number}" for number in range(5_000)]
    assert (period_noise(KEY, names, 7, 6.0) == np.rint(6 * draws(KEY, names, 7))).all()
    assert period_noise(KEY, names, 7, 6.0).std() == pytest.approx(6.0, rel=0.05)


@pytest.mark.parametrize("key", [b"", b"k" * 31, b"k" * 33])
def test_a_key_of_another_length_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        draws(key, [HIDA], 0)


def test_there_is_no_release_before_the_first_period_has_closed() -> None:
    with pytest.raises(ValueError, match="period has closed"):
        stock_noise(KEY, [HIDA], 0, 3.0)
    with pytest.raises(ValueError, match="numbered from 0"):
        draws(KEY, [HIDA], -1)


def test_no_cells_have_no_noise() -> None:
    assert stock_noise(KEY, [], 13, 3.0).tolist() == []
