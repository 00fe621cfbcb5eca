"""From a database of the first release, with the sample in it, to this version.

`first_release.sql.gz` is what `enishi demo load` put into the tables of the first release: 100
people, seed 7, on the day `NOW`; seven of eight past dates of programmes are left out to keep it
small, and tables that the sample does not fill (sessions, mails, jobs) hold one made-up row each.
`pg_dump --data-only` wrote it, without the places, which `enishi migrate` fills in. It stays as it
is: today's loader writes to today's tables.
"""

import gzip
import os
import re
import subprocess
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.commands.forwards import run_forwards
from tests.conftest import TEMPLATE, _create, _named, connected_as_owner
from tests.fixtures.accounts import SignIn
from tools import checksums

from enishi.cli import migrate
from enishi.consultations.voting import results
from enishi.kit import clock, db
from enishi.servers.binaries import find_postgres
from enishi.settings import get_settings
from enishi.statistics.service import facts
from enishi.wiring import FACT_SOURCES

SAMPLE = Path(__file__).with_name("first_release.sql.gz")
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


@pytest.fixture(scope="module")
async def upgraded(pool: None) -> AsyncIterator[set[str]]:
    """The database of this run, made by the first release's steps and brought up to date.

    Yields the tables that held no rows before they were brought up to date.
    """
    name = _url().partition("?")[0].rpartition("/")[2]
    await _replace(name, "template1")
    try:
        async with connected_as_owner():  # as `enishi migrate` is
            await _run_the_first_release()
            _load_the_sample()
            empty = await _empty_tables()
            await migrate.run_pending()
        yield empty
    finally:
        await _replace(name, TEMPLATE)


@pytest.fixture(autouse=True)
async def rollback(upgraded: set[str], rollback: None) -> None:
    """The transaction of a test begins once the database is up to date."""


def _url() -> str:
    return os.environ["ENISHI_DATABASE_URL"]


async def _replace(name: str, template: str) -> None:
    await db.close_pool()
    await _create(os.environ["ENISHI_TEST_SERVER"], name, template)
    await db.open_pool()


async def _run_the_first_release() -> None:
    """Exactly the steps below the first heading: they are the first ones of each app."""
    os.environ.setdefault("PICCOLO_CONF", "enishi.piccolo_conf")
    newest = {step.app: step.migration_id for step in checksums.listed()[checksums.FIRST]}
    async with db.DB.transaction():
        for app in BaseMigrationManager().get_sorted_app_names():
            if app in newest:
                assert (await run_forwards(app, newest[app])).success
    assert await _have_run() == _ids(checksums.listed()[checksums.FIRST])


def _load_the_sample() -> None:
    url = get_settings().database_owner_dsn
    arguments = ["--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", f"--dbname={url}"]
    subprocess.run(
        [find_postgres() / "psql", *arguments],
        input=gzip.decompress(SAMPLE.read_bytes()),
        check=True,
        stdout=subprocess.DEVNULL,
    )


async def _empty_tables() -> set[str]:
    return {
        row["tablename"]
        for row in await db.fetch(_TABLES)
        if not await db.fetch_value(f"SELECT EXISTS (SELECT FROM {row['tablename']})")  # noqa: S608 (ours)
    }


async def _have_run() -> set[tuple[str, str]]:
    rows = await db.fetch("SELECT app_name, name FROM migration")
    return {(row["app_name"], row["name"]) for row in rows}


def _ids(steps: list[checksums.Step]) -> set[tuple[str, str]]:
    return {(step.app, step.migration_id) for step in steps}


async def test_every_step_has_run() -> None:
    assert await _have_run() == _ids(checksums.present())


def test_every_table_held_rows(upgraded: set[str]) -> None:
    """A step that fits empty tables alone would go unnoticed; the places come with `migrate`."""
    assert {name for name in upgraded if not name.startswith("places_")} == set()


async def test_its_tables_are_those_of_a_new_database() -> None:
    """Tables, columns and their order, constraints, indexes, functions and triggers."""
    assert _schema(_url()) == _schema(_named(_url(), TEMPLATE))


def _schema(url: str) -> list[str]:
    arguments = ["--schema-only", f"--dbname={url}"]
    run = [find_postgres() / "pg_dump", *arguments]
    text = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    # Newer programs write a key into each dump that is drawn anew each time.
    return re.sub(r"^\\(un)?restrict .*$", "", text, flags=re.MULTILINE).splitlines()


async def test_sums_and_facts_agree_with_the_logs() -> None:
    assert await results.drift() == []
    for drift in await facts.recount(FACT_SOURCES):
        assert (drift.missing, drift.surplus) == (0, 0), drift.source


PAGES = (
    "/",
    "/dialogues",
    "/dialogues/sample-ties",
    "/dialogues/sample-ties/statements",
    "/dialogues/sample-ties/list",
    "/dialogues/sample-ties/vote",
    "/dialogues/sample-ties/opinions",
    "/programmes",
    "/programmes/sample-hida-winter",
    "/places/municipalities/212172",
    "/statistics",
)


@pytest.mark.parametrize("page", PAGES)
async def test_the_public_reads_the_sample(visitor: httpx.AsyncClient, page: str) -> None:
    with clock.frozen_at(NOW):
        answer = await visitor.get(f"/ja{page}")
    assert answer.status_code == 200
    assert "見本データ" in answer.text


@pytest.mark.parametrize(
    "page",
    [
        "/office/sample-hida/programmes",
        "/office/sample-hida/members",
        "/office/sample-hida/audit",
        "/office/sample-hida/statistics",
        "/office/sample-national/dialogues",
        "/office/sample-national/dialogues/sample-ties",
        "/office/sample-national/dialogues/sample-ties/moderation",
        "/me",
        "/me/consents",
        "/me/data",
        "/me/applications",
    ],
)
async def test_its_people_find_what_was_theirs(browser_of: SignIn, page: str) -> None:
    account_id = await _account_for(page)
    with clock.frozen_at(NOW):
        browser = await browser_of(account_id)
        assert (await browser.get(f"/ja{page}")).status_code == 200


async def _account_for(page: str) -> uuid.UUID:
    owners = {"/office/sample-hida": "clerk", "/office/sample-national": "editor"}
    name = next((name for office, name in owners.items() if page.startswith(office)), "citizen")
    sql = "SELECT id FROM accounts_account WHERE address = $1"
    found: uuid.UUID = await db.fetch_value(sql, f"{name}@sample.example")
    return found
