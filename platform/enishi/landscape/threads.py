"""Run work in a fixed number of parts on a few threads.

Floating-point sums depend on the order of addition. Therefore the number of parts depends only on
the size of the data, each part has a partial sum of its own, and the partial sums are added in the
order of the parts: the result is the same, bit for bit, for any number of threads.

The kernels release the GIL, so plain threads run them in parallel. numba's own parallel backends
are not used: not all of them survive a fork or allow two concurrent analyses.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

VOTES_PER_PART = 200_000
MAX_PARTS = 32


def available_processors() -> int:
    """The number of processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


def part_count(votes: int) -> int:
    """The number of partial sums: depends on the number of votes, never on the machine."""
    return max(2, min(MAX_PARTS, votes // VOTES_PER_PART))


def run_parts(work: Callable[[int, int], object], parts: int, threads: int) -> None:
    """Call work(first, last) over ranges that cover 0..parts, on at most `threads` threads.

    The calling thread is one of them. Returns when all parts are done; raises what `work` raised.
    """
    workers = max(1, min(threads, parts))
    edges = [parts * t // workers for t in range(workers + 1)]
    others = [_pool(os.getpid(), threads).submit(work, a, b) for a, b in pairwise(edges[:-1])]
    try:
        work(edges[-2], edges[-1])
    finally:
        for other in others:
            other.result()


@cache
def _pool(_process_id: int, threads: int) -> ThreadPoolExecutor:
    # The process id is part of the key because a thread pool does not survive a fork.
    return ThreadPoolExecutor(max(1, threads - 1), thread_name_prefix="landscape")
