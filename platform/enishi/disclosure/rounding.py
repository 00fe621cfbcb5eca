"""From noisy counts to a printed table: sums that hold, tens, and "fewer than" below a threshold.

All of it works on counts that carry their noise already, so none of it weakens their protection.
Units are people.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.disclosure.linear_program import LinearProgram
from enishi.disclosure.sums import Sums

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[Any]

FEWER = -1  # printed as "fewer than `small`"; zero is among it
_DIGITS = 6  # of a person: what is left below is the rounding error of doubles
_TOLERANCE = 10.0**-_DIGITS


def additive(
    noisy: Numbers, sums: Sums, spreads: npt.ArrayLike, fixed: Sequence[int] = ()
) -> Floats:
    """The numbers nearest to `noisy` that fulfil all sums, by generalised least squares.

    g = y - V S' (S V S')^-1 S y, with the variances V = spreads^2 on the diagonal. A spread may be
    in any unit: only their ratios count. Cells in `fixed` stay as they are. Raises ValueError if
    those alone break a sum.
    """
    values = np.asarray(noisy, dtype=np.float64)
    variances = np.broadcast_to(np.square(np.asarray(spreads, dtype=np.float64)), values.shape)
    variances = variances.copy()
    variances[list(fixed)] = 0
    multipliers = _solve(sums, variances, sums @ values)
    adjusted = values - variances * sums.transposed(multipliers)
    if np.abs(sums @ adjusted).max(initial=0) > _TOLERANCE:
        raise ValueError("the fixed cells break a sum")
    return np.round(adjusted, _DIGITS)


def _solve(sums: Sums, variances: Floats, right: Floats) -> Floats:
    """A solution y of (S V S') y = right, by conjugate gradients.

    The matrix may be singular: the margins of a two-way table depend on each other. It is then
    still consistent, and any solution gives the same table.
    """
    found, rest = np.zeros(sums.count), right.copy()
    step, square = rest.copy(), float(rest @ rest)
    enough = (1e-13**2) * max(square, 1.0)
    for _ in range(10 * sums.count):
        if square <= enough:
            break
        image = sums @ (variances * sums.transposed(step))
        slope = float(step @ image)
        if slope <= 0:  # nothing left that the free cells can change
            break
        length = square / slope
        found += length * step
        rest -= length * image
        before, square = square, float(rest @ rest)
        step = rest + square / before * step
    return found


def controlled(values: Numbers, sums: Sums, base: int, fixed: Sequence[int] = ()) -> Integers:
    """Each cell as a neighbouring multiple of `base`, all sums kept, as near as they allow.

    `values` fulfil the sums. A cell in `fixed` becomes its nearest multiple (halves up, as in
    `display`) whatever that costs the others; for one cell there always is a solution. The choice
    between the two neighbours of each cell is one linear program (Cox: "A constructive procedure
    for unbiased controlled rounding", JASA 1987, has the problem). In trees of sums and in two-way
    tables, also with a hierarchy on one side, its vertices are whole. Raises ValueError if the
    sums have no whole solution that way.
    """
    units = np.asarray(values, dtype=np.float64) / base
    low, high = np.floor(units + _TOLERANCE), np.ceil(units - _TOLERANCE)
    low[list(fixed)] = high[list(fixed)] = np.floor(units[list(fixed)] + 0.5 + _TOLERANCE)
    # What up costs more than down; a little less, so that halves go up where the sums allow it.
    cost = 1 - 2 * (units - low) - _TOLERANCE
    chosen = LinearProgram(sums, np.zeros(sums.count), low, high).solve(cost)
    whole = np.rint(chosen)
    if np.abs(chosen - whole).max(initial=0) > _TOLERANCE or (sums @ whole).any():
        raise ValueError("these sums have no whole solution by a linear program")
    return (whole * base).astype(np.int64)


def display(values: Numbers, small: int, base: int = 10) -> Integers:
    """What is printed of single cells: FEWER below `small`, else the nearest multiple of `base`.

    Halves go up. For whole tables see `printed`.
    """
    numbers = np.asarray(values)
    nearest = np.floor((numbers + base / 2) / base) * base
    return np.where(numbers < small, FEWER, nearest).astype(np.int64)


def printed(  # noqa: PLR0913 (the three steps in one, so that nobody prints without all of them)
    noisy: Numbers,
    sums: Sums,
    spreads: npt.ArrayLike,
    *,
    small: int,
    base: int = 10,
    fixed: Sequence[int] = (),
) -> Integers:
    """A whole table as printed: made additive, rounded with its sums kept, FEWER below `small`.

    A cell is withheld by its additive value y, not by the rounded one: y = 17 is printed as fewer
    than 20 although it may round to 20.
    """
    adjusted = additive(noisy, sums, spreads, fixed)
    return np.where(adjusted < small, FEWER, controlled(adjusted, sums, base, fixed))
