"""Dialogues under load: votes of real sessions, the shared card, one's own fragment, long lists.

Two web processes, 32 connections, 1,000 signed-in people in turn; limits on votes stay on.
"""

import asyncio
import json
import os
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from tests.bench.load import Load, pgbench, platform_running, wait_for_quiet, wrk
from tests.bench.model import BenchRow
from tests.bench.scripts import reading, voting

from enishi.accounts import sessions
from enishi.consultations.voting.similarity import bigrams
from enishi.consultations.voting.vote_sql import RECOUNT
from enishi.kit import clock
from enishi.kit.ids import new_id
from enishi.settings import Settings

PEOPLE = 1_000
WARM = 6  # seconds
STATEMENTS = 200
MANY = 100_000
SLUG = "bench"


def rows(*, full: bool) -> Iterator[BenchRow]:
    seconds = 10 if full else 5
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as name:
        folder = Path(name)
        os.environ["ENISHI_ENVIRONMENT"] = "test"
        with platform_running(folder) as running:
            site = Site(folder)
            cookies, statements = asyncio.run(site.fill())
            at = f"{running.base_url}/api/v1/dialogues/{SLUG}/statements/"

            def turns() -> str:
                return voting(at.removeprefix(running.base_url), cookies, statements)

            wait_for_quiet()
            wrk(at, seconds=WARM, script=turns())  # until everybody is known to both processes
            before = asyncio.run(site.count())
            load = wrk(at, seconds=seconds, script=turns())
            written = asyncio.run(site.count()) - before
            asyncio.run(site.check())
            single = site.single_upserts(seconds)
            yield replace(
                _row("acknowledged votes, a real session each", load, f"{written:,} logged"),
                yardstick=f"bare upserts, one a commit, by pgbench, 32 clients: {single:,.0f}/s",
                ratio=load.requests_per_second / single,
            )
            page = f"{running.base_url}/ja/dialogues/{SLUG}"
            wrk(page, seconds=1)
            yield _row("dialogue page from the shared cache", wrk(page, seconds=seconds))
            mine = wrk(f"{page}/vote", seconds=seconds, script=reading(f"{page}/vote", cookies))
            yield _row("one's own card (fragment)", mine)
            if full:
                asyncio.run(site.add_many())
                far = f"{page}/list?after=WyI5MDAwMCJd"  # the page after number 90,000
                yield _row(
                    "list of 50 at 100,000 statements, with own votes",
                    wrk(far, seconds=seconds, script=reading(far, cookies)),
                )


