import numpy as np
from scipy.stats import binom, binomtest
from tests.landscape.planted import plant

from enishi.landscape import analyse
from enishi.landscape.uncertainty import TOO_FEW, shares, wilson


def test_the_interval_is_wilsons() -> None:
    for successes, trials in ((0, 5), (3, 10), (10, 10), (512, 1000)):
        low, high = wilson(successes, trials)
        wanted = binomtest(successes, trials).proportion_ci(0.95, method="wilson")
        assert np.allclose((low, high), (wanted.low, wanted.high), atol=1e-12)
    assert wilson(0, 0).tolist() == [0.0, 1.0]


def test_the_interval_covers_the_true_share_at_about_its_level() -> None:
    for share in (0.1, 0.5, 0.9):
        counts = np.arange(101)
        low, high = wilson(counts, 100).T
        chance = binom.pmf(counts, 100, share)
        assert 0.93 < chance[(low <= share) & (share <= high)].sum() < 0.98


def test_below_the_threshold_there_are_too_few_votes_to_tell() -> None:
    counts = np.array([[TOO_FEW - 1, 0, 0], [TOO_FEW, 0, 0], [0, 0, 0]])
    assert shares(counts).too_few.tolist() == [True, False, True]
    low, high = wilson(TOO_FEW // 2, TOO_FEW)
    assert high - low < 0.41  # the definition of the threshold


def test_more_votes_per_participant_make_groups_more_stable() -> None:
    firm = []
    for votes_each in (15, 60):
        sizes = analyse(plant(3_000, 200, votes_each).build()).sizes
        assert sizes is not None
        assert sizes.members.sum() <= 3_000
        assert (sizes.interval[:, 0] < sizes.share).all()
        assert (sizes.share < sizes.interval[:, 1]).all()
        firm.append(np.average(sizes.firm, weights=sizes.members))
    assert firm[1] > firm[0] + 0.1
    assert firm[1] > 0.8
