"""Known faults of other implementations, each with a test that Enishi does not have it.

The names (Q1, Q2, ...) are those of Polis' own list of quirks.
"""

import numpy as np
import pytest
from tests.landscape import oracle
from tests.landscape.planted import plant

from enishi.landscape import Earlier, Moderation, Parameters, Votes, analyse, analyse_core
from enishi.landscape.clusters import polis_groups
from enishi.landscape.engine import Engine
from enishi.landscape.engines import use_engine
from enishi.landscape.kmeans import Clustering, first_distinct, lloyd
from enishi.landscape.routing import draw_statement, priorities


def test_q1_a_banned_participant_is_counted_nowhere(rng: np.random.Generator) -> None:
    votes = oracle.random_votes(rng, 40, 20)
    banned = np.arange(40) == 7
    earlier = analyse_core(votes).as_earlier()
    rest = votes.keep(~banned)
    assert earlier.included is not None
    found = analyse_core(
        rest, earlier=Earlier(components=earlier.components, included=earlier.included[~banned])
    )
    assert found.counts.sum() == rest.count < votes.count
    assert len(found.labels) == 39
    assert 7 not in found.votes.participant_ids


def test_q2_priorities_use_the_votes_of_the_current_run(rng: np.random.Generator) -> None:
    votes = oracle.random_votes(rng, 40, 20)
    found = analyse_core(votes)
    now = priorities(found.report.counts.sum(0), found.extremity, np.zeros(20, bool))
    assert (found.report.priorities == now).all()
    assert (now > 0).all()  # a first run has priorities too


def test_all_49_only_meta_statements_have_the_fixed_priority(rng: np.random.Generator) -> None:
    votes = oracle.random_votes(rng, 40, 20)
    meta = np.arange(20) == 3
    found = analyse_core(votes, moderation=Moderation(np.zeros(20, bool), meta))
    assert found.report.priorities[3] == 49.0
    assert len(set(found.report.priorities[~meta].tolist())) == 19


def test_q3_group_clusters_may_take_more_than_twenty_iterations() -> None:
    # Points on a line whose centres move slowly: after 20 iterations still more than 0.01 each.
    x = np.cumsum(np.linspace(0.2, 1.0, 400))
    base = Clustering(
        np.column_stack([x, np.zeros(400)]), np.ones(400), np.arange(400, dtype=np.int32), 1
    )
    start = base.centres[:4]
    found = polis_groups(base, range(4, 5), start, use_engine("reference"))
    centres, iterations = start, 0
    while True:
        labels = np.abs(x[:, None] - centres[:, 0]).argmin(1)
        moved = np.array([[x[labels == g].mean(), 0.0] for g in range(4)])
        iterations += 1
        if np.abs(moved - centres).max() < 0.01:
            break
        centres = moved
    assert iterations > 20
    assert np.allclose(found.centres, moved)


def test_q10_q12_two_cold_runs_are_equal_bit_by_bit() -> None:
    votes = plant(12_000, 300, 20).build()  # beyond 10,000 participants Polis samples at random
    order = np.random.default_rng(0).permutation(votes.count)
    again = Votes.from_indices(
        *(column[order] for column in votes.events()), participant_ids=12_000, statement_ids=300
    )
    one, two = analyse(votes), analyse(again)
    assert (one.components.loadings == two.components.loadings).all()
    assert (one.places == two.places).all()
    assert (one.labels == two.labels).all()
    assert one.bridging is not None
    assert two.bridging is not None
    assert (one.bridging.scores == two.bridging.scores).all()


@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_q11_close_points_far_from_the_origin_are_not_merged(engine: Engine, offset: float) -> None:
    places = offset + np.array([[0.0, 0.0], [0.001, 0.0], [0.5, 0.5], [0.501, 0.5]])
    found = lloyd(engine.points(places), places, 1e-9)
    assert found.labels.tolist() == [0, 1, 2, 3]


def test_more_than_100000_participants_all_count() -> None:
    planted = plant(100_500, 40, 8)
    found = analyse_core(planted.build(), Parameters(mode="polis"))
    assert found.votes.shape[0] == 100_500
    assert found.included[100_000:].any()
    assert (found.labels[found.included] >= 0).all()


def test_polis_starts_from_the_first_distinct_points() -> None:
    places = np.array([[1.0, 0], [1, 0], [2, 0], [1, 0], [3, 0], [4, 0]])
    assert first_distinct(places, 3).tolist() == [[1, 0], [2, 0], [3, 0]]
    assert first_distinct(places, 9).tolist() == [[1, 0], [2, 0], [3, 0], [4, 0]]


def test_once_included_stays_included(rng: np.random.Generator) -> None:
    votes = oracle.random_votes(rng, 60, 30, 0.5)
    before = np.zeros(60, bool)
    low = int(np.argmin(votes.per_participant))
    parameters = Parameters(least_votes=int(votes.per_participant[low]) + 1)
    assert not analyse_core(votes, parameters).included[low]
    before[low] = True
    assert analyse_core(votes, parameters, earlier=Earlier(included=before)).included[low]


def test_a_statement_without_a_priority_has_weight_one() -> None:
    priority = np.array([3.0, 0.0, np.nan])
    candidates = np.array([0, 1, 2, 3])  # 3: newer than the last run
    drawn = [
        draw_statement(priority, candidates, uniform) for uniform in np.arange(0.0, 1.0, 1 / 6)
    ]
    assert drawn == [0, 0, 0, 1, 2, 3]
    assert draw_statement(priority, np.array([], int), 0.5) is None


def test_groups_follow_recorded_centres_in_number_and_order(rng: np.random.Generator) -> None:
    votes: Votes = oracle.random_votes(rng, 200, 30)
    cold = analyse_core(votes, Parameters(mode="polis", groups=3))
    reversed_centres = cold.groups.centres[::-1].copy()
    warm = analyse_core(
        votes,
        Parameters(mode="polis"),
        earlier=Earlier(cold.components.loadings, cold.base.centres, reversed_centres),
    )
    assert warm.groups.count == cold.groups.count
    assert np.allclose(warm.groups.centres, reversed_centres, atol=0.02)
