import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.disclosure.tables import matrix, tree, two_way

from enishi.disclosure.linear_program import NoSolutionError
from enishi.disclosure.rounding import FEWER, additive, controlled, display, printed
from enishi.disclosure.sums import Sums, sums_of

SEEDS = st.integers(0, 10**6)


def _table(random: np.random.Generator, most: int) -> tuple[np.ndarray, Sums, int]:
    """A two-way table or a tree, its sums, and the cell of its total."""
    shape = (random.integers(2, 8), random.integers(2, 7))
    inner = random.integers(0, most, shape)
    if random.random() < 0.5:
        values, sums = tree(inner)
        return values, sums, 0
    values, sums, at = two_way(inner)
    return values, sums, int(at[-1, -1])


def test_golden_display() -> None:
    assert display(np.array([-3, 0, 9, 10, 14, 15, 19, 1234]), 10).tolist() == [
        FEWER,
        FEWER,
        FEWER,
        10,
        10,
        20,
        20,
        1230,
    ]
    assert display(np.array([15, 19, 20, 24, 25, 35]), 20).tolist() == [-1, -1, 20, 20, 30, 40]


@given(st.integers(-50, 10**6), st.sampled_from([10, 20]))
def test_a_printed_cell_is_near_or_fewer(noisy: int, small: int) -> None:
    shown = int(display(np.array([noisy]), small)[0])
    if noisy < small:
        assert shown == FEWER
    else:
        assert shown % 10 == 0
        assert abs(shown - noisy) <= 5


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_noisy_table_adds_up_with_its_headline_kept(seed: int) -> None:
    random = np.random.default_rng(seed)
    values, sums, total = _table(random, 300)
    noisy = values + np.rint(random.normal(0, 5, len(values)))
    spreads = random.uniform(3, 10, len(values))
    adjusted = additive(noisy, sums, spreads, [total])
    assert np.abs(sums @ adjusted).max() < 1e-4
    assert adjusted[total] == noisy[total]
    rounded = controlled(adjusted, sums, 10, [total])
    assert not (sums @ rounded).any()
    assert (rounded % 10 == 0).all()
    assert rounded[total] == np.floor(noisy[total] / 10 + 0.5) * 10
    assert (np.abs(rounded - adjusted) <= 10 + 1e-4).all()


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_the_adjustment_is_that_of_least_squares(seed: int) -> None:
    random = np.random.default_rng(seed)
    values, sums, _ = _table(random, 300)
    noisy = values + random.normal(0, 5, len(values))
    spreads = random.uniform(1, 10, len(values))
    dense, variances = matrix(sums), np.diag(spreads**2)
    gain = variances @ dense.T @ np.linalg.pinv(dense @ variances @ dense.T)
    assert np.allclose(additive(noisy, sums, spreads), noisy - gain @ dense @ noisy, atol=1e-4)


@given(SEEDS, st.sampled_from([3, 5, 10]))
@settings(max_examples=60, deadline=None)
def test_a_table_that_adds_up_is_rounded_to_neighbours(seed: int, base: int) -> None:
    values, sums, _ = _table(np.random.default_rng(seed), 60)
    rounded = controlled(values, sums, base)
    assert not (sums @ rounded).any()
    assert (rounded % base == 0).all()
    assert (np.abs(rounded - values) < base).all()
    assert (rounded == values)[values % base == 0].all()


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_each_step_gives_the_same_again(seed: int) -> None:
    """What adds up, and is in tens, stays as it is."""
    values, sums, total = _table(np.random.default_rng(seed), 60)
    tens = values * 10
    assert (additive(tens, sums, 3.0) == tens).all()
    assert (controlled(tens, sums, 10, [total]) == tens).all()


def test_a_headline_of_halves_is_printed_as_the_single_figure_is() -> None:
    values, sums, at = two_way(np.array([[5, 7], [6, 7]]))
    total = int(at[-1, -1])
    assert values[total] == 25
    assert controlled(values, sums, 10, [total])[total] == display(values, 0)[total] == 30


def test_a_printed_table_adds_up_where_all_of_it_is_shown() -> None:
    random = np.random.default_rng(5)
    values, sums, at = two_way(random.integers(60, 400, (8, 10)))
    noisy = values + np.rint(random.normal(0, 8, len(values)))
    shown = printed(noisy, sums, 8.0, small=20, fixed=[int(at[-1, -1])])
    assert (shown > 0).all()
    assert not (sums @ shown).any()
    apart = display(noisy, 20)
    assert np.abs(sums @ apart).max() > 0  # each cell by itself does not


def test_a_cell_is_withheld_by_its_value_before_rounding() -> None:
    values, sums = np.array([34.0, 17.0, 17.0]), sums_of([(0, [1, 2])], 3)
    assert 20 in controlled(values, sums, 10)
    assert printed(values, sums, 1.0, small=20)[1:].tolist() == [FEWER, FEWER]


def test_fixed_cells_that_break_a_sum_are_refused() -> None:
    sums = sums_of([(0, [1, 2])], 3)
    with pytest.raises(ValueError, match="break a sum"):
        additive(np.array([10, 3, 4]), sums, 3.0, [0, 1, 2])
    with pytest.raises(NoSolutionError):  # 10 = 10 + 10
        controlled(np.array([12.0, 6.0, 6.0]), sums, 10, [0, 1, 2])


def test_sums_that_only_halves_fulfil_are_refused() -> None:
    """Three sums over three cells in a circle: no tree and no two-way table."""
    sums = sums_of([(3, [0, 1]), (4, [1, 2]), (5, [0, 2])], 6)
    with pytest.raises(ValueError, match="no whole solution"):
        controlled(np.array([5.0, 5.0, 5.0, 10.0, 10.0, 10.0]), sums, 10)


def test_a_table_without_sums_is_rounded_cell_by_cell() -> None:
    sums, values = sums_of([], 3), np.array([14.0, 15.0, 16.0])
    assert additive(values, sums, 3.0).tolist() == [14, 15, 16]
    assert controlled(values, sums, 10).tolist() == [10, 20, 20]
    assert printed(np.array([3]), sums_of([], 1), 3.0, small=20).tolist() == [FEWER]


def test_sums_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        sums_of([(0, [1, 1])], 3)
    with pytest.raises(ValueError, match="does not have"):
        sums_of([(0, [1, 3])], 3)


def test_the_solver_writes_nothing() -> None:
    """It would write a banner into what a command prints, once in each process."""
    code = (
        "import numpy as np; from enishi.disclosure.rounding import controlled;"
        "from enishi.disclosure.sums import sums_of;"
        "controlled(np.array([12.0, 6.0, 6.0]), sums_of([(0, [1, 2])], 3), 10)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
