"""Signing up for one session that everybody wants: over HTTP, and the bare statement by pgbench.

Two web processes, 32 connections, each application by another person with a session of their
own. One sign-up over HTTP is the form, its key, the statement, the party, the log, the audit
entry and the letter's job, all durable when it is answered; pgbench carries out the very same
statement alone, which bounds what the database could do.
"""

import asyncio
import os
import re
import tempfile
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from tests.bench.load import pgbench, platform_running, wait_for_quiet, wrk
from tests.bench.model import BenchRow
from tests.bench.scripts import applying

from enishi.accounts import sessions
from enishi.kit import clock
from enishi.kit.idempotency import Submission
from enishi.programmes.allocation import first_come
from enishi.programmes.applications.schemas import Applicant, ApplicationForm, MemberForm
from enishi.programmes.applications.tables import MemberKind
from enishi.programmes.listings.tables import Programme
from enishi.programmes.sessions.tables import ProgrammeSession
from enishi.settings import Settings

CONNECTIONS = 32
WARM = 2  # seconds
PEOPLE_A_SECOND = 500  # more than can sign up, so that nobody has to do so twice


def rows(*, full: bool) -> Iterator[BenchRow]:
    seconds = 10 if full else 4
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as name:
        folder = Path(name)
        os.environ["ENISHI_ENVIRONMENT"] = "test"
        with platform_running(folder) as running:
            site = Site(folder)
            cookies = asyncio.run(site.fill((WARM + seconds) * PEOPLE_A_SECOND))
            hot = asyncio.run(site.add_session())
            url = f"{running.base_url}/ja/programmes/sessions/{hot}/apply"
            middle = WARM * PEOPLE_A_SECOND
            wait_for_quiet()
            wrk(url, seconds=WARM, script=applying([url], cookies[:middle]))
            before = asyncio.run(site.count(hot))
            load = wrk(
                url,
                connections=CONNECTIONS,
                seconds=seconds,
                script=applying([url], cookies[middle:]),
            )
            made = asyncio.run(site.count(hot)) - before
            asyncio.run(site.check())
            bare = site.pgbench(asyncio.run(site.add_session()), seconds)
        yield BenchRow(
            "sign-ups into one hot session over HTTP, a real person each",
            made / seconds,
            "sign-ups/s",
            yardstick=f"its statement alone by pgbench, {CONNECTIONS} clients: {bare:,.0f}/s",
            ratio=made / seconds / bare,
            note=f"p50 {load.p50_ms:.1f} ms, p99 {load.p99_ms:.1f} ms, {load.errors} errors",
        )


