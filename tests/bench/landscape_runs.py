"""From new votes to a published run, and from a stored run to what a page shows.

On a planted conversation of the size of the largest that Polis hosted (33,422 x 783, 2.0 M votes).
Processor time is that of this process, which also computes, and of the database's, told apart.
Numba is loaded before; how long that takes stands in a row of its own.
"""

import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np
from tests.bench.model import BenchRow
from tests.consultations.build import Dialogue, make_dialogue, make_statement
from tests.landscape.planted import Planted, plant

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import computation, queries
from enishi.consultations.landscape_runs.run_values import RunInput, RunOutput, TooFew
from enishi.consultations.landscape_runs.service import due, runs
from enishi.consultations.pages import results
from enishi.kit import clock, db, page_cache
from enishi.landscape.warm import warm
from enishi.servers.binaries import find_postgres
from enishi.servers.postgres import Postgres
from enishi.web.app import create_litestar

PEOPLE, STATEMENTS, VOTES_EACH = 33_422, 783, 60
SMALL_PEOPLE = 3_000  # without --full
NEW_VOTES, NEW_PEOPLE = 1_000, 200
PAGE_PEOPLE, PAGE_STATEMENTS = 100_000, 1_000
_REPEATS, _PAGES = 20, 100
_TICKS = os.sysconf("SC_CLK_TCK")


def rows(*, full: bool) -> Iterator[BenchRow]:
    sizes = [(PEOPLE if full else SMALL_PEOPLE, STATEMENTS, VOTES_EACH)]
    if full:
        sizes.append((PAGE_PEOPLE, PAGE_STATEMENTS, 30))
    for size in sizes:
        yield from _one_size(size)


def _one_size(size: tuple[int, int, int]) -> Iterator[BenchRow]:
    """In a process of its own: its settings are the benchmark's, its time is what is measured."""
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as name:
        folder = Path(name)
        postgres = Postgres(find_postgres(), folder / "p", folder / "run", folder / "log")
        with postgres.running() as url:
            env = os.environ | {"ENISHI_DATABASE_URL": url, "ENISHI_ENVIRONMENT": "test"}
            migrate = [sys.executable, "-m", "enishi.cli", "migrate"]
            subprocess.run(migrate, env=env, check=True, stdout=subprocess.DEVNULL)
            measured = subprocess.run(
                [sys.executable, "-m", "tests.bench.landscape_runs", *map(str, size)],
                env=env,
                check=True,
                stdout=subprocess.PIPE,
            )
    for row in json.loads(measured.stdout.splitlines()[-1]):  # logs come before
        yield BenchRow(**row)


@dataclass(frozen=True)
class _Taken:
    clock: float
    own: float
    database: float

    @property
    def processor(self) -> float:
        return self.own + self.database

    def note(self) -> str:
        return (
            f"clock {self.clock:.2f} s; own and computing {self.own:.2f}, database"
            f" {self.database:.2f}"
        )


async def _timed(work: Callable[[], Awaitable[Any]]) -> _Taken:
    before = await _database_seconds()
    began, own = time.perf_counter(), time.process_time()
    await work()
    own, taken = time.process_time() - own, time.perf_counter() - began
    return _Taken(taken, own, await _database_seconds() - before)


async def _database_seconds() -> float:
    """Processor time of the server's processes."""
    backends = await db.fetch("SELECT pid FROM pg_stat_activity")
    return sum(_seconds_of(row["pid"]) for row in backends)


def _seconds_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def measure(people: int, statements: int, votes_each: int) -> list[BenchRow]:
    began = time.process_time()
    warm()
    loaded = time.process_time() - began
    await db.open_pool()
    planted = plant(people, statements, votes_each)
    dialogue, ids = await _fill(planted)
    await due.look()
    first = await _timed(lambda: _run(dialogue, 1))
    await _cast_new(dialogue, ids)
    second = await _timed(lambda: _look_and_run(dialogue))
    named = f"landscape run, {people:,} x {statements:,}, {len(planted.votes) / 1e6:.3g} M votes"
    return [
        BenchRow("landscape run: loading numba and its cache", loaded, "s processor"),
        BenchRow(
            f"{named}: the first, all votes loaded",
            first.processor,
            "s processor",
            "",
            None,
            first.note(),
        ),
        BenchRow(
            f"{named}: {NEW_VOTES:,} new votes, loading to published",
            second.processor,
            "s processor",
            "0.5 s at 33,422 x 783 (Polis 26.6 s on 16 processors)",
            second.processor / 0.5,
            second.note(),
        ),
        await _view(dialogue, named),
        *await _page_rows(dialogue.slug, named),
    ]


