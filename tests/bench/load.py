"""The platform under load: a server of its own in a new folder, and wrk against it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# On a free port; gone when the benchmark is, also when that is killed.
_OPTIONS = ("--port", "0", "--stop-with-parent")
_QUIET = 2  # seconds in a row
_READY = re.compile(r"http://\S+?:(\d+)/")


@dataclass(frozen=True)
class Running:
    base_url: str
    folder: Path
    seconds_to_ready: float
    process: subprocess.Popen[str]


@contextmanager
def platform_running(folder: Path, *, workers: int = 2) -> Iterator[Running]:
    """`enishi up` on a free port, with its data in `folder`; stopped after the block."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "enishi.cli", "up", *_OPTIONS, "--workers", str(workers)],
        env=_environment() | {"ENISHI_DATA_DIR": str(folder), "ENISHI_ENVIRONMENT": "test"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Running(_address(process), folder, time.perf_counter() - started, process)
    finally:
        process.terminate()
        process.wait(60)


def wait_for_quiet(seconds: float = 120.0) -> None:
    """Return once the machine idles: what a first start sets going (compiling) has ended."""
    deadline, quiet = time.monotonic() + seconds, 0
    while quiet < _QUIET:
        if time.monotonic() > deadline:
            sys.stderr.write("The machine is busy with something else: the rates are too low.\n")
            return
        before = _idle_seconds()
        time.sleep(1)
        quiet = quiet + 1 if _idle_seconds() - before > 0.9 * (os.cpu_count() or 1) else 0


def _idle_seconds() -> float:
    """What all processors together have idled since the machine started, as Linux tells it."""
    _, _, _, _, idle, waiting, *_ = Path("/proc/stat").read_text().split()
    return (int(idle) + int(waiting)) / os.sysconf("SC_CLK_TCK")


def _environment() -> dict[str, str]:
    """Without our settings: another benchmark of this run may have pointed them elsewhere."""
    return {name: text for name, text in os.environ.items() if not name.startswith("ENISHI_")}


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := _READY.search(line):
            return f"http://127.0.0.1:{found[1]}"
    raise SystemExit("the platform did not start")


@dataclass(frozen=True)
class Load:
    requests_per_second: float
    p50_ms: float
    p99_ms: float
    errors: int


def wrk(url: str, *, connections: int = 32, seconds: int = 5, script: str = "") -> Load:
    """Requests a second, latencies and answers that were no 2xx or 3xx, as wrk counts them."""
    if shutil.which("wrk") is None:
        raise SystemExit("The benchmarks need the load generator wrk (apt-get install wrk).")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        options = ["-s", file.name] if script else []
        done = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *options, url],
            capture_output=True,
            text=True,
            check=True,
        )
    return _read(done.stdout)


def pgbench(dsn: str, script: str, *, clients: int, seconds: int) -> float:
    """Transactions a second of PostgreSQL alone: the script, prepared, by so many clients."""
    from enishi.servers.binaries import find_postgres

    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        options = ["-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(seconds)]
        done = subprocess.run(
            [find_postgres() / "pgbench", *options, "-f", file.name, dsn],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise SystemExit(f"pgbench said no rate:\n{done.stdout}")
    return float(found[1])


def _read(text: str) -> Load:
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return Load(
        requests_per_second=float(rate[1]) if rate else 0.0,
        p50_ms=_latency(text, "50%"),
        p99_ms=_latency(text, "99%"),
        errors=int(errors[1]) if errors else 0,
    )


def _latency(text: str, percentile: str) -> float:
    found = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)", text)
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    return float(found[1]) * scale[found[2]] if found else float("nan")
