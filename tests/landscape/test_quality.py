"""Planted groups are found as well as by one who knows where their centres are."""

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
    mine = found.included
    truth = planted.groups
    reached = adjusted_rand_score(truth[mine], found.labels[mine])
    best = adjusted_rand_score(truth[mine], oracle_labels(found, truth)[mine])
    assert found.groups.count == 4
    assert reached > best - 0.005
