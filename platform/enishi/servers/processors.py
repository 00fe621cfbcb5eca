"""A processor of its own for each web process, where there are as many of one as of the other.

A request passes through three threads of its process. Spread over processors, each hand-over
wakes another one and finds its caches cold; on one processor, threads that also do not push each
other aside (the kernel's policy for batches) take turns and finish what they hold. Together that
makes votes half as fast again; either alone does little (docs/benchmarks.md).

Only there: one of several sites on a machine must not crowd onto the processors of another.
"""

import contextlib
import os
import secrets
import socket
import sys


class Processors:
    """What the web processes of one server share out among themselves; nothing if not even."""

    def __init__(self, processes: int) -> None:
        self._name = secrets.token_hex(16)
        self._all = available()
        self._is_even = processes == len(self._all)

    def settle(self) -> None:
        """Move the calling process, and the threads it is yet to start, to a free processor.

        Whoever ends leaves its processor to its successor; one that finds none free stays as it
        is.
        """
        if not self._is_even:
            return
        for processor in self._all:
            if _claim(f"\0{self._name}-{processor}"):
                _stay_on(processor)
                return


def available() -> list[int]:
    """The processors that this process may use; none where the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []


def use_idle_time() -> None:
    """Let the calling process run when nobody else wants to.

    The lowest niceness is not enough beside web processes: they do not push aside what runs.
    """
    os.nice(19)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


_claims: list[socket.socket] = []


def _claim(name: str) -> bool:
    """Take a name until this process ends, however it ends: the kernel sees to that."""
    claim = socket.socket(socket.AF_UNIX)  # never listens: an abstract name that one can hold
    try:
        claim.bind(name)
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True


def _stay_on(processor: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a sandbox may forbid it: slower, and as right
            os.sched_setaffinity(0, {processor})
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
