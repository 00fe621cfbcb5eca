"""Landscapes are computed in processes of their own, which stay warm from run to run.

The worker's own loop keeps sending heartbeats and renewing leases meanwhile. Two processes, so that
a large consultation does not delay the others; they give way to the web, but do not starve beside
it, as they would on idle processor time alone.
"""

import asyncio
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from enishi.consultations.landscape_runs import computation
from enishi.consultations.landscape_runs.run_values import RunInput, RunOutput, TooFew
from enishi.landscape.warm import warm
from enishi.servers.namespace import die_with_parent

PROCESSES = 2
NICENESS = 10  # a tenth of the processor time beside a web process that is always busy


class _Pool:
    """Started with the first run, and again after one of its processes was killed."""

    def __init__(self) -> None:
        self._executor: ProcessPoolExecutor | None = None

    def executor(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                PROCESSES,
                multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(os.getpid(),),
            )
        return self._executor

    def close(self, executor: ProcessPoolExecutor | None = None) -> None:
        """Give up these processes (None: those there are), without waiting for their runs."""
        if self._executor is not None and executor in (None, self._executor):
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None


_pool = _Pool()


def _begin(worker: int) -> None:
    """What each process does first. It ends with the worker, also one that was killed already."""
    die_with_parent(signal.SIGKILL, parent=worker)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the worker decides
    os.nice(NICENESS)
    warm()


async def compute(given: RunInput) -> RunOutput | TooFew:
    """Compute a run in one of the processes. Raises BrokenProcessPool if it is killed."""
    executor = _pool.executor()
    try:
        return await asyncio.get_running_loop().run_in_executor(
            executor, computation.compute, given
        )
    except BrokenProcessPool:
        _pool.close(executor)  # the next attempt starts others
        raise


def close() -> None:
    """Kill the processes: when the worker stops. Python would wait for what they compute."""
    _pool.close()
    for process in multiprocessing.active_children():
        process.kill()
