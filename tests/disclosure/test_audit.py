import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from tests.disclosure.tables import SMALL, Integers, Mask, matrix, tree, two_way, with_hidden

from enishi.disclosure.audit import ContradictionError, Tables, audit, propagate
from enishi.disclosure.sums import sums_of

SEEDS = st.integers(0, 10**6)
TABLES = st.integers(3, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 40), min_size=width, max_size=width), min_size=3, max_size=4
    )
)

SQUARES = st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=3, max_size=3)


def _pattern(at: Integers, cells: list[tuple[int, int]]) -> Mask:
    hidden = np.zeros(at.size, dtype=np.bool_)
    hidden[[at[cell] for cell in cells]] = True
    return hidden


def _intervals(cells: list[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    values, sums, at = two_way(SMALL)
    hidden = _pattern(at, cells)
    lo, hi, _ = audit(with_hidden(values, hidden, sums, 10_000))
    return {int(values[cell]): (int(lo[cell]), int(hi[cell])) for cell in np.flatnonzero(hidden)}


def _brute_force(tables: Tables) -> list[tuple[int, int]]:
    """The interval of each cell by integer programs of another solver's interface."""
    dense, found = matrix(tables.sums), []
    for cell in range(tables.sums.width):
        ends = []
        for sign in (1, -1):
            cost = np.zeros(tables.sums.width)
            cost[cell] = sign
            solved = milp(
                cost,
                constraints=LinearConstraint(dense, 0, 0),
                bounds=Bounds(tables.lo, tables.hi),
                integrality=np.ones(tables.sums.width),
            )
            ends.append(round(solved.x[cell]))
        found.append((ends[0], ends[1]))
    return found


def test_golden_seven_hidden_cells() -> None:
    found = _intervals([(0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)])
    assert (found[7], found[3], found[9]) == ((0, 31), (0, 33), (0, 36))


def test_golden_six_hidden_cells() -> None:
    found = _intervals([(0, 1), (0, 2), (1, 1), (1, 2), (2, 1), (2, 2)])
    assert (found[7], found[3], found[9], found[60]) == ((0, 52), (0, 57), (0, 33), (6, 63))


def test_only_the_small_cells_hidden_are_found_at_once() -> None:
    """The negative control: a margin less its other cells."""
    found = _intervals([(0, 2), (1, 1), (2, 1)])
    assert found[7] == (7, 7)


@given(TABLES, SEEDS)
@settings(max_examples=40, deadline=None)
def test_the_audit_is_exact_for_whole_people(rows: list[list[int]], seed: int) -> None:
    values, sums, _ = two_way(np.array(rows))
    hidden = np.random.default_rng(seed).random(len(values)) < 0.5
    tables = with_hidden(values, hidden, sums, int(values.max()) + 1)
    lo, hi, _ = audit(tables)
    assert list(zip(lo.tolist(), hi.tolist(), strict=True)) == _brute_force(tables)
    assert ((lo <= values) & (values <= hi)).all()
    wide_lo, wide_hi = propagate(tables)
    assert ((wide_lo <= lo) & (hi <= wide_hi)).all()


@given(SQUARES, SEEDS)
@settings(max_examples=15, deadline=None)
def test_bounds_as_of_noisy_cells_are_narrowed_exactly_too(
    rows: list[list[int]], seed: int
) -> None:
    values, sums, _ = two_way(np.array(rows))
    random = np.random.default_rng(seed)
    tables = Tables(
        sums,
        np.maximum(values - random.integers(0, 9, len(values)), 0),
        values + random.integers(0, 9, len(values)),
    )
    lo, hi, _ = audit(tables)
    assert list(zip(lo.tolist(), hi.tolist(), strict=True)) == _brute_force(tables)


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_a_tree_needs_no_linear_program(seed: int) -> None:
    random = np.random.default_rng(seed)
    values, sums = tree(random.integers(0, 20, (2, 3)))
    reach = random.integers(0, 8, len(values))
    tables = Tables(sums, np.maximum(values - reach, 0), values + reach)
    lo, hi, runs = audit(tables)
    assert runs == 0
    assert list(zip(lo.tolist(), hi.tolist(), strict=True)) == _brute_force(tables)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_the_certificate_gives_the_verdict_of_the_exact_audit(seed: int) -> None:
    random = np.random.default_rng(seed)
    values, sums, _ = two_way(random.integers(0, 40, (6, 5)))
    hidden = random.random(len(values)) < 0.4
    tables = with_hidden(values, hidden, sums, int(values.max()) + 1)
    need = np.where(hidden, 10, 0)
    exact_lo, exact_hi, runs = audit(tables, np.flatnonzero(hidden))
    lo, hi, fewer_runs = audit(tables, np.flatnonzero(hidden), need, seed)
    assert ((hi - lo >= need) == (exact_hi - exact_lo >= need)).all()
    narrow = hi - lo < need
    inner, outer = (exact_lo <= lo) & (hi <= exact_hi), (lo <= exact_lo) & (exact_hi <= hi)
    assert np.where(narrow, outer, inner)[hidden].all()
    assert fewer_runs <= runs + 12 * sums.count


def test_cells_that_are_no_targets_come_back_as_propagation_leaves_them() -> None:
    values, sums, at = two_way(SMALL)
    hidden = np.ones(len(values), dtype=np.bool_)
    hidden[at[-1, -1]] = False
    tables = with_hidden(values, hidden, sums, 10_000)
    lo, hi, runs = audit(tables, np.array([at[0, 0]]))
    wide_lo, wide_hi = propagate(tables)
    rest = np.arange(len(values)) != at[0, 0]
    assert runs == 2
    assert (lo[rest] == wide_lo[rest]).all()
    assert (hi[rest] == wide_hi[rest]).all()


def test_a_contradiction_is_an_error_and_never_a_pass() -> None:
    sums = sums_of([(0, [1, 2])], 3)
    with pytest.raises(ContradictionError):
        propagate(Tables(sums, np.array([10, 0, 0]), np.array([12, 4, 5])))
    # Each sum by itself is possible; only all of them together are not: a + b, b + c, a + c are
    # odd, odd and odd, and a, b, c are at most 1 with a sum of 1.
    parents = [(3, [0, 1]), (4, [1, 2]), (5, [0, 2]), (6, [0, 1, 2])]
    tables = Tables(
        sums_of(parents, 7), np.array([0, 0, 0, 1, 1, 1, 1]), np.array([1, 1, 1, 1, 1, 1, 1])
    )
    with pytest.raises(ContradictionError):
        audit(tables)


def test_the_change_between_two_releases_is_one_more_sum() -> None:
    """Two exact counts tell the change, whatever an outsider believed of it."""
    sums = sums_of([(1, [0, 2])], 3)  # after = before + change
    lo, hi, _ = audit(Tables(sums, np.array([40, 43, 0]), np.array([40, 43, 8])))
    assert (lo[2], hi[2]) == (3, 3)
    lo, hi, _ = audit(Tables(sums, np.array([20, 22, 0]), np.array([60, 64, 8])))
    assert (lo[2], hi[2]) == (0, 8)


def test_an_empty_table_has_nothing_to_tell() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    lo, hi, runs = audit(Tables(sums_of([], 0), nothing, nothing))
    assert (len(lo), len(hi), runs) == (0, 0, 0)
    lo, hi, runs = audit(Tables(sums_of([], 2), np.array([0, 1]), np.array([5, 1])))
    assert (lo.tolist(), hi.tolist(), runs) == ([0, 1], [5, 1], 0)
