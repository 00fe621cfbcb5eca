"""From the command to the first page, and pages under load."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from tests.bench.load import Load, Running, platform_running, wait_for_quiet, wrk
from tests.bench.model import BenchRow


def rows(*, full: bool) -> Iterator[BenchRow]:
    seconds = 10 if full else 4
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as name:
        folder = Path(name)
        with platform_running(folder) as running:
            yield _start("first page after `enishi up`, new data folder", running)
        with platform_running(folder) as running:
            yield _start("first page after `enishi up`, second start", running)
            wait_for_quiet()
            wrk(f"{running.base_url}/ja/", seconds=1)  # both workers are warm
            bare = wrk(f"{running.base_url}/healthz", seconds=seconds)
            yield _rate("route without work (/healthz)", bare, bare)
            cached = wrk(f"{running.base_url}/ja/", seconds=seconds)
            yield _rate("page from the shared cache (/ja/)", cached, bare)
            # Other addresses of one page are other entries of the cache, so all of them miss it.
            fresh = wrk(f"{running.base_url}/ja/", seconds=seconds, script=_EVERY_TIME_ANOTHER)
            yield _rate("page rendered for each request (/ja/?n=…)", fresh, bare)
            database = wrk(f"{running.base_url}/readyz", seconds=seconds)
            yield _rate("one query (/readyz)", database, bare)


_EVERY_TIME_ANOTHER = """
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", "/ja/?n=" .. n)
end
"""


def _start(name: str, running: Running) -> BenchRow:
    asked = time.perf_counter()
    with httpx.stream("GET", f"{running.base_url}/ja/") as answer:
        answer.read()
    seconds = running.seconds_to_ready + time.perf_counter() - asked
    return BenchRow(name, seconds, "s")


def _rate(name: str, load: Load, bare: Load) -> BenchRow:
    return BenchRow(
        name,
        load.requests_per_second,
        "requests/s",
        yardstick="/healthz in the same run",
        ratio=load.requests_per_second / bare.requests_per_second,
        note=f"p50 {load.p50_ms:.1f} ms, p99 {load.p99_ms:.1f} ms, {load.errors} errors",
    )
