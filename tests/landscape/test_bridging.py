import numpy as np
import pytest
from tests.landscape import oracle

from enishi.landscape import Moderation, Votes, analyse
from enishi.landscape.bridging import FACTOR_PENALTY, INTERCEPT_PENALTY
from enishi.landscape.engine import Engine


def loss(
    votes: Votes, mean: float, participants: np.ndarray, scores: np.ndarray, factors: np.ndarray
) -> float:
    """The published objective, computed directly."""
    rows, columns, values = votes.events()
    intercepts, own_factors = participants[rows].T
    fitted = mean + intercepts + scores[columns] + own_factors * factors[columns]
    return float(
        (((values + 1) / 2 - fitted) ** 2).mean()
        + INTERCEPT_PENALTY * ((participants[:, 0] ** 2).mean() + (scores**2).mean())
        + FACTOR_PENALTY * ((participants[:, 1] ** 2).mean() + (factors**2).mean())
    )


def test_the_fit_is_a_minimum_of_the_published_loss(
    rng: np.random.Generator, engine: Engine
) -> None:
    votes = oracle.random_votes(rng, 120, 30, 0.5)
    found = analyse(votes, engine=engine).bridging
    assert found is not None
    parts = (found.participants, found.scores, found.factors)
    best = loss(votes, found.mean, *parts)
    for _ in range(30):
        moved = [part + 1e-3 * rng.normal(size=part.shape) for part in parts]
        assert loss(votes, found.mean, *moved) > best
    # the derivative along a random direction is close to zero
    direction = [rng.normal(size=part.shape) for part in parts]
    ahead = loss(votes, found.mean, *(p + 1e-6 * d for p, d in zip(parts, direction, strict=True)))
    behind = loss(votes, found.mean, *(p - 1e-6 * d for p, d in zip(parts, direction, strict=True)))
    assert abs(ahead - behind) / 2e-6 < 1e-4


def test_what_both_camps_agree_with_scores_above_what_one_camp_agrees_with(engine: Engine) -> None:
    people = np.repeat(np.arange(100), 6)
    statement = np.tile(np.arange(6), 100)
    camp = people % 2 == 0
    votes = np.where(statement < 2, 1, np.where((statement % 2 == 0) == camp, 1, -1))
    found = analyse(Votes.from_events(people, statement, votes), engine=engine).bridging
    assert found is not None
    assert found.scores[:2].min() > found.scores[2:].max() + 0.1
    assert np.abs(found.factors[2:]).min() > 5 * np.abs(found.factors[:2]).max()


def test_a_moderated_statement_has_no_score(rng: np.random.Generator, engine: Engine) -> None:
    votes = oracle.random_votes(rng, 80, 12, 0.8)
    out = np.arange(12) == 4
    found = analyse(votes, moderation=Moderation(out, np.zeros(12, bool)), engine=engine).bridging
    rest = analyse(
        Votes.from_events(*(column[votes.events()[1] != 4] for column in votes.events())),
        engine=engine,
    ).bridging
    assert found is not None
    assert rest is not None
    assert np.isnan(found.scores[4])
    assert found.scores[~out] == pytest.approx(rest.scores, abs=1e-4)
