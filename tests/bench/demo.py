"""Loading the sample content into an empty platform.

Seconds by the clock, with the loader's own processor time and peak memory beside them: the rest
is the database's work. A figure a person tells how the cost grows.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.model import BenchRow

SIZES, LARGE = (10_000,), (100_000, 1_000_000)


def rows(*, full: bool) -> Iterator[BenchRow]:
    for people in SIZES + (LARGE if full else ()):
        with _empty_platform() as environment:
            yield _loaded(people, environment)


@contextmanager
def _empty_platform() -> Iterator[dict[str, str]]:
    """A database of its own with durable settings, migrated."""
    from enishi.servers.binaries import find_postgres
    from enishi.servers.postgres import Postgres

    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as name:
        folder = Path(name)
        postgres = Postgres(
            find_postgres(), folder / "postgres", folder / "run", folder / "postgres.log"
        )
        with postgres.running() as url:
            environment = {
                name: text for name, text in os.environ.items() if not name.startswith("ENISHI_")
            } | {
                "ENISHI_ENVIRONMENT": "test",
                "ENISHI_DATABASE_URL": url,
                "ENISHI_DATA_DIR": str(folder / "data"),
            }
            _run(("migrate",), environment)
            yield environment


def _loaded(people: int, environment: dict[str, str]) -> BenchRow:
    began = time.perf_counter()
    process = _start(("demo", "load", "--people", str(people)), environment)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the sample was not loaded: {said}")
    seconds = time.perf_counter() - began
    own = usage.ru_utime + usage.ru_stime
    return BenchRow(
        f"sample content of {people:,} people, its acts counted",
        seconds,
        "s",
        note=f"{said.partition('.')[0]}; {seconds / people * 1e6:,.0f} µs a person; the loader's"
        f" own: {own:.1f} s of processor, {usage.ru_maxrss / 1024:,.0f} MiB at most",
    )


def _run(arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    process = _start(arguments, environment)
    process.communicate()
    if process.returncode:
        raise SystemExit(f"{arguments} failed")


def _start(arguments: tuple[str, ...], environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "enishi.cli", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
