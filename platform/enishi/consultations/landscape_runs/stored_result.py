"""The result of a run as one value of the database: a NumPy archive (.npz) of named arrays.

The format is NumPy's own and needs no code of ours to be read. A change of the arrays raises
VERSION; a result of another version is not read, and the next run replaces it.
"""

import io
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.landscape.components import Components
from enishi.landscape.engine import Floats, Integers
from enishi.landscape.figures import Figures
from enishi.landscape.results import Mask

VERSION = 1


class ResultVersionError(Exception):
    """The result was stored in a format that this version does not read."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run found. m statements with votes, g groups, b base clusters, c cells, q numbers k.

    numbers (m,): of the statements, ascending. out (m,): not public when it ran. counts (m, 3):
    disagrees, passes, agrees of all. group_counts (g, m, 3); members, letters (0 is A), firm (g,).
    centres (g, 2), base_centres (b, 2), loadings (2, m), means (m,), eigenvalues (2,). extremity,
    priorities, bridging, factors, consensus_agree, consensus_disagree (m,).
    silhouettes (q, 2): number of groups and mean silhouette. listed (r, 4): representative
    statements as group, statement index, side (1 agree, -1 disagree), best agreed.
    cells (c, 3): group, column, row of the map; grid (2,): rows and scale. authors (a, 2): of a
    final run, number of a statement and the drawn id of its author; drawn_groups (n,): of a final
    run, the group of each participant in the drawn order, -1 for none. totals (3,): people,
    included, outliers.
    """

    numbers: Integers
    out: Mask
    counts: Integers
    group_counts: Integers
    members: Integers
    letters: Integers
    firm: Floats
    centres: Floats
    base_centres: Floats
    loadings: Floats
    means: Floats
    eigenvalues: Floats
    extremity: Floats
    priorities: Floats
    bridging: Floats
    factors: Floats
    consensus_agree: Floats
    consensus_disagree: Floats
    silhouettes: Floats
    listed: Integers
    cells: Integers
    grid: Floats
    authors: Integers
    drawn_groups: npt.NDArray[np.int8]
    totals: Integers

    @property
    def figures(self) -> Figures:
        """The unprotected figures: `policies` makes of them what may be shown."""
        return Figures(self.group_counts, self.members, ~self.out, self.firm, self.bridging)

    @property
    def components(self) -> Components:
        """What a place is computed with; how they were found is not kept."""
        return Components(self.out, self.means, self.loadings, self.eigenvalues, 0, 0.0)


NAMES = tuple(field.name for field in fields(RunResult))


def encode(result: RunResult) -> bytes:
    """The archive; whole numbers take four bytes at most."""
    archive = io.BytesIO()
    arrays: dict[str, Any] = {name: _narrow(getattr(result, name)) for name in NAMES}
    np.savez(archive, **arrays)
    return archive.getvalue()


def decode(version: int, stored: bytes) -> RunResult:
    """Raises ResultVersionError."""
    if version != VERSION:
        raise ResultVersionError(version)
    with np.load(io.BytesIO(stored), allow_pickle=False) as archive:
        return RunResult(**{name: _wide(archive[name]) for name in NAMES})


def _narrow(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return array.astype("<i4") if array.dtype == np.int64 else array


def _wide(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return array.astype(np.int64) if array.dtype == np.int32 else array
