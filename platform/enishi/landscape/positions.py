"""Where each participant stands to the whole and to the own group.

Formulas: Polis math/repness.clj, participant statistics.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Floats


@dataclass(frozen=True, slots=True)
class Positions:
    """All (n,), NaN for those in no group.

    centricness: 1 - distance to the centre of all grouped people; coreness: 1 - distance to the
    centre of the group;
    extremeness: distance beyond the group's centre, along the line from the common centre outwards.
    """

    centricness: Floats
    coreness: Floats
    extremeness: Floats


def participant_positions(places: Floats, labels: npt.NDArray[np.int32]) -> Positions:
    """Positions by places (n, 2) and labels (n,): group or -1.

    Centres are means of the people, not of base clusters.
    """
    grouped = labels >= 0
    blank = np.full(len(labels), np.nan)
    if not grouped.any():
        return Positions(blank, blank.copy(), blank.copy())
    mine, group = places[grouped], labels[grouped]
    sizes = np.maximum(np.bincount(group), 1)
    centres = (
        np.column_stack([np.bincount(group, mine[:, axis]) for axis in (0, 1)]) / sizes[:, None]
    )
    outward = centres - mine.mean(0)
    length = np.sqrt((outward**2).sum(1, keepdims=True))
    outward = np.divide(outward, length, out=np.zeros_like(outward), where=length > 0)
    from_group = mine - centres[group]
    values = (
        1 - np.sqrt(((mine - mine.mean(0)) ** 2).sum(1)),
        1 - np.sqrt((from_group**2).sum(1)),
        (from_group * outward[group]).sum(1),
    )
    filled = []
    for value in values:
        full = blank.copy()
        full[grouped] = value
        filled.append(full)
    return Positions(*filled)
