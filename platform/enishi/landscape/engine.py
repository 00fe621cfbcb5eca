"""The passes over votes and points that cost time, behind one interface with two implementations.

`compiled` (numba) is fast; `reference` (plain NumPy) is short, needs nothing to be compiled, and is
what the tests compare with. Everything above this file is the same for both. The name of the one
used stands in every output.
"""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Offsets = npt.NDArray[np.int64]
Codes = npt.NDArray[Any]  # uint16 or uint32

Settled = tuple[npt.NDArray[np.int32], Floats]


class Points(Protocol):
    """Points in the plane (n, 2), prepared for many k-means steps."""

    places: Floats

    def step(self, centres: Floats) -> Floats:
        """Sum of x, sum of y and count of the points nearest to each centre: (k, 3)."""
        ...

    def labels(self, centres: Floats) -> npt.NDArray[np.int32]:
        """The nearest centre of each point; of equally near ones, the first: (n,)."""
        ...


class Gram(Protocol):
    """The centred vote matrix C as an operator; C itself (n x m) never exists."""

    def __call__(self, block: Floats) -> Floats:
        """C^T (C block) for a block of 8 columns: (m, 8) -> (m, 8)."""
        ...


class Engine(Protocol):
    name: str

    def sort_votes(
        self, participant: Any, statement: Any, vote: Any, shape: tuple[int, int]
    ) -> tuple[Offsets, Codes]:
        """Events in the order they were cast -> compressed rows (see votes.Votes).

        The last vote of a pair wins.
        """
        ...

    def count_votes(self, codes: Codes, statements: int) -> Integers:
        """Disagrees, passes, agrees of each statement: (m, 3)."""
        ...

    def gram(self, offsets: Offsets, codes: Codes, deviations: Floats, *, single: bool) -> Gram:
        """Prepare the operator.

        deviations (m, 3): what a disagree, a pass, an agree is after centring. single: 32-bit
        partial sums.
        """
        ...

    def project(
        self, offsets: Offsets, codes: Codes, table: Floats, zeroed: npt.NDArray[np.bool_]
    ) -> Floats:
        """Scaled places of the participants: (n, 2).

        table (3m, 2): what each code adds; zeroed (m,).
        """
        ...

    def count_groups(
        self, offsets: Offsets, codes: Codes, labels: npt.NDArray[np.int32], shape: tuple[int, int]
    ) -> Integers:
        """Count by shape = (groups, statements): disagrees, passes, agrees: (groups, m, 3)."""
        ...

    def points(self, places: Floats) -> Points: ...

    def distance_sums(self, places: Floats, starts: Integers) -> Floats:
        """Sum of each point's distances to the points starts[c]..starts[c + 1]: (s, c)."""
        ...

    def settle(self, places: Floats, weights: Floats, start: Floats, still: float) -> Settled:
        """k-means of a few weighted points: labels, centres. `still` is as for `clusters.lloyd`."""
        ...

    def bridge(
        self,
        offsets: Offsets,
        codes: Codes,
        tables: tuple[Floats, Floats],
        ridge: tuple[float, float],
    ) -> tuple[Floats, Floats]:
        """Solve with tables = (rest, factor) by code, see bridging.py.

        Returns people (n, 2) and sums by code (3m, 4).
        """
        ...
