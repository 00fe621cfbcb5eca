"""The starts of `direct`: symmetric, because signs are arbitrary, and near the least inertia."""

import numpy as np
import numpy.typing as npt
import pytest
from sklearn.metrics import adjusted_rand_score
from tests.landscape import oracle
from tests.landscape.planted import plant

from enishi.landscape import Landscape, Moderation, Parameters, Votes, analyse_core
from enishi.landscape.engine import Engine, Floats
from enishi.landscape.engines import use_engine
from enishi.landscape.kmeans import _slices, inertia_of, lloyd, tile_means
from enishi.landscape.polis_export import PolisExport

KS = (2, 3, 4, 5)
REFLECTIONS = ([-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0])


def negated(votes: Votes) -> Votes:
    rows, columns, values = votes.events()
    return Votes.from_indices(
        rows, columns, -values, participant_ids=votes.shape[0], statement_ids=votes.shape[1]
    )


def inertia(found: Landscape) -> float:
    places, labels = found.places[found.labels >= 0], found.labels[found.labels >= 0]
    centres = np.stack([places[labels == g].mean(0) for g in range(found.groups.count)])
    return float(((places - centres[labels]) ** 2).sum())


def least_inertia(found: Landscape) -> float:
    """The best of fifty k-means from random participants."""
    points = use_engine().points(found.places[found.labels >= 0])
    rng = np.random.default_rng(5)
    starts = (rng.choice(points.places, found.groups.count, replace=False) for _ in range(50))
    return min(inertia_of(points, lloyd(points, start, 1e-9)) for start in starts)


def check(votes: Votes, moderation: Moderation | None = None) -> None:
    """Negation moves nobody, and the inertia is within 0.2 % of the best of fifty random starts."""
    other = negated(votes)
    for k in KS:
        one, two = (
            analyse_core(each, Parameters(groups=k), moderation=moderation)
            for each in (votes, other)
        )
        assert adjusted_rand_score(one.labels, two.labels) == 1.0, k
        assert inertia(one) < 1.002 * least_inertia(one), k


@pytest.mark.parametrize("seed", range(1, 9))
def test_planted_conversations(seed: int) -> None:
    check(plant(400 * seed, 60, 20, seed=seed).build())


def test_real_conversations(conversation: PolisExport) -> None:
    check(conversation.votes, conversation.moderation)


def sorted_rows(centres: Floats) -> Floats:
    return np.asarray(sorted(centres.tolist()))


@pytest.mark.parametrize("k", [1, 2, 5, 12, 100])
@pytest.mark.parametrize("people", [7, 60, 500, 5_000])
def test_reflected_points_start_from_reflected_centres(
    rng: np.random.Generator, people: int, k: int
) -> None:
    places = rng.normal(0, 1, (people, 2))
    places[: people // 3] = np.round(places[: people // 3], 1)  # equal values in a column
    centres = tile_means(places, k)
    assert 1 <= len(centres) <= k
    for signs in REFLECTIONS:
        other = tile_means(places * signs, k) * signs
        assert np.allclose(sorted_rows(centres), sorted_rows(other), rtol=0, atol=1e-12)


def test_slices_hold_about_equally_many_points(rng: np.random.Generator) -> None:
    values: npt.NDArray[np.float64] = rng.normal(0, 1, 10_000)
    sizes = np.bincount(_slices(values, 11))
    assert len(sizes) == 11
    assert sizes.max() - sizes.min() <= 2
    assert (_slices(-values, 11) == 10 - _slices(values, 11)).all()


def test_both_engines_find_the_same_groups(engine: Engine, rng: np.random.Generator) -> None:
    votes = oracle.random_votes(rng, 300, 40)
    found = analyse_core(votes, engine=engine)
    assert (found.labels == analyse_core(votes).labels).all()
