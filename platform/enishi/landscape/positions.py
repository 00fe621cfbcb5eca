"""Distances of each participant from the centre of all and from the centre of their group.

Formulas: Polis math/repness.clj, participant statistics.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Floats


@dataclass(frozen=True, slots=True)
class Positions:
    """All (n,); NaN for participants without a group.

    centricness: 1 - distance to the centre of all grouped participants. coreness: 1 - distance to
    the centre of the group. extremeness: signed distance from the group's centre along the line
    from the common centre to it.
    """

    centricness: Floats
    coreness: Floats
    extremeness: Floats


def participant_positions(places: Floats, labels: npt.NDArray[np.int32]) -> Positions:
    """Positions of places (n, 2) with labels (n,): group or -1.

    Centres are means of the participants, not of base clusters.
    """
    grouped = labels >= 0
    blank = np.full(len(labels), np.nan)
    if not grouped.any():
        return Positions(blank, blank.copy(), blank.copy())
    points, group = places[grouped], labels[grouped]
    sizes = np.maximum(np.bincount(group), 1)
    centres = (
        np.column_stack([np.bincount(group, points[:, axis]) for axis in (0, 1)]) / sizes[:, None]
    )
    outward = centres - points.mean(0)
    length = np.sqrt((outward**2).sum(1, keepdims=True))
    outward = np.divide(outward, length, out=np.zeros_like(outward), where=length > 0)
    from_group = points - centres[group]
    values = (
        1 - np.sqrt(((points - points.mean(0)) ** 2).sum(1)),
        1 - np.sqrt((from_group**2).sum(1)),
        (from_group * outward[group]).sum(1),
    )
    filled = []
    for value in values:
        full = blank.copy()
        full[grouped] = value
        filled.append(full)
    return Positions(*filled)
