"""Times red-dwarf in an environment of its own: a path to votes a line in, seconds a line out.

The file (.npz) holds participants, statements and votes (agree 1), an entry for each vote. Seconds
are processor time of this process for its complete Polis pipeline, votes in its own form given.
"""

import sys
import time
import warnings

import numpy as np
from reddwarf.implementations.polis import run_pipeline

warnings.filterwarnings("ignore")


def seconds_for(path: str) -> float:
    given = np.load(path)
    columns = (given[name].tolist() for name in ("participants", "statements", "votes"))
    votes = [
        {"participant_id": person, "statement_id": statement, "vote": vote}
        for person, statement, vote in zip(*columns, strict=True)
    ]
    began = time.process_time()
    run_pipeline(votes=votes)
    return time.process_time() - began


for line in sys.stdin:
    print(seconds_for(line.strip()), flush=True)
