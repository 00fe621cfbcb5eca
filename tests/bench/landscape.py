"""The opinion landscape: the speed table of docs/landscape.md, on planted conversations."""

import asyncio
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np
from tests.bench.model import BenchRow
from tests.landscape.planted import plant

from enishi.consultations.vote_arrays import load_votes
from enishi.landscape import Landscape, Parameters, Votes, analyse, analyse_core
from enishi.landscape.threads import available_processors, run_parts
from enishi.landscape.warm import warm
from enishi.servers.binaries import find_postgres
from enishi.servers.postgres import Postgres

# Below it the interpreter and its libraries weigh more than the votes.
TELLING_PEAK = 100_000_000
REPEATS = 5
PASSES = 9  # over the votes that the method makes, for the floor by memory bandwidth
LOADED_ROWS = 10_000_000

# people, statements, votes each, most ms of the core, what a peer takes
SIZES = (
    (2_000, 900, 113, 30, "30 ms (red-dwarf 0.82 s)"),
    (33_422, 783, 60, 90, "90 ms (red-dwarf 34 s, Polis 26.6 s)"),
    (100_000, 1_000, 30, 150, "150 ms (red-dwarf 265 s)"),
)
LARGE_SIZES = (
    (1_000_000, 2_000, 30, 800, "800 ms (no peer can)"),
    (10_000_000, 5_000, 30, 9_000, "9,000 ms (no peer can)"),
)


def rows(*, full: bool = False) -> Iterator[BenchRow]:
    warm()
    speed = bandwidth()
    yield BenchRow("landscape: memory bandwidth, all threads", speed / 1e9, "GB/s")
    for size in (*SIZES, *(LARGE_SIZES if full else ())):
        yield from _one_size(size, speed)
    if full:
        yield _loading()


def bandwidth() -> float:
    """Bytes a second that all threads together can read."""
    values = np.ones(32_000_000)  # 256 MB: far beyond any cache
    threads = available_processors()
    edges = [len(values) * t // threads for t in range(threads + 1)]

    def read(first: int, last: int) -> None:
        for t in range(first, last):
            part = values[edges[t] : edges[t + 1]]
            np.dot(part, part)

    return values.nbytes / _best(lambda: run_parts(read, threads, threads))[0]


def _one_size(size: tuple[int, int, int, int, str], speed: float) -> Iterator[BenchRow]:
    people, statements, votes_each, most, yardstick = size
    planted = plant(people, statements, votes_each)
    count = len(planted.votes)
    if count < 100_000_000:
        planted = planted.shuffled()
    repeats = 20 if count < 10_000_000 else REPEATS if count < 100_000_000 else 2
    seconds, votes = _best(planted.build, repeats)
    name = f"landscape {people:,} x {statements:,}, {count / 1e6:.3g} M votes"
    yield BenchRow(f"{name}: codes from votes", 1e3 * seconds, "ms")
    given = planted.participants.nbytes + planted.statements.nbytes + planted.votes.nbytes
    del planted
    core, found = _best(lambda: _core(votes, "polis"), repeats)
    floor = PASSES * votes.codes.nbytes / speed
    yield BenchRow(
        f"{name}: polis core",
        1e3 * core,
        "ms",
        yardstick,
        1e3 * core / most,
        f"{1e9 * core / count:.1f} ns a vote, {core / floor:.0f} x the bandwidth floor; "
        + ", ".join(f"{stage} {1e3 * s:.3g}" for stage, s in found.seconds.items()),
    )
    direct, _ = _best(lambda: _core(votes, "direct"), repeats)
    yield BenchRow(f"{name}: direct", 1e3 * direct, "ms", "4 x the core", direct / (4 * core))
    _, found = _best(lambda: analyse(votes), 1)
    for stage in ("bridging", "uncertainty"):
        yield BenchRow(f"{name}: {stage}", 1e3 * found.seconds[stage], "ms")
    if count < TELLING_PEAK:
        return
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    yield BenchRow(
        f"{name}: peak memory of the process so far",
        peak / count,
        "bytes a vote",
        "24",
        peak / count / 24,
        f"the given votes are {given / count:.0f} of them",
    )


def _core(votes: Votes, mode: Any) -> Landscape:
    return analyse_core(votes, Parameters(mode=mode))


def _best(work: Callable[[], Any], repeats: int = REPEATS) -> tuple[float, Any]:
    best, kept = float("inf"), None
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        taken = time.perf_counter() - start
        if taken < best:
            best, kept = taken, result
    return best, kept


def _loading() -> BenchRow:
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as name:
        folder = Path(name)
        server = Postgres(find_postgres(), folder / "pg", folder / "run", folder / "log")
        with server.running() as url:
            best = asyncio.run(_load(url))
    return BenchRow("landscape: load 10 M votes from PostgreSQL", best, "s", "2.5 s", best / 2.5)


async def _load(url: str) -> float:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            f"""
            CREATE UNLOGGED TABLE vote AS
            SELECT (i / 30)::int4 AS participant, (i % 1000)::int4 AS statement,
                (i % 3 - 1)::int2 AS choice
            FROM generate_series(0, {LOADED_ROWS - 1}) AS i
            """  # noqa: S608 (a number of ours)
        )
        best = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            loaded = await load_votes(connection, "SELECT participant, statement, choice FROM vote")
            best = min(best, time.perf_counter() - start)
    finally:
        await connection.close()
    assert len(loaded[0]) == LOADED_ROWS
    return best
