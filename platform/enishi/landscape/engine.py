"""The interface of an engine: the passes over votes and points that take the computing time.

There are two implementations. `compiled` (numba) is fast; `reference` (plain NumPy) is short, needs
no compiler, and is what the tests compare with. `engines.use_engine` chooses one. All other modules
are the same for both, and every output names the engine that computed it.

A *place* is the pair of coordinates of a participant or statement in the plane of the two
components.
"""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Offsets = npt.NDArray[np.int64]
Codes = npt.NDArray[Any]  # uint16 or uint32
LabelsAndCentres = tuple[npt.NDArray[np.int32], Floats]

BLOCK_COLUMNS = 8  # vectors that one pass of the Gram operator multiplies at once


class Points(Protocol):
    """Points in the plane (n, 2), indexed once for many k-means iterations."""

    places: Floats

    def cluster_sums(self, centres: Floats) -> Floats:
        """Sum of x, sum of y and count of the points nearest to each centre: (k, 3)."""
        ...

    def labels(self, centres: Floats) -> npt.NDArray[np.int32]:
        """The nearest centre of each point; of equally near ones, the first: (n,)."""
        ...


class Gram(Protocol):
    """The Gram matrix C^T C of the centred votes C (n x m), as an operator: C is never built."""

    def __call__(self, block: Floats) -> Floats:
        """C^T (C block) for a block of 8 columns: (m, 8) -> (m, 8)."""
        ...


class Engine(Protocol):
    name: str

    def sort_votes(
        self, participant: Any, statement: Any, vote: Any, shape: tuple[int, int]
    ) -> tuple[Offsets, Codes]:
        """Vote events in the order they were cast -> compressed rows (see votes.Votes).

        The last vote of a pair of participant and statement counts.
        """
        ...

    def count_votes(self, codes: Codes, statements: int) -> Integers:
        """Disagrees, passes, agrees of each statement: (m, 3)."""
        ...

    def gram(
        self, offsets: Offsets, codes: Codes, deviations: Floats, *, single_precision: bool
    ) -> Gram:
        """Prepare the operator.

        deviations (m, 3): the value of a disagree, a pass, an agree after centring.
        single_precision: partial sums are 32-bit (the reference ignores it).
        """
        ...

    def project(
        self, offsets: Offsets, codes: Codes, table: Floats, zeroed: npt.NDArray[np.bool_]
    ) -> Floats:
        """Scaled places of the participants: (n, 2).

        table (3m, 2): the contribution of each code; zeroed (m,): moderated-out statements.
        """
        ...

    def count_groups(
        self, offsets: Offsets, codes: Codes, labels: npt.NDArray[np.int32], shape: tuple[int, int]
    ) -> Integers:
        """Disagrees, passes, agrees of each group: (groups, m, 3).

        labels (n,): group or -1. shape: (groups, statements).
        """
        ...

    def points(self, places: Floats) -> Points: ...

    def distance_sums(self, places: Floats, starts: Integers) -> Floats:
        """Sum of each point's distances to the points starts[c]..starts[c + 1]: (s, c)."""
        ...

    def weighted_kmeans(
        self, places: Floats, weights: Floats, start: Floats, tolerance: float
    ) -> LabelsAndCentres:
        """k-means of a few weighted points. `tolerance` is as for `kmeans.lloyd`."""
        ...

    def fit_participants(
        self,
        offsets: Offsets,
        codes: Codes,
        tables: tuple[Floats, Floats],
        ridge: tuple[float, float],
    ) -> tuple[Floats, Floats]:
        """The participants' half of an alternating least-squares step, see bridging.py.

        tables: residual and statement factor by code, each (3m,). ridge: of intercept and factor.
        Returns the participants' intercepts and factors (n, 2), and the sums over participants that
        the statements' half needs, by code (3m, 4).
        """
        ...
