"""CPU affinity: each web process is pinned to one processor, if their numbers are equal.

A request passes through three threads of its process. On several processors each hand-over wakes
another processor with cold caches. On one processor, and with the kernel's batch policy (no wake-up
preemption), a thread finishes its work before the next one runs. Together this gives half as many
votes per second again; either alone has little effect (docs/benchmarks.md).

With other numbers nothing is pinned: several sites on one machine would compete for the same
processors.
"""

import contextlib
import os
import secrets
import socket
import sys


class Processors:
    """The processors that the web processes of one server share, at most one process on each."""

    def __init__(self, processes: int) -> None:
        self._name = secrets.token_hex(16)
        self._all = available_processors()
        self._is_one_each = processes == len(self._all)

    def pin_process(self) -> None:
        """Pin the calling process, and the threads that it starts later, to a free processor.

        When a process ends, its processor becomes free for its successor. If none is free, or if
        the numbers differ, nothing changes.
        """
        if not self._is_one_each:
            return
        for processor in self._all:
            if _claim(f"\0{self._name}-{processor}"):
                _pin_to(processor)
                return


def available_processors() -> list[int]:
    """The processors that this process may use; empty on systems other than Linux."""
    return sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []


def use_idle_time() -> None:
    """Run the calling process only on idle processor time (SCHED_IDLE).

    The lowest nice value is not enough beside the web processes: with their batch policy they do
    not preempt a running process.
    """
    os.nice(19)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


_claims: list[socket.socket] = []


def _claim(name: str) -> bool:
    """Reserve a name until this process ends; the kernel releases it, also after SIGKILL."""
    claim = socket.socket(socket.AF_UNIX)  # bound to an abstract address, used as a lock
    try:
        claim.bind(name)
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True


def _pin_to(processor: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a sandbox may forbid it: slower, but correct
            os.sched_setaffinity(0, {processor})
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
