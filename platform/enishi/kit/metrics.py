"""Prometheus metrics of the process. Labels are route patterns and names, never identifiers.

With several web processes PROMETHEUS_MULTIPROC_DIR (set by `enishi up`) joins their figures.
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


# Looking a label up takes longer than counting. Routes, methods and states are few.
_request_counter = lru_cache(maxsize=2048)(REQUESTS.labels)
_request_histogram = lru_cache(maxsize=1024)(REQUEST_SECONDS.labels)


def observe_requests(method: str, route: str, status: int, seconds: list[float]) -> None:
    """Count requests that were answered alike, each with the time it took."""
    _request_counter(method, route, str(status)).inc(len(seconds))
    observe = _request_histogram(method, route).observe
    for each in seconds:
        observe(each)


def exposition() -> bytes:
    """All figures in Prometheus' text format; of all processes where they share a folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(PROCESS_REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
