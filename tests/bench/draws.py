"""A draw of 100,000 parties, and its verification from the file alone.

Processor time of one process with one thread, the best of three turns.
"""

import time
from collections.abc import Iterator

from tests.bench.model import BenchRow
from tests.programmes import draws

from enishi.programmes.allocation.draws import draw_file
from enishi.programmes.allocation.draws.outcome import draw
from enishi.programmes.allocation.draws.verification import verify

ENTRIES, CAPACITY, FAMILIES = 100_000, 10_000, 2_000
LIMIT = 2.0  # seconds
TURNS = 3


def rows(*, full: bool) -> Iterator[BenchRow]:
    rule = draws.rule(CAPACITY, reserved={"family": FAMILIES}).text()
    entries = draws.crowd(ENTRIES)
    times = []
    for _ in range(TURNS):
        start = time.process_time()
        held = draw(rule, entries, draws.officials())
        times.append(time.process_time() - start)
    tickets = sum(entry.weight for entry in entries)
    best = min(times)
    yield BenchRow(
        f"draw of {ENTRIES:,} entries with strata and weights",
        best,
        "s",
        "2 s",
        best / LIMIT,
        f"{tickets:,} tickets, {sum(held.has_place):,} parties placed",
    )
    lines = list(draw_file.written(held))
    times = []
    for _ in range(TURNS):
        start = time.process_time()
        found = verify(lines)
        times.append(time.process_time() - start)
    if found.differences:
        raise AssertionError(found.differences)
    best = min(times)
    size = sum(map(len, lines)) / 1e6
    yield BenchRow(
        f"verification of a draw of {ENTRIES:,} entries from its file",
        best,
        "s",
        "2 s",
        best / LIMIT,
        f"{size:.1f} MB",
    )
