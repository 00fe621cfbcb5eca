"""How cost grows with the people: the sample of 10⁴, 10⁵ and 10⁶ of them, and the same work on it.

The ratio of a row is to the same row with a tenth of the people: 10 is linear, 1 is not at all.
A page is asked for by one client, with every kept result forgotten before each request.
"""

import asyncio
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.bench.model import BenchRow
from tests.bench.statistics import PAST
from tests.fixtures.accounts import begin_session

from enishi import wiring
from enishi.accounts import sessions
from enishi.demo import load
from enishi.kit import clock, db
from enishi.kit.cache import SharedCache
from enishi.servers.binaries import find_postgres
from enishi.servers.postgres import Postgres
from enishi.statistics.service import cube_releases, facts
from enishi.web.app import create_app
from enishi.wiring import FACT_SOURCES

SIZES, LARGEST = (10_000, 100_000), 1_000_000
_REQUESTS = 5
_OFFICE = "/ja/office/{office}/statistics"
_CELLS = "SELECT sum(jsonb_array_length(rows)) FROM statistics_cube_release"
_PAGES = {
    "first page": "/ja/",
    "list of dialogues": "/ja/dialogues",
    "a dialogue": "/ja/dialogues/sample-ties",
    "a card to vote on": "/ja/dialogues/sample-ties/vote",
    "results of a dialogue": "/ja/dialogues/sample-ties/statements",
    "list of programmes": "/ja/programmes",
    "a programme": "/ja/programmes/sample-hida-winter",
    "page of a place": "/ja/places/municipalities/212172",
    "statistics": "/ja/statistics",
    "an office's statistics, a month": _OFFICE,
}


def rows(*, full: bool) -> Iterator[BenchRow]:
    before: dict[str, BenchRow] = {}
    for people in (*SIZES, LARGEST) if full else SIZES:
        measured = [BenchRow(**row) for row in _measured(people)]
        for row in measured:
            yield _compared(row, before.get(row.name), people)
        before = {row.name: row for row in measured}


def _compared(row: BenchRow, smaller: BenchRow | None, people: int) -> BenchRow:
    named = replace(row, name=f"scale, {people:,} people: {row.name}")
    if smaller is None or not smaller.value:
        return named
    yardstick = f"a tenth of the people: {smaller.value:,.3g}"
    return replace(named, yardstick=yardstick, ratio=row.value / smaller.value)


def _measured(people: int) -> list[dict[str, Any]]:
    """In a process and a database of their own."""
    with empty_platform() as environment:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.scale", str(people)],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        )
    measured: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return measured


@contextmanager
def empty_platform() -> Iterator[dict[str, str]]:
    """A database of its own with durable settings, migrated."""
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
            migrate = [sys.executable, "-m", "enishi.cli", "migrate"]
            subprocess.run(migrate, env=environment, check=True, stdout=subprocess.DEVNULL)
            yield environment


async def measure(people: int) -> list[BenchRow]:

    await db.open_pool()
    wiring.register_all()
    made = [*await _load(people), *await _count()]
    size = await db.fetch_value("SELECT pg_database_size(current_database())")
    made.append(BenchRow("database", size / 2**20, "MiB"))
    made += [row async for row in _ask()]
    await db.close_pool()
    return made


async def _load(people: int) -> list[BenchRow]:

    took, loaded = await _timed(lambda: load.load(people, 1))
    own = resource.getrusage(resource.RUSAGE_SELF)
    processor = own.ru_utime + own.ru_stime
    return [
        BenchRow(
            "load the sample",
            took,
            "s",
            note=f"{loaded.votes:,} votes, {loaded.registrations:,} registrations;"
            f" {processor:.1f} s of the loader's own processor time",
        ),
        BenchRow("most memory of the loader", _most_memory(), "MiB"),
    ]


def _most_memory() -> float:
    """Of this program, in MiB; what getrusage calls so begins with the parent's own peak."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


async def _count() -> list[BenchRow]:
    """Facts from the logs, a release from facts, and all of it once more."""
    built, _ = await _timed(lambda: facts.build(FACT_SOURCES))
    many = await db.fetch_value("SELECT count(*) FROM statistics_fact")
    since = {every: clock.today() - timedelta(days=days) for every, days in PAST.items()}
    released, tables = await _timed(lambda: cube_releases.publish(FACT_SOURCES, since=since))
    cells = await db.fetch_value(
        "SELECT sum(jsonb_array_length(rows)) FROM statistics_cube_release"
    )
    with clock.frozen_at(clock.now() + timedelta(days=1)):
        again, _ = await _timed(lambda: cube_releases.publish(FACT_SOURCES))
    recounted, drifts = await _timed(lambda: facts.recount(FACT_SOURCES))
    drift = sum(each.missing + each.surplus for each in drifts)
    return [
        BenchRow("collect all facts", built, "s", note=f"{many:,} facts"),
        BenchRow("publish every table", released, "s", note=f"{tables} tables, {cells:,} rows"),
        BenchRow("publish a day's tables", again, "s"),
        BenchRow("recount", recounted, "s", note=f"drift {drift}"),
    ]


async def _ask() -> Any:
    import httpx

    [analyst] = await db.fetch(
        """
        SELECT a.id, o.slug FROM accounts_account a
        JOIN organisations_membership m ON m.account_id = a.id
        JOIN organisations_organisation o ON o.id = m.organisation_id
        WHERE a.address = 'analyst@sample.example'
        """
    )
    token = sessions.token_for(await begin_session(analyst["id"]), analyst["id"])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=create_app()),
        base_url="http://enishi.test",
        headers={"sec-fetch-site": "same-origin", "accept-language": "ja"},
    ) as client:
        for name, address in _PAGES.items():
            of_office = address == _OFFICE
            client.cookies.clear()
            if of_office:
                client.cookies.set(sessions.cookie_name(), token)
            yield await _page(name, client, address.format(office=analyst["slug"]))


async def _page(name: str, client: Any, address: str) -> BenchRow:
    times = []
    for _ in range(_REQUESTS + 1):
        _invalidate_everything()
        took, answer = await _timed(lambda: client.get(address))
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        times.append(took * 1000)
    # The first one also compiles the template.
    note = f"the very first {times[0]:,.0f} ms"
    return BenchRow(name, statistics.median(times[1:]), "ms", note=note)


def _invalidate_everything() -> None:

    for each in gc.get_objects():
        if isinstance(each, SharedCache):
            each.invalidate()


async def _timed(run: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = await run()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    print(json.dumps([row.as_json() for row in asyncio.run(measure(int(sys.argv[1])))]))
