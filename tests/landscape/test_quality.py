"""Planted groups are found as well as by an oracle that knows their centres."""

import pytest
from sklearn.metrics import adjusted_rand_score
from tests.landscape.planted import oracle_labels, plant

from enishi.landscape import analyse_core


@pytest.mark.parametrize(
    ("people", "statements"),
    [
        (10_000, 500),
        (100_000, 1_000),
        pytest.param(1_000_000, 2_000, marks=pytest.mark.soak),
    ],
)
def test_direct_groups_are_within_half_a_point_of_the_oracle(people: int, statements: int) -> None:
    planted = plant(people, statements)
    found = analyse_core(planted.build())
    included = found.included
    truth = planted.groups
    reached = adjusted_rand_score(truth[included], found.labels[included])
    best = adjusted_rand_score(truth[included], oracle_labels(found, truth)[included])
    assert found.groups.count == 4
    assert reached > best - 0.005
