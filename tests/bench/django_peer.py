"""Votes of ours against Django's upsert, in turns, on the same machine and the same PostgreSQL.

Django gets an environment of its own, so this runs only when it is asked for:
`python -m tests.bench django` or `--full`. Both get two web processes and 32 connections.
"""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import votes
from tests.bench.load import platform_running, wait_for_quiet, wrk
from tests.bench.model import BenchRow
from tests.bench.scripts import voting

from enishi.settings import Settings

PEERS = Path(__file__).parent / "peers"
ASKED_FOR = True
PORT = 8899
TURNS = 3


def rows(*, full: bool) -> Iterator[BenchRow]:
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as name:
        folder = Path(name)
        os.environ["ENISHI_ENVIRONMENT"] = "test"
        python = _environment(folder / "django")
        with platform_running(folder) as running, _django(python, folder) as peer:
            site = votes.Site(folder)
            cookies, statements = asyncio.run(site.fill())
            at = f"{running.base_url}/api/v1/dialogues/{votes.SLUG}/statements/"

            def ours() -> str:
                return voting(at.removeprefix(running.base_url), cookies, statements)

            def theirs() -> str:
                return voting("/statements/", peer.cookies, statements, peer.headers)

            wait_for_quiet()
            wrk(at, seconds=votes.WARM, script=ours())
            wrk(peer.url, seconds=2, script=theirs())
            seconds = 8 if full else 4
            measured = [
                (
                    wrk(at, seconds=seconds, script=ours()),
                    wrk(peer.url, seconds=seconds, script=theirs()),
                )
                for _ in range(TURNS)
            ]
            asyncio.run(site.check())
    our_rate = statistics.median(each.requests_per_second for each, _ in measured)
    their_rate = statistics.median(each.requests_per_second for _, each in measured)
    errors = sum(a.errors + b.errors for a, b in measured)
    yield BenchRow(
        "acknowledged votes, in turns with Django",
        our_rate,
        "requests/s",
        f"Django 5.2 + psycopg upsert, gunicorn, 2 workers: {their_rate:,.0f}",
        our_rate / their_rate,
        f"medians of {TURNS} turns, {errors} errors",
    )


class _Peer:
    url = f"http://127.0.0.1:{PORT}/statements/"
    headers = f"X-CSRFToken: {'a' * 32}\\r\\n"

    def __init__(self, cookies: list[str]) -> None:
        self.cookies = cookies


def _environment(folder: Path) -> Path:
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    python = folder / "bin" / "python"
    install = [*uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes"]
    subprocess.run([*install, "-r", str(PEERS / "django.lock")], check=True)
    return python


@contextmanager
def _django(python: Path, folder: Path) -> Iterator[_Peer]:

    settings = Settings(data_dir=folder, database_url="")
    given = os.environ | {"PEER_HOST": str(settings.socket_dir), "PEER_PORT": "5432"}
    prepared = subprocess.run(
        [str(python), "django_site.py", "prepare", str(votes.PEOPLE)],
        cwd=PEERS, env=given, capture_output=True, text=True, check=True,
    )  # fmt: skip
    options = ["--workers", "2", "--bind", f"127.0.0.1:{PORT}", "--log-level", "error"]
    server = subprocess.Popen(
        [str(python), "-m", "gunicorn", *options, "django_site:application"], cwd=PEERS, env=given
    )
    try:
        _wait()
        yield _Peer(prepared.stdout.split("\n")[:-1])
    finally:
        server.terminate()
        server.wait(30)


def _wait() -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", PORT)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("Django did not start")
