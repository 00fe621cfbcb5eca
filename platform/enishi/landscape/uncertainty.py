"""Uncertainty: intervals of shares and group sizes, and the stability of group membership.

The intervals assume that participants are a random sample of a population that votes the same way.
Self-selected participants are no random sample: the intervals are a lower bound of the uncertainty.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.landscape.components import Components
from enishi.landscape.engine import Engine, Floats, Integers
from enishi.landscape.votes import Votes

Z95 = 1.959963984540054  # two-sided 95 %
TOO_FEW = 20  # below this a 95 % interval can span more than 40 points: too few votes to tell


@dataclass(frozen=True, slots=True)
class Shares:
    """95 % Wilson intervals of the shares among the votes on each statement: (..., 2) = low, high.

    too_few (...): statements with fewer than TOO_FEW votes.
    """

    agree: Floats
    disagree: Floats
    too_few: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class GroupSizes:
    """Size and split-half stability of each group, all (groups,) but the interval.

    share: of all grouped participants. interval (groups, 2): its 95 % interval. firm: the share of
    members who are assigned to the same group from either half of the statements alone; NaN for an
    empty group. A low value means that the group's border depends on few votes per participant,
    which the interval does not show.
    """

    members: Integers
    share: Floats
    interval: Floats
    firm: Floats


def wilson(successes: npt.ArrayLike, trials: npt.ArrayLike) -> Floats:
    """95 % score interval (Wilson 1927) of a share: (..., 2). Without trials it is 0 to 1."""
    s, n = np.asarray(successes, np.float64), np.asarray(trials, np.float64)
    safe = np.maximum(n, 1)
    centre = (s / safe + Z95**2 / (2 * safe)) / (1 + Z95**2 / safe)
    half = (
        Z95
        / (1 + Z95**2 / safe)
        * np.sqrt(s / safe * (1 - s / safe) / safe + Z95**2 / (4 * safe**2))
    )
    low = np.where(n > 0, np.clip(centre - half, 0, 1), 0.0)
    high = np.where(n > 0, np.clip(centre + half, 0, 1), 1.0)
    return np.stack([low, high], axis=-1)


def shares(counts: Integers) -> Shares:
    """Shares and their intervals.

    counts (..., 3): disagrees, passes, agrees; of all (m, 3) or of each group (groups, m, 3).
    """
    seen = counts.sum(-1)
    return Shares(wilson(counts[..., 2], seen), wilson(counts[..., 0], seen), seen < TOO_FEW)


def group_sizes(
    votes: Votes,
    labels: npt.NDArray[np.int32],
    centres: Floats,
    components: Components,
    engine: Engine,
) -> GroupSizes:
    """Sizes and stability of the groups. labels (n,): group or -1. centres (k, 2)."""
    members = np.bincount(labels[labels >= 0], minlength=len(centres))
    total = int(members.sum())
    firm = np.full(len(centres), np.nan)
    grouped = labels >= 0
    if total:
        stable = np.ones(total, bool)
        for table in _half_tables(components, engine.count_votes(votes.codes, votes.shape[1])):
            places = engine.project(votes.offsets, votes.codes, table, components.zeroed)[grouped]
            stable &= engine.points(places).labels(centres) == labels[grouped]
        stable_members = np.bincount(labels[grouped], stable, len(centres))
        firm = np.where(members > 0, stable_members / np.maximum(members, 1), np.nan)
    share = members / max(total, 1)
    return GroupSizes(members, share, wilson(members, np.full(len(members), total)), firm)


def _half_tables(components: Components, counts: Integers) -> tuple[Floats, Floats]:
    """Projection tables of two halves of the statements that explain about equal variance.

    Statements are ordered by votes times squared loadings and assigned A, B, B, A, A, B, B, A, ...
    Each table is doubled, so that the mean of a participant's two places is their place.
    """
    table = components.table()
    importance = counts.sum(1) * (components.loadings**2).sum(0)
    rank = np.empty(len(importance), np.int64)
    rank[np.argsort(-importance, kind="stable")] = np.arange(len(importance))
    in_first = np.repeat((rank % 4 == 0) | (rank % 4 == 3), 3)[:, None]
    return np.where(in_first, 2 * table, 0.0), np.where(in_first, 0.0, 2 * table)
