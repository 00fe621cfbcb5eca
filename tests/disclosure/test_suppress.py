import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.disclosure.tables import SMALL, Integers, Mask, tree, two_way
from tests.disclosure.tau_argus import RECORDED, Recorded, withheld

from enishi.disclosure.audit import audit
from enishi.disclosure.sums import Sums, sums_of
from enishi.disclosure.suppress import CannotProtectError, as_published, suppress

SEEDS = st.integers(0, 10**6)


def narrow(values: Integers, hidden: Mask, sums: Sums, k: int, cap: int) -> int:
    """How many small cells the exact audit bounds to less than k."""
    lo, hi, _ = audit(as_published(values, hidden, sums, cap))
    assert ((lo <= values) & (values <= hi)).all()
    small = (values > 0) & (values < k)
    return int((small & (hi - lo < k)).sum())


@given(SEEDS, st.sampled_from([3, 10]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_small_cell_can_be_worked_out(seed: int, k: int, is_tree: bool) -> None:  # noqa: FBT001 (hypothesis)
    random = np.random.default_rng(seed)
    inner = random.negative_binomial(1.2, 0.1, (random.integers(2, 7), random.integers(2, 7)))
    values, sums = tree(inner) if is_tree else two_way(inner)[:2]
    cap = int(values.max()) + k
    hidden = suppress(values, sums, k, cap)
    small = (values > 0) & (values < k)
    assert hidden[small].all()
    assert not hidden[values == 0].any()
    assert narrow(values, hidden, sums, k, cap) == 0
    if small.any():  # the negative control: the small cells alone do not do
        alone = narrow(values, small, sums, k, cap)
        assert (alone > 0) >= bool((hidden & ~small).any())


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_no_complement_is_hidden_for_nothing(seed: int) -> None:
    values, sums, _ = two_way(np.random.default_rng(seed).negative_binomial(1.2, 0.1, (5, 4)))
    cap = int(values.max()) + 10
    hidden = suppress(values, sums, 10, cap)
    for cell in np.flatnonzero(hidden & (values >= 10)):
        less = hidden.copy()
        less[cell] = False
        assert narrow(values, less, sums, 10, cap) > 0


def test_a_month_in_two_hierarchies_at_once() -> None:
    """Places by groups, and months with their total: linked sums, as of a table with months."""
    random = np.random.default_rng(4)
    leaves = random.negative_binomial(0.8, 0.05, (12, 4))
    by_month = [tree(leaves[:, month].reshape(3, 4)) for month in range(4)]
    width = len(by_month[0][0])
    values = np.concatenate([each for each, _ in by_month])
    values = np.concatenate([values, values.reshape(4, width).sum(axis=0)])
    pairs = [
        (0, [1, 2, 3]),
        *((1 + group, list(range(4 + 4 * group, 8 + 4 * group))) for group in range(3)),
    ]
    parents = [
        (month * width + parent, [month * width + child for child in children])
        for month in range(5)
        for parent, children in pairs
    ]
    parents += [
        (4 * width + cell, [month * width + cell for month in range(4)]) for cell in range(width)
    ]
    sums = sums_of(parents, len(values))
    assert not (sums @ values).any()
    cap = int(values.max()) + 10
    hidden = suppress(values, sums, 10, cap)
    assert narrow(values, hidden, sums, 10, cap) == 0
    assert hidden.mean() < 0.75


def test_the_total_of_a_table_can_be_kept() -> None:
    values, sums, at = two_way(SMALL)
    margins = [*at[-1].tolist(), *at[:, -1].tolist()]
    hidden = suppress(values, sums, 10, 10_000, keep=margins)
    assert not hidden[margins].any()
    assert narrow(values, hidden, sums, 10, 10_000) == 0
    assert (int(hidden.sum()), int(values[hidden].sum())) == (6, 148)


def test_a_cell_that_follows_from_what_must_be_shown_is_an_error() -> None:
    values, sums = np.array([12, 3, 9, 0]), sums_of([(0, [1, 2, 3])], 4)
    with pytest.raises(CannotProtectError):
        suppress(values, sums, 4, 100, keep=[0, 2])
    assert suppress(values, sums, 4, 100, keep=[0]).tolist() == [False, True, True, False]


def test_a_table_of_large_cells_and_zeros_is_shown_as_it_is() -> None:
    values, sums, _ = two_way(np.array([[0, 20], [30, 40]]))
    assert not suppress(values, sums, 10, 200).any()


def test_what_cannot_be_right_is_refused() -> None:
    sums = sums_of([], 2)
    with pytest.raises(ValueError, match="smaller than k"):
        suppress(np.array([1, 2]), sums, 10, 5)
    for values in ([-1, 2], [1, 200]):
        with pytest.raises(ValueError, match=r"outside of 0 \.\.\. cap"):
            suppress(np.array(values), sums, 10, 100)


@pytest.mark.parametrize("recorded", RECORDED, ids=str)
def test_fewer_people_go_missing_than_with_tau_argus(recorded: Recorded) -> None:
    """Where τ-Argus withholds fewer, its pattern leaves cells that our audit bounds (below)."""
    ours = []
    for inner in recorded.tables():
        values, sums, _ = two_way(inner)
        cap = int(values.max()) + recorded.k
        hidden = suppress(values, sums, recorded.k, cap)
        assert narrow(values, hidden, sums, recorded.k, cap) == 0
        ours.append(int(values[hidden].sum()))
    ratios = np.array(ours) / np.array(recorded.people)
    assert sum(ours) < 0.9 * sum(recorded.people)
    if recorded.k == 10:
        assert ratios.max() <= 1.1
    assert (ratios > 1.1).sum() <= 2


@pytest.mark.parametrize("recorded", RECORDED, ids=str)
def test_tau_argus_withholds_what_was_recorded(recorded: Recorded) -> None:
    tau_argus = pytest.importorskip("pytauargus", reason="EUPL, and so no dependency of ours")
    people, unsafe, worst = [], 0, 0.0
    for inner in recorded.tables():
        values, sums, at = two_way(inner)
        hidden = np.zeros(len(values), dtype=np.bool_)
        hidden[[at[cell] for cell in withheld(tau_argus, inner, recorded.k)]] = True
        people.append(int(values[hidden].sum()))
        cap = int(values.max()) + recorded.k
        left = narrow(values, hidden, sums, recorded.k, cap)
        unsafe += left
        if left == 0:
            ours = values[suppress(values, sums, recorded.k, cap)].sum()
            worst = max(worst, float(ours) / people[-1])
    assert tuple(people) == recorded.people
    assert unsafe == recorded.narrow
    assert worst < 1  # where it is safe, it withholds more
