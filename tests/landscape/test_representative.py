"""What is told of a group is what most of its votes say."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.landscape import oracle

from enishi.landscape import Votes, report_on
from enishi.landscape.representative import (
    Representative,
    group_statistics,
    representative_statements,
)


def lists(people: list[list[tuple[int, int]]], labels: list[int]) -> list[list[Representative]]:
    """The lists of groups. people: of each participant the (statement, vote) pairs."""
    events = [(i, j, v) for i, cast in enumerate(people) for j, v in cast]
    return report_on(Votes.from_events(*zip(*events, strict=True)), np.array(labels)).representative


def test_a_statement_that_everybody_agrees_with_is_told_by_its_agreement() -> None:
    """Twenty people agree with all statements, ten with the first one only."""
    people = [[(j, 1) for j in range(8)]] * 20
    people += [[(0, 1), *((j, -1) for j in range(1, 8))]] * 10
    for group, size in zip(lists(people, [0] * 20 + [1] * 10), (20, 10), strict=True):
        [best] = [entry for entry in group if entry.best_agree]
        assert (best.side, best.votes, best.agrees, best.disagrees, best.seen) == (
            "agree",
            size,
            size,
            0,
            size,
        )
        assert best.share == (size + 1) / (size + 2)


def test_what_most_of_a_group_disagrees_with_is_never_its_best_agreed_statement() -> None:
    """Both tests of the agreement with statement 1 are negative: their product is positive."""
    mine = [[(0, 1 if i < 51 else -1), (1, 1 if i < 40 else -1)] for i in range(100)]
    others = [[(0, 1 if i < 50 else -1), (1, 1)] for i in range(100)]
    [group, _] = lists(mine + others, [0] * 100 + [1] * 100)
    assert [(e.statement, e.side, e.best_agree) for e in group] == [
        (0, "agree", True),
        (1, "disagree", False),
    ]


def test_the_side_of_a_sufficient_statement_is_the_sufficient_one() -> None:
    """60 of 100 agree against 50 of 100, 40 disagree against 10: the group's majority agrees."""
    mine = [[(0, 1), (1, 1)]] * 120 + [[(0, -1), (1, 1)]] * 80
    others = [[(0, 1), (1, 1)]] * 100 + [[(0, -1), (1, 1)]] * 20 + [[(0, 0), (1, 1)]] * 80
    [group, _] = lists(mine + others, [0] * 200 + [1] * 200)
    assert {e.statement: e.side for e in group}[0] == "agree"


def test_a_statement_that_nobody_in_the_group_voted_on_is_not_its_mark() -> None:
    people = [[(0, 0)]] * 3 + [[(0, 0), (1, 1)], [(0, 0), (1, -1)]]
    [silent, _] = lists(people, [0] * 3 + [1] * 2)
    assert silent == []


def test_only_statements_with_enough_votes_of_the_group_are_listed_if_asked() -> None:
    counts = np.array([[[0, 0, 9], [0, 0, 12]], [[9, 0, 0], [12, 0, 0]]])
    listed = representative_statements(group_statistics(counts), np.zeros(2, bool), least_seen=10)
    assert [[entry.statement for entry in entries] for entries in listed] == [[1], [1]]


@given(st.integers(0, 2**32), st.integers(2, 60), st.integers(1, 12), st.sampled_from([0.2, 1.0]))
@settings(max_examples=150, deadline=None)
def test_more_than_half_of_a_groups_votes_are_on_the_side_that_is_told(
    seed: int, people: int, statements: int, density: float
) -> None:
    rng = np.random.default_rng(seed)
    votes = oracle.random_votes(rng, people, statements, density)
    for group in report_on(votes, rng.integers(-1, 3, people)).representative:
        for entry in group:
            assert 2 * entry.votes > entry.seen
            assert entry.votes == (entry.agrees if entry.side == "agree" else entry.disagrees)
            assert not entry.best_agree or entry.side == "agree"
