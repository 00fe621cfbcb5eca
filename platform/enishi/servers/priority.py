"""How a process lets others go first when the processors are busy."""

import contextlib
import os
from pathlib import Path

# Linux's autogroup (sched(7)): time is shared among sessions first, so a nice value alone counts
# only against processes of the same session.
_SESSION = Path("/proc/self/autogroup")


def stand_back(niceness: int) -> None:
    """Lower the calling process by so much, and its session to that; 0 changes nothing.

    For processes that lead a session of their own. Call it before a change of user.
    """
    if not niceness:
        return
    lowered = os.nice(niceness)
    # No such file, or not ours: then time is not shared by sessions.
    with contextlib.suppress(OSError):
        _SESSION.write_text(str(lowered))
