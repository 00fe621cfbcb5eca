"""Work in fixed parts on a few threads.

Sums of floats depend on the order of adding. So the work is cut into parts by its size alone, each
part keeps its own sum, and the sums are added in the order of the parts: one thread or sixteen, the
bits are the same.

The kernels release the interpreter's lock, so plain threads run them side by side; nothing survives
a fork badly and two analyses may run at once, which numba's own parallel layers do not all promise.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

VOTES_A_PART = 200_000
MOST_PARTS = 32


def available() -> int:
    """Processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


def parts_for(size: int, least: int = VOTES_A_PART) -> int:
    """How many partial sums: a function of the size of the data alone, never of the machine."""
    return max(2, min(MOST_PARTS, size // least))


def run(work: Callable[[int, int], object], parts: int, threads: int) -> None:
    """Call work(first, last) over ranges that cover 0..parts, on up to so many threads.

    The calling thread is one of them.
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
def _pool(_process: int, threads: int) -> ThreadPoolExecutor:
    # Keyed by the process: a pool does not survive a fork.
    return ThreadPoolExecutor(max(1, threads - 1), thread_name_prefix="landscape")
