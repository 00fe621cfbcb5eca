"""The few statements that stand for all groups: the smallest set first, then by proportion."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from enishi.landscape.figures import Figures
from enishi.landscape.slate import representative_slate

SIDES = ("disagree", "agree")


def figures(agrees: npt.ArrayLike, seen: int = 40, members: list[int] | None = None) -> Figures:
    """Groups of 100 whose members agree or disagree; agrees (g, m): of `seen` votes."""
    given_agrees = np.asarray(agrees, np.int64)
    counts = np.stack([seen - given_agrees, 0 * given_agrees, given_agrees], axis=2)
    groups, statements = given_agrees.shape
    return Figures(
        counts=counts,
        members=np.array(members or [100] * groups),
        listed=np.ones(statements, bool),
        firm=np.full(groups, 0.9),
        bridging=np.zeros(statements),
    )


def heard(chosen: Figures, statement: int, side: str) -> set[int]:
    column = 2 if side == "agree" else 0
    counts = chosen.counts[:, statement]
    return set(np.flatnonzero(2 * counts[:, column] > counts.sum(1)).tolist())


def test_what_all_share_comes_first_and_then_each_group_is_heard() -> None:
    #         shared, only A, only A, only A, only B
    chosen = figures([[38, 39, 38, 37, 19], [37, 20, 20, 20, 33]], members=[900, 100])
    slate = representative_slate(chosen, limit=3)
    assert [claim.statement for claim in slate.claims] == [0, 1, 4]
    assert slate.covering == 2
    assert [share.group for share in slate.claims[2].shares] == [1]


def test_places_follow_the_sizes_of_the_groups() -> None:
    own = np.full((2, 12), 20)
    own[0, :8], own[1, 8:] = 36, 36
    slate = representative_slate(figures(own, members=[300, 100]), limit=4)
    of_a = [claim for claim in slate.claims if claim.shares[0].group == 0]
    assert len(of_a) == 3


def test_moderated_statements_and_those_with_few_votes_are_not_chosen() -> None:
    chosen = figures([[39, 38, 37], [20, 20, 20]])
    listed = np.array([False, True, True])
    counts = chosen.counts.copy()
    counts[0, 1] = [0, 0, 9]
    hidden = Figures(counts, chosen.members, listed, chosen.firm, chosen.bridging)
    assert [claim.statement for claim in representative_slate(hidden).claims] == [2]


@given(st.integers(0, 2**32), st.integers(2, 4), st.integers(2, 6))
@settings(max_examples=60, deadline=None)
def test_no_smaller_set_hears_every_group(seed: int, groups: int, statements: int) -> None:
    rng = np.random.default_rng(seed)
    chosen = figures(rng.integers(0, 41, (groups, statements)))
    slate = representative_slate(chosen)
    everybody = set(range(groups))
    shared = [c for c in slate.claims[:1] if len(c.shares) == groups]
    taken = {claim.statement for claim in shared}
    candidates = [
        (j, side)
        for j in range(statements)
        for side in SIDES
        if j not in taken and heard(chosen, j, side) not in (set(), everybody)
    ]
    smallest = next(
        (
            number
            for number in range(1, groups + 1)
            for each in combinations(candidates, number)
            if set().union(*(heard(chosen, j, side) for j, side in each)) == everybody
        ),
        None,
    )
    assert slate.covering == smallest
    if smallest is not None:
        first = slate.claims[len(shared) : len(shared) + smallest]
        assert {share.group for claim in first for share in claim.shares} == everybody
    assert len(slate.claims) <= 7
