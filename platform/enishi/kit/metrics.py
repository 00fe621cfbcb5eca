"""Prometheus metrics of the process. Labels are route patterns and names, never identifiers.

With several web processes the metrics are shared through files in PROMETHEUS_MULTIPROC_DIR, which
`enishi up` sets.
All modules take the classes of metrics from here (a contract), so that their files are allocated.
"""

import os
from functools import lru_cache

from prometheus_client import REGISTRY as PROCESS_REGISTRY
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

from enishi.kit import metric_files

__all__ = ["Counter", "Gauge", "Histogram", "exposition", "observe_requests"]

metric_files.install()

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REQUESTS = Counter(
    "enishi_requests_total", "Requests answered, by route pattern.", ("method", "route", "status")
)
REQUEST_SECONDS = Histogram(
    "enishi_request_seconds",
    "Time to answer a request, by route pattern.",
    ("method", "route"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


# The lookup of a labelled metric takes longer than counting; there are few label values.
_request_counter = lru_cache(maxsize=2048)(REQUESTS.labels)
_request_histogram = lru_cache(maxsize=1024)(REQUEST_SECONDS.labels)


def observe_requests(method: str, route: str, status: int, seconds: list[float]) -> None:
    """Count requests with the same route and status; `seconds` is the duration of each."""
    _request_counter(method, route, str(status)).inc(len(seconds))
    observe = _request_histogram(method, route).observe
    for each in seconds:
        observe(each)


def exposition() -> bytes:
    """All metrics in Prometheus' text format; of all processes if they share a folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(PROCESS_REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
