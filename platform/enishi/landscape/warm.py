"""Compiles the kernels ahead of time, so that no request ever waits for them.

Call warm() as a worker starts, or run `python -m enishi.landscape.warm` at install: the compiled
code then lies in its cache for every later start.
"""

import numpy as np

from enishi.landscape.analysis import analyse
from enishi.landscape.engines import use_engine
from enishi.landscape.results import Parameters
from enishi.landscape.votes import LARGEST_TWO_BYTE, Votes


def warm() -> str:
    """Call every kernel once with every type it is used with; the name of the engine."""
    engine = use_engine()
    people, topics = np.divmod(np.arange(400), 10)
    cast = (people * topics) % 3 - 1
    for statements in (10, LARGEST_TWO_BYTE + 1):
        votes = Votes.from_indices(
            people, topics, cast, participant_ids=40, statement_ids=statements, engine=engine
        )
        deviations = np.zeros((statements, 3))
        for single in (True, False):
            gram = engine.gram(votes.offsets, votes.codes, deviations, single=single)
            gram(np.zeros((statements, 8)))
        if statements == 10:
            for mode in ("direct", "polis"):
                analyse(votes, Parameters(mode=mode), engine=engine)
        else:
            analyse(votes, engine=engine)
    return engine.name


if __name__ == "__main__":
    print(f"landscape engine ready: {warm()}")  # noqa: T201 (the answer of the command)