class Site:
    """The database of the running platform, filled by hand: signing up is not what is measured."""

    def __init__(self, folder: Path) -> None:

        found = Settings(data_dir=folder, database_url="").database_dsn
        self._dsn = found.replace("//enishi_app@", "//enishi@")  # the owner of the tables
        self._dialogue_id = uuid.uuid4()

    async def fill(self) -> tuple[list[str], list[str]]:

        now = clock.now()
        database = await asyncpg.connect(self._dsn)
        organisation_id = uuid.uuid4()
        await database.execute(
            "INSERT INTO organisations_organisation (id, slug, kind, name, contact, website,"
            " created_at) VALUES ($1, 'bench', 'host', $2, '', '', $3)",
            organisation_id,
            _text("測定"),
            now,
        )
        await database.execute(
            "INSERT INTO consultations_consultation (id, organisation_id, slug, kind, title,"
            " eligibility, contact, guests_allowed,"
            " moderation, statement_count, version, published_at, created_at, updated_at)"
            " VALUES ($1, $2, $3, 'dialogue', $4, 'anyone', '', true, 'after', 0, 1,"
            " $5, $5, $5)",
            self._dialogue_id,
            organisation_id,
            SLUG,
            _text("測定の対話"),
            now,
        )
        await database.execute(
            "INSERT INTO consultations_phase (id, consultation_id, kind, starts_at, ends_at)"
            " VALUES ($1, $2, 'open', $3, $4)",
            uuid.uuid4(),
            self._dialogue_id,
            now - timedelta(days=1),
            now + timedelta(days=1),
        )
        await database.execute(
            "INSERT INTO consultations_component (id, consultation_id, kind, opens_at, closes_at,"
            " settings) VALUES ($1, $2, 'statements', $3, $4, '{}')",
            uuid.uuid4(),
            self._dialogue_id,
            now - timedelta(days=1),
            now + timedelta(days=1),
        )
        statements = await self._statements(database, 1, STATEMENTS)
        cookies = [await self._person(database, n) for n in range(PEOPLE)]
        await database.close()
        return cookies, [str(each) for each in statements]

    async def _person(self, database: Any, number: int) -> str:
        """Somebody who is signed in and has joined; answers their cookie."""
        now = clock.now()
        account_id, session_id, participant_id = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
        await database.execute(
            "INSERT INTO accounts_account (id, address, display_name, language,"
            " identity_level, created_at) VALUES ($1, $2, 'x', 'ja', 1, $3)",
            account_id,
            f"p{number}@bench.example",
            now,
        )
        await database.execute(
            "INSERT INTO accounts_session (id, account_id, browser, signed_in_at,"
            " last_seen_on) VALUES ($1, $2, 'x', $3, $4)",
            session_id,
            account_id,
            now,
            clock.today(),
        )
        await database.execute(
            "INSERT INTO consultations_participant (id, consultation_id, channel,"
            " identity_level, joined_at) VALUES ($1, $2, 'account', 1, $3)",
            participant_id,
            self._dialogue_id,
            now,
        )
        await database.execute(
            "INSERT INTO consultations_participant_link VALUES ($1, $2, $3, $4)",
            participant_id,
            self._dialogue_id,
            account_id,
            now,
        )
        return f"{sessions.cookie_name()}={sessions.token_for(session_id, account_id)}"

    async def _statements(self, database: Any, first: int, last: int) -> list[uuid.UUID]:

        rows = [
            (new_id(), self._dialogue_id, n, f"意見その{n}", "ja", bigrams(f"意見その{n}"), n)
            for n in range(first, last + 1)
        ]
        now = clock.now()
        await database.copy_records_to_table(
            "consultations_statement",
            columns=["id", "consultation_id", "number", "text", "language", "grams", "origin",
                     "state", "created_at"],
            records=[(*row[:6], "seed", "accepted", now) for row in rows],
        )  # fmt: skip
        return [row[0] for row in rows]

    async def add_many(self) -> None:
        database = await asyncpg.connect(self._dsn)
        await self._statements(database, STATEMENTS + 1, MANY)
        await database.execute("ANALYZE consultations_statement")
        await database.close()

    async def count(self) -> int:
        database = await asyncpg.connect(self._dsn)
        counted: int = await database.fetchval("SELECT count(*) FROM consultations_vote_event")
        await database.close()
        return counted

    def single_upserts(self, seconds: int) -> float:
        """What the same machine does without web, rules, sums and log, one vote a commit."""
        asyncio.run(self._execute(_BARE_TABLE))
        return pgbench(self._dsn, _BARE_UPSERT, clients=32, seconds=seconds)

    async def _execute(self, statement: str) -> None:
        database = await asyncpg.connect(self._dsn)
        await database.execute(statement)
        await database.close()

    async def check(self) -> None:
        """The sums agree with a recount, or the figures are worth nothing."""
        database = await asyncpg.connect(self._dsn)
        drift = await database.fetch(RECOUNT)
        await database.close()
        if drift:
            raise SystemExit(f"{len(drift)} sums differ from a recount")


_BARE_TABLE = (
    "CREATE TABLE bench_vote (person int, statement int, value smallint,"
    " PRIMARY KEY (person, statement))"
)
_BARE_UPSERT = rf"""
\set person random(1, {PEOPLE})
\set statement random(1, {STATEMENTS})
\set value random(-1, 1)
INSERT INTO bench_vote VALUES (:person, :statement, :value)
    ON CONFLICT (person, statement) DO UPDATE SET value = EXCLUDED.value;
"""  # noqa: S608 (made of constants)


def _text(ja: str) -> str:
    return json.dumps({"ja": ja, "en": "", "easy_ja": ""})


def _row(name: str, load: Load, note: str = "") -> BenchRow:
    figures = f"p50 {load.p50_ms:.1f} ms, p99 {load.p99_ms:.1f} ms, {load.errors} errors"
    return BenchRow(
        name,
        load.requests_per_second,
        "requests/s",
        note=f"{figures}; {note}" if note else figures,
    )
