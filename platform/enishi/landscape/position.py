"""Where one participant stands: the group that votes most like them, and where they differ from it.

For that participant only. The groups' counts are those of a run; the votes are the participant's
as they are now, so the answer follows each new vote without another run.
"""

from collections.abc import Mapping

import numpy as np

from enishi.landscape.claims import Claim, GroupShare, Kind
from enishi.landscape.components import Components
from enishi.landscape.engine import Floats, Integers
from enishi.landscape.figures import COLUMNS, Figures, whole_percent
from enishi.landscape.representative import Side
from enishi.landscape.results import LEAST_SHOWN

LEAST_VOTES = 7
LENGTH = 3  # statements where the participant differs
_SIDE_OF: dict[int, Side] = {-1: "disagree", 1: "agree"}


def place_of(votes: Mapping[int, int], components: Components) -> Floats:
    """The place of a participant with these votes (index -> -1, 0, 1) on a run's components: (2,).

    A statement beyond those of the run is newer and has no effect. Equals components.project.
    """
    statements = len(components.means)
    known = [j for j in votes if j < statements and not components.zeroed[j]]
    deviations = np.array([votes[j] for j in known], np.float64) - components.means[known]
    # A zeroed statement counts as a vote of each participant (docs/landscape.md).
    cast = max(len(known) + int(components.zeroed.sum()), 1)
    return np.asarray(np.sqrt(statements / cast) * (components.loadings[:, known] @ deviations))


def nearest_group(place: Floats, centres: Floats) -> int:
    """The group whose centre (g, 2) is nearest to a place."""
    return int(((centres - place) ** 2).sum(1).argmin())


def nearest(figures: Figures, votes: Mapping[int, int], group: int) -> Claim | None:
    """How many of a participant's votes are on the side of the group's majority.

    Of the votes on statements where the group has one: None with fewer than LEAST_VOTES votes, or
    where nothing may be shown by group.
    """
    if len(votes) < LEAST_VOTES or not figures.may_show:
        return None
    compared = [(j, value) for j, value in votes.items() if _majority(figures, group, j)]
    if not compared:
        return None
    same = sum(_SIDE_OF.get(value) == _majority(figures, group, j) for j, value in compared)
    return Claim(
        Kind.NEAREST,
        shares=(GroupShare(group, None, 0),),
        number=whole_percent(same, len(compared)),
    )


def differences(figures: Figures, votes: Mapping[int, int], group: int) -> list[Claim]:
    """The statements where most of the group are on the other side, the largest share first."""
    found = []
    for j, value in votes.items():
        majority, own = _majority(figures, group, j), _SIDE_OF.get(value)
        if majority is None or own is None or own == majority:
            continue
        percent = figures.percent(group, j, majority)
        if percent is not None:
            share = GroupShare(group, majority, percent)
            found.append(Claim(Kind.DIFFERS, j, majority, shares=(share,), own=own))
    found.sort(key=lambda claim: (-claim.shares[0].percent, claim.statement))
    return found[:LENGTH]


def _majority(figures: Figures, group: int, statement: int) -> Side | None:
    """The side that more than half of a group's votes on a statement are on, if enough voted."""
    if statement >= figures.counts.shape[1] or not figures.listed[statement]:
        return None
    votes: Integers = figures.counts[group, statement]
    seen = int(votes.sum())
    for side, column in COLUMNS.items():
        if seen >= LEAST_SHOWN and 2 * int(votes[column]) > seen:
            return side
    return None
