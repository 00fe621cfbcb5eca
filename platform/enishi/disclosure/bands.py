"""Counts of people as the public may see them: bands below 100, rounded to ten above.

Arrays in, arrays out. A table of a release has one dimension only, so bands are enough to protect
it. Tables that cross two dimensions need suppression: a module beside this one that decides which
cells to withhold and passes its mask to `band`.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]


class Band(IntEnum):
    """How a count of people is shown. A ROUNDED count is shown as a number."""

    NONE = 0
    UNDER_10 = 1
    FROM_10_TO_49 = 2
    FROM_50_TO_99 = 3
    ROUNDED = 4
    WITHHELD = 5


# No band for zero: whoever can move a count by one would see that nobody else is in it. NONE is
# read in older releases only, and shown as UNDER_10.
_LOWER_BOUNDS = np.array([0, 10, 50, 100])


@dataclass(frozen=True)
class Banded:
    """`bands` has the shape of the counts; `values` holds the rounded count, or -1 in a band."""

    bands: npt.NDArray[np.int8]
    values: Counts


def band(counts: Counts, withheld: npt.NDArray[np.bool_] | None = None) -> Banded:
    """Put each count into its band; from 100 on round it to ten, halves to even tens.

    `withheld`, in the shape of the counts, marks the cells that suppression hides. Raises
    ValueError for a negative count.
    """
    counts = np.asarray(counts, dtype=np.int64)
    if counts.size and counts.min() < 0:
        raise ValueError("a count of people is never negative")
    bands = np.searchsorted(_LOWER_BOUNDS, counts, side="right").astype(np.int8)
    if withheld is not None:
        bands = np.where(withheld, np.int8(Band.WITHHELD), bands)
    values = np.where(bands == Band.ROUNDED, rounded_to_ten(counts), -1)
    return Banded(bands, values)


def rounded_to_ten(counts: Counts) -> Counts:
    """Round to the nearest ten, halves to even tens, so that sums have no bias."""
    tens, rest = np.divmod(counts, 10)
    up = (rest > 5) | ((rest == 5) & (tens % 2 == 1))
    rounded: Counts = (tens + up) * 10
    return rounded


_LABELS = {
    Band.NONE: "0–9",
    Band.UNDER_10: "0–9",
    Band.FROM_10_TO_49: "10–49",
    Band.FROM_50_TO_99: "50–99",
    Band.WITHHELD: "X",
}
FEW = _LABELS[Band.UNDER_10]
LOWEST = {Band.NONE: 0, Band.UNDER_10: 0, Band.FROM_10_TO_49: 10, Band.FROM_50_TO_99: 50}
"""The lowest count of a band."""
BANDS = {lowest: _LABELS[band] for band, lowest in LOWEST.items()}


def label(band_of: int, value: int) -> str:
    """A band as text that needs no translation: 0-9, 10-49, 50-99, X, or the rounded count."""
    return _LABELS.get(Band(band_of), f"{value:,}")
