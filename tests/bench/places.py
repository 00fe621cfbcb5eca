"""Search of places: microseconds a query in one process, beside a scan of all names."""

import time
from collections.abc import Callable, Iterable

from tests.bench.model import BenchRow

from enishi.places import queries as places
from enishi.places.gazetteer import gazetteer

QUERIES = ("日野町", "ひの", "hino", "Fuchū", "shiga hino", "龍ヶ崎", "506-0001", "a", "zzzz")
ROUNDS = 200


def rows(*, full: bool) -> Iterable[BenchRow]:

    started = time.perf_counter()
    places.load()
    loaded = time.perf_counter() - started
    places.search("1000001")  # the table of postal codes is read when the first one is typed
    names = [(place.name, place.kana) for place in gazetteer().by_code.values()]

    def scan(query: str) -> list[str]:
        return [name for name, kana in names if query in name or query in kana]

    naive = sum(microseconds(lambda query=query: scan(query)) for query in QUERIES) / len(QUERIES)
    yield BenchRow("places: read table and names at start", loaded * 1000, "ms")
    for query in QUERIES:
        cost = microseconds(lambda query=query: places.search(query))
        yield BenchRow(
            f"places: search {query}",
            cost,
            "µs",
            "substring scan of two names each",
            cost / naive,
        )


def microseconds(run: Callable[[], object]) -> float:
    """The best of five rounds: what the work costs when nobody else is at it."""
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(ROUNDS):
            run()
        best = min(best, time.perf_counter() - started)
    return best / ROUNDS * 1e6
