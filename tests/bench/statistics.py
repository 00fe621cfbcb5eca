"""Combining acts into facts, a recount and its memory, an office's and a release's figures.

Beside each the plain statement that copies or reads as many rows.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.bench.model import BenchRow
from tests.consultations.build import make_dialogue, make_statement

from enishi import wiring
from enishi.kit import clock, db
from enishi.organisations.queries import get_organisation
from enishi.servers.binaries import find_postgres
from enishi.servers.postgres import Postgres
from enishi.statistics.office import report
from enishi.statistics.office.queries import list_holdings
from enishi.statistics.office.schemas import PeriodForm
from enishi.statistics.periods import Cadence
from enishi.statistics.service import cube_releases, facts

SMALL, LARGE = 50_000, 1_000_000
_LOOKS = 40
_SECONDS, _EVERY, _A_SECOND = 60, 20, 1000  # of fresh acts; how often the worker collects
# In so many days a period of each cadence is over, whatever day it is.
PAST = {Cadence.DAY: 2, Cadence.WEEK: 14, Cadence.MONTH: 62, Cadence.QUARTER: 184}
PEOPLE_PER_VOTE = 20  # votes of each participant
_VOTE = """
INSERT INTO consultations_vote_event (participant_id, statement_id, value, cast_at)
SELECT p.id, s.id, 1, $2 FROM consultations_participant p
JOIN consultations_statement s USING (consultation_id) LIMIT $1
"""
_PLAIN = "yardstick: INSERT … SELECT of the same rows"


def rows(*, full: bool) -> Iterator[BenchRow]:
    for count in (SMALL, LARGE) if full else (SMALL,):
        yield from _rows(count)


def _rows(count: int) -> Iterator[BenchRow]:
    """In a process of its own: its settings are the benchmark's, its memory is what is measured."""
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as name:
        folder = Path(name)
        postgres = Postgres(find_postgres(), folder / "p", folder / "run", folder / "log")
        with postgres.running() as url:
            env = os.environ | {"ENISHI_DATABASE_URL": url, "ENISHI_ENVIRONMENT": "test"}
            migrate = [sys.executable, "-m", "enishi.cli", "migrate"]
            subprocess.run(migrate, env=env, check=True, stdout=subprocess.DEVNULL)
            measured = subprocess.run(
                [sys.executable, "-m", "tests.bench.statistics", str(count)],
                env=env,
                check=True,
                stdout=subprocess.PIPE,
            )
    for row in json.loads(measured.stdout):
        yield BenchRow(**row)


async def measure(count: int) -> list[BenchRow]:

    await db.open_pool()
    organisation_id = await _fill(count)
    plain = count / await _timed(lambda: _copy("consultations_vote_event"))
    collected = await _timed(lambda: facts.collect(wiring.FACT_SOURCES))
    await db.fetch("VACUUM ANALYZE statistics_fact")
    own = count / await _timed(lambda: _copy("statistics_fact"))
    again = await _timed(lambda: facts.collect(wiring.FACT_SOURCES))
    peak = _Peak()
    recounted = await peak.during(lambda: facts.recount(wiring.FACT_SOURCES))
    drift = sum(each.missing + each.surplus for each in peak.result)
    scan = await _timed(lambda: db.fetch("SELECT count(*), max(day) FROM statistics_fact"))
    named = f"{count:,} votes"
    made = [
        BenchRow(
            f"statistics: facts combined a second, {named}",
            count / collected,
            "facts/s",
            f"{_PLAIN} (log {plain:,.0f}/s, facts {own:,.0f}/s); of the facts",
            count / collected / own,
        ),
        BenchRow("statistics: a collection that finds nothing new", again * 1000, "ms"),
        BenchRow(
            f"statistics: recount, {named}",
            recounted,
            "s",
            "yardstick: the same INSERT … SELECT",
            recounted / (count / own),
            f"drift {drift}; peak {peak.client:,.0f} MB client, {peak.server:,.0f} MB PostgreSQL",
        ),
    ]
    made += [row async for row in _figures(organisation_id, named, scan)]
    if count >= LARGE:
        made.append(await _freshness())
    await db.close_pool()
    return made