async def _view(dialogue: Dialogue, named: str) -> BenchRow:
    consultation = await consultations.find_published(dialogue.slug)
    assert consultation is not None
    seconds, own = [], time.process_time()
    for _ in range(_REPEATS):
        began = time.perf_counter()
        view = await queries.find_view(consultation)
        seconds.append(time.perf_counter() - began)
    own = 1e3 * (time.process_time() - own) / _REPEATS
    assert view is not None
    p95 = 1e3 * float(np.quantile(seconds, 0.95))
    return BenchRow(
        f"{named}: the view of a page, one statement, p95",
        p95,
        "ms",
        "",
        None,
        f"own processor time {own:.1f} ms; {len(view.groups)} groups,"
        f" {len(view.statements)} statements",
    )


async def _page_rows(slug: str, named: str) -> list[BenchRow]:
    create_litestar()  # the routes that the page links to
    await _render(slug)  # compiles the templates
    queries.invalidate()
    gc.collect()
    gc.freeze()  # what the fill left behind
    first, began = time.process_time(), time.perf_counter()
    await _render(slug)
    first, clock_first = time.process_time() - first, time.perf_counter() - began
    seconds, own, sent = [], time.process_time(), _counted_statements()
    for _ in range(_PAGES):
        began = time.perf_counter()
        await _render(slug)
        seconds.append(time.perf_counter() - began)
    own = 1e3 * (time.process_time() - own) / _PAGES
    page = 1e3 * float(np.quantile(seconds, 0.95))
    return [
        BenchRow(
            f"{named}: the page of results, not kept, p95",
            page,
            "ms",
            "60 ms at 100,000 x 1,000",
            page / 60,
            f"{len(sent) / _PAGES:g} statements; processor {own:.1f} ms a page",
        ),
        BenchRow(
            f"{named}: the first page of results in a process after a run is published",
            1e3 * clock_first,
            "ms",
            "",
            None,
            f"processor {1e3 * first:.1f} ms",
        ),
    ]


async def _render(slug: str) -> None:
    """The page, read and rendered as on a miss of the page cache."""
    page_cache.render("consultations/results.html", await results._context(slug, easy=False))


def _counted_statements() -> list[str]:
    """The list to which every statement is added that goes to the database from now on."""
    sent: list[str] = []
    execute = asyncpg.Connection._execute

    async def noting(self: object, query: str, *args: object, **options: object) -> object:
        sent.append(query)
        return await execute(self, query, *args, **options)

    asyncpg.Connection._execute = noting
    return sent


async def _compute(given: RunInput) -> RunOutput | TooFew:
    return computation.compute(given)


async def _run(dialogue: Dialogue, number: int) -> None:
    assert await runs.refresh(dialogue.id, _compute) == number


async def _look_and_run(dialogue: Dialogue) -> None:
    with clock.frozen_at(clock.now() + timedelta(minutes=11)):
        await due.look()
        await _run(dialogue, 2)


async def _fill(planted: Planted) -> tuple[Dialogue, list[uuid.UUID]]:
    dialogue = await make_dialogue()
    people, statements = planted.shape
    ids = [await make_statement(dialogue, f"意見{n}") for n in range(statements)]
    voters = [uuid.uuid4() for _ in range(people)]
    now = clock.now()
    connection = await db.DB.get_new_connection()
    try:
        await connection.copy_records_to_table(
            "consultations_participant",
            columns=["id", "consultation_id", "channel", "identity_level", "joined_at"],
            records=((each, dialogue.id, "guest", 0, now) for each in voters),
        )
        last = dict(
            zip(
                zip(planted.participants.tolist(), planted.statements.tolist(), strict=True),
                planted.votes.tolist(),
                strict=True,
            )
        )
        for table in ("consultations_vote", "consultations_vote_event"):
            await connection.copy_records_to_table(
                table,
                columns=["participant_id", "statement_id", "value", "cast_at"],
                records=((voters[p], ids[s], value, now) for (p, s), value in last.items()),
            )
        await connection.execute("VACUUM ANALYZE")  # as autovacuum does: it also extends BRIN
    finally:
        await connection.close()
    return dialogue, ids


async def _cast_new(dialogue: Dialogue, ids: list[uuid.UUID]) -> None:
    """New votes of people who come now."""
    now, each = clock.now(), NEW_VOTES // NEW_PEOPLE
    voters = [uuid.uuid4() for _ in range(NEW_PEOPLE)]
    votes = [
        (voter, ids[(7 * n + k) % len(ids)], (n + k) % 3 - 1, now)
        for n, voter in enumerate(voters)
        for k in range(each)
    ]
    connection = await db.DB.get_new_connection()
    try:
        await connection.copy_records_to_table(
            "consultations_participant",
            columns=["id", "consultation_id", "channel", "identity_level", "joined_at"],
            records=[(voter, dialogue.id, "guest", 0, now) for voter in voters],
        )
        for table in ("consultations_vote", "consultations_vote_event"):
            await connection.copy_records_to_table(
                table,
                columns=["participant_id", "statement_id", "value", "cast_at"],
                records=votes,
            )
    finally:
        await connection.close()


if __name__ == "__main__":
    found = asyncio.run(measure(*map(int, sys.argv[1:4])))
    sys.stdout.write(json.dumps([row.as_json() for row in found]))
