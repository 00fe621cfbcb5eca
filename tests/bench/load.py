"""The platform under load: a server of its own in a new folder, and wrk against it."""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from enishi.servers.binaries import find_postgres

ROOT = Path(__file__).resolve().parents[2]
# On a free port; gone when the benchmark is, also when that is killed.
_OPTIONS = ("--port", "0", "--stop-with-parent")
_QUIET = 2  # seconds in a row
_PATIENCE = 60.0  # seconds; the supervisor gives a server 30 at the most
_READY = re.compile(r"ready: http://\S+?:(\d+)/")


@dataclass(frozen=True)
class Checkout:
    """A working tree of this project, and the interpreter of its environment."""

    root: Path = ROOT
    python: str = sys.executable

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes: its own sources, and no settings of ours.

        Another benchmark of this run may have pointed our settings elsewhere.
        """
        sources = os.pathsep.join(str(self.root / name) for name in ("platform", "jobs"))
        kept = {name: text for name, text in os.environ.items() if not name.startswith("ENISHI_")}
        return kept | {"PYTHONPATH": sources}


@dataclass(frozen=True)
class Launch:
    """What `enishi up` starts from and with; `settings` are environment variables."""

    checkout: Checkout = field(default_factory=Checkout)
    workers: int = 2
    options: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Running:
    base_url: str
    folder: Path
    seconds_to_ready: float
    process: subprocess.Popen[str]


@contextmanager
def platform_running(folder: Path, launch: Launch | None = None) -> Iterator[Running]:
    """`enishi up` on a free port, with its data in `folder`; stopped after the block."""
    launch = launch or Launch()
    started = time.perf_counter()
    settings = {
        "ENISHI_DATA_DIR": str(folder),
        "ENISHI_ENVIRONMENT": "test",
        # The load comes from one network.
        "ENISHI_NEW_GUESTS_PER_NETWORK": "1000000000",
        "ENISHI_GUEST_VOTES_PER_NETWORK": "1000000000",
        "ENISHI_TEXTS_PER_NETWORK": "1000000000",
        **launch.settings,
    }
    arguments = (*_OPTIONS, "--workers", str(launch.workers), *launch.options)
    process = subprocess.Popen(
        [launch.checkout.python, "-m", "enishi.cli", "up", *arguments],
        env=launch.checkout.environment | settings,
        cwd=launch.checkout.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        base_url = _address(process)
        if base_url is None:
            checkout = launch.checkout
            command = f"{checkout.python} -m enishi.cli up"
            raise SystemExit(f"The platform did not start: try `{command}` in {checkout.root}.")
        yield Running(base_url, folder, time.perf_counter() - started, process)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    """End it; if it has to be killed, the kernel ends its children (PR_SET_PDEATHSIG)."""
    process.terminate()
    try:
        process.wait(_PATIENCE)
    finally:
        process.kill()  # does nothing once it has ended
        process.wait()


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


def _address(process: subprocess.Popen[str]) -> str | None:
    """Where the platform answers, as it says once it does; None when it ended instead."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := _READY.search(line):
            return f"http://127.0.0.1:{found[1]}"
    return None


@dataclass(frozen=True)
class Load:
    """`errors` are answers that were no 2xx or 3xx; `processor_seconds` are wrk's own."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    errors: int
    requests: int = 0
    processor_seconds: float = 0.0


def require_wrk() -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("The benchmarks need the load generator wrk (apt-get install wrk).")


def wrk(url: str, *, connections: int = 32, seconds: int = 5, script: str = "") -> Load:
    """Requests a second, latencies and answers that were no 2xx or 3xx, as wrk counts them."""
    require_wrk()
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        options = ["-s", file.name] if script else []
        before = _children_seconds()
        done = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *options, url],
            capture_output=True,
            text=True,
            check=True,
        )
    return _read(done.stdout, _children_seconds() - before)


def _children_seconds() -> float:
    """Processor time of all our children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def pgbench(dsn: str, script: str, *, clients: int, seconds: int) -> float:
    """Transactions a second of PostgreSQL alone: the script, prepared, by so many clients."""
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


def _read(text: str, processor_seconds: float) -> Load:
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    requests = re.search(r"(\d+) requests in ", text)
    return Load(
        requests_per_second=float(rate[1]) if rate else 0.0,
        p50_ms=_latency(text, "50%"),
        p99_ms=_latency(text, "99%"),
        errors=int(errors[1]) if errors else 0,
        requests=int(requests[1]) if requests else 0,
        processor_seconds=processor_seconds,
    )


def _latency(text: str, percentile: str) -> float:
    found = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)", text)
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    return float(found[1]) * scale[found[2]] if found else float("nan")