async def _figures(organisation_id: uuid.UUID, named: str, scan: float) -> Any:
    """What an office's page and a release count."""
    organisation = await get_organisation(organisation_id)
    period = PeriodForm()

    async def office() -> None:
        holdings = await list_holdings(organisation)
        await report.make_sections(period, holdings, lists_people=False)

    yardstick = "yardstick: count(*) over all facts"
    first = await _timed(office)
    took = sorted([await _timed(office) for _ in range(_LOOKS)])[_LOOKS * 95 // 100 - 1]
    note = f"a month of the one office that has them all; {first * 1000:,.0f} ms with its charts"
    yield BenchRow(
        f"statistics: an office's month, p95, {named}",
        took * 1000,
        "ms",
        yardstick,
        took / scan,
        note,
    )
    since = {every: clock.today() - timedelta(days=days) for every, days in PAST.items()}
    took = await _timed(lambda: cube_releases.publish((), since=since))
    yield BenchRow(f"statistics: a release, {named}", took, "s", yardstick, took / scan)


async def _freshness() -> BenchRow:
    """How old an act is at most when it is counted, while acts keep coming."""
    counted_to, oldest = time.perf_counter(), 0.0
    writing = asyncio.create_task(_keep_voting())
    for _ in range(_SECONDS // _EVERY):
        await asyncio.sleep(_EVERY - (time.perf_counter() - counted_to) % _EVERY)
        began = time.perf_counter()
        await facts.collect(wiring.FACT_SOURCES)
        oldest = max(oldest, time.perf_counter() - counted_to)
        counted_to = began
    written = await writing
    note = f"{written / _SECONDS:,.0f} votes a second, collected every {_EVERY} s"
    return BenchRow("statistics: the oldest act not counted yet", oldest, "s", note=note)


async def _keep_voting() -> int:
    """About _A_SECOND votes each second; answers how many there were."""
    written, begins_at = 0, time.perf_counter()
    while (passed := time.perf_counter() - begins_at) < _SECONDS:
        due = int(passed * _A_SECOND) - written
        await db.fetch(_VOTE, due, clock.now())
        written += due
        await asyncio.sleep(0.1)
    return written


async def _fill(count: int) -> uuid.UUID:
    """A dialogue of an organisation, its participants and its log of votes over two months."""
    dialogue = await make_dialogue()
    statement = await make_statement(dialogue)
    await db.fetch("ALTER TABLE consultations_vote_event DISABLE TRIGGER USER")
    await db.fetch("TRUNCATE consultations_vote_event, statistics_fact, statistics_watermark")
    await db.fetch(
        """
        INSERT INTO consultations_participant (id, consultation_id, channel, prefecture_code,
            municipality_code, age_band, identity_level, theme_code, place_code, joined_at)
        SELECT gen_random_uuid(), $1, 'account', '21', '212172', '30-39', 1, 'birth-rate',
            '212172', $2
        FROM generate_series(1, $3::integer)
        """,
        dialogue.id,
        clock.now(),
        count // PEOPLE_PER_VOTE,
    )
    await db.fetch(
        """
        INSERT INTO consultations_vote_event (participant_id, statement_id, value, cast_at)
        SELECT p.id, $2, 1, $3::timestamptz - make_interval(hours => n * 60)
        FROM generate_series(1, $4::integer) n, consultations_participant p
        WHERE p.consultation_id = $1
        """,
        dialogue.id,
        statement,
        clock.now(),
        PEOPLE_PER_VOTE,
    )
    await db.fetch("VACUUM ANALYZE consultations_vote_event, consultations_participant")
    return dialogue.organisation_id


async def _copy(table: str) -> None:
    """The same rows into a table of the same shape, indexes and all; then away with it."""
    async with db.unit_of_work():
        like = f"CREATE TABLE bench_copy (LIKE {table} INCLUDING INDEXES INCLUDING DEFAULTS)"
        await db.fetch(like)
        await db.fetch(f"INSERT INTO bench_copy SELECT * FROM {table}")  # noqa: S608 (ours)
        await db.fetch("DROP TABLE bench_copy")


async def _timed(run: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await run()
    return time.perf_counter() - started


class _Peak:
    """The most memory this process, and all of PostgreSQL without its shared buffers, held."""

    def __init__(self) -> None:
        self.client = self.server = 0.0
        self.result: Any = None

    async def during(self, run: Callable[[], Awaitable[Any]]) -> float:
        watching = asyncio.create_task(self._watch())
        started = time.perf_counter()
        self.result = await run()
        took = time.perf_counter() - started
        watching.cancel()
        return took

    async def _watch(self) -> None:

        backends = [
            row["pid"]
            for row in await db.fetch(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            )
        ]
        while True:
            self.client = max(self.client, _memory(os.getpid(), "VmRSS"))
            anonymous = [_memory(pid, "RssAnon") for pid in backends]
            self.server = max(self.server, *anonymous)
            await asyncio.sleep(0.02)


def _memory(pid: int, what: str) -> float:
    """Megabytes of a process; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next(
        (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(what)), 0.0
    )


if __name__ == "__main__":
    print(json.dumps([row.as_json() for row in asyncio.run(measure(int(sys.argv[1])))]))