class Site:
    """The database of the running platform, filled by hand: accounts are not what is measured."""

    def __init__(self, folder: Path) -> None:

        found = Settings(data_dir=folder, database_url="").database_dsn
        self._dsn = found.replace("//enishi_app@", "//enishi@")  # the owner of the tables
        self._organisation_id, self._programme_id = uuid.uuid4(), uuid.uuid4()

    async def fill(self, people: int) -> list[str]:
        """A published programme and as many people who are signed in; answers their cookies."""
        now, today = clock.now(), clock.today()
        ids = [(uuid.uuid4(), uuid.uuid4()) for _ in range(people)]
        database = await asyncpg.connect(self._dsn)
        await database.execute(
            "INSERT INTO organisations_organisation (id, slug, kind, name, contact, website,"
            " created_at) VALUES ($1, 'bench', 'host', '{\"ja\": \"測定\"}', '', '', $2)",
            self._organisation_id,
            now,
        )
        await self._add_programme(database)
        await database.copy_records_to_table(
            "accounts_account",
            columns=["id", "address", "display_name", "language", "identity_level", "created_at"],
            records=[(each, f"{each.hex}@bench.example", "x", "ja", 1, now) for each, _ in ids],
        )
        await database.copy_records_to_table(
            "accounts_session",
            columns=["id", "account_id", "browser", "signed_in_at", "last_seen_on"],
            records=[(session, account, "x", now, today) for account, session in ids],
        )
        await database.close()
        name = sessions.cookie_name()
        return [f"{name}={sessions.token_for(session, account)}" for account, session in ids]

    async def _add_programme(self, database: Any) -> None:

        text = '{"ja": "測定", "en": "", "easy_ja": ""}'
        given = {
            "id": self._programme_id,
            "organisation_id": self._organisation_id,
            "slug": "bench",
            "state": "published",
            "municipality_code": "212172",
            "prefecture_code": "210005",
            "kind": "experience",
            "minors": "accompanied",
            "fee_adult": 0,
            **dict.fromkeys(("title", "summary", "body"), text),
            **dict.fromkeys(("conditions", "money", "access", "contact"), "{}"),
            **dict.fromkeys(("created_at", "changed_at", "published_at"), clock.now()),
        }
        await _insert(database, Programme, given)

    async def add_session(self) -> uuid.UUID:
        """A session with more places than anybody can take while it is measured."""
        now, session_id = clock.now(), uuid.uuid4()
        database = await asyncpg.connect(self._dsn)
        await _insert(
            database,
            ProgrammeSession,
            {
                "id": session_id,
                "programme_id": self._programme_id,
                "organisation_id": self._organisation_id,
                "starts_at": now + timedelta(days=9),
                "ends_at": now + timedelta(days=10),
                "opens_at": now - timedelta(days=1),
                "closes_at": now + timedelta(days=8),
                "meeting_place": '{"ja": "公民館"}',
                "capacity": 10_000_000,
                "created_at": now,
            },
        )
        await database.close()
        return session_id

    async def count(self, session_id: uuid.UUID) -> int:
        database = await asyncpg.connect(self._dsn)
        counted: int = await database.fetchval(
            """SELECT count(*) FROM programmes_application
            WHERE session_id = $1 AND state = 'confirmed'""",
            session_id,
        )
        await database.close()
        return counted

    async def check(self) -> None:
        """The places taken equal those confirmed, or the figure is worth nothing."""
        database = await asyncpg.connect(self._dsn)
        drift = await database.fetch(
            """SELECT s.id FROM programmes_session s WHERE taken <> (
                SELECT coalesce(sum(party_size), 0) FROM programmes_application a
                WHERE a.session_id = s.id AND a.state = 'confirmed')"""
        )
        await database.close()
        if drift:
            raise SystemExit("places taken differ from a recount")

    def pgbench(self, session_id: uuid.UUID, seconds: int) -> float:
        """Sign-ups a second of the service's own statement, prepared, one a transaction."""
        statement = " ".join(_with_values(session_id).split())
        return pgbench(self._dsn, f"{statement};\n", clients=CONNECTIONS, seconds=seconds)


def _with_values(session_id: uuid.UUID) -> str:
    """What the service sends for a new person each time, its values written into the SQL."""
    form = ApplicationForm(party=[MemberForm(kind=MemberKind.ADULT, name="x", age=30)])
    submission = Submission(uuid.uuid4(), "x", b"x")
    made = first_come.application(
        session_id, Applicant(account_id=uuid.uuid4()), form, (uuid.uuid4(), submission)
    )
    sql, values = made.compose()
    return re.sub(r"\$(\d+)", lambda found: _sql(values[int(found[1]) - 1], session_id), sql)


def _sql(value: Any, session_id: uuid.UUID) -> str:
    """A value as SQL: ids, receipts and instants anew at each execution."""
    if isinstance(value, list):
        return f"ARRAY[{', '.join(_sql(each, session_id) for each in value)}]"
    if isinstance(value, uuid.UUID):
        return f"'{value}'::uuid" if value == session_id else "gen_random_uuid()"
    if isinstance(value, datetime):
        return "now()"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea"
    if isinstance(value, str):
        is_receipt = re.fullmatch("(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", value)
        return "left(md5(random()::text), 19)" if is_receipt else f"'{value}'"
    return "NULL" if value is None else str(value)


async def _insert(database: Any, table: Any, given: dict[str, Any]) -> None:
    """A row with the table's own defaults, by the same connection as all else."""
    row = table(**given).to_dict()
    names = list(row)
    places = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    await database.execute(
        f"INSERT INTO {table._meta.tablename} ({', '.join(names)}) VALUES ({places})",  # noqa: S608 (names of our columns)
        *row.values(),
    )
