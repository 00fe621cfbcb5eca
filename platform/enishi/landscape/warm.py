"""Ahead-of-time warm-up of the JIT cache, so that no request waits for a compilation.

Call warm() when a worker starts, or run `python -m enishi.landscape.warm` at installation: later
starts load the compiled kernels from numba's cache.
"""

import numpy as np

from enishi.landscape.analysis import analyse
from enishi.landscape.engines import use_engine
from enishi.landscape.results import Parameters
from enishi.landscape.votes import LARGEST_TWO_BYTE, Votes


def warm() -> str:
    """Call every kernel once for each combination of types in use; return the engine's name."""
    engine = use_engine()
    participants, statements = np.divmod(np.arange(400), 10)
    cast = (participants * statements) % 3 - 1
    for count in (10, LARGEST_TWO_BYTE + 1):  # codes of two bytes, of four bytes
        votes = Votes.from_indices(
            participants, statements, cast, participant_ids=40, statement_ids=count, engine=engine
        )
        deviations = np.zeros((count, 3))
        for single in (True, False):
            gram = engine.gram(votes.offsets, votes.codes, deviations, single_precision=single)
            gram(np.zeros((count, 8)))
        if count == 10:
            for mode in ("direct", "polis"):
                analyse(votes, Parameters(mode=mode), engine=engine)
        else:
            analyse(votes, engine=engine)
    return engine.name


if __name__ == "__main__":
    print(f"landscape engine ready: {warm()}")  # noqa: T201 (the command's output)
