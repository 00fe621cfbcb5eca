"""Fixtures every test may use.

One real PostgreSQL for the whole run, built by the real migrations; each worker gets a clone of
that template. A test runs in one transaction that is rolled back, unless it asks for
`own_database`, which is for races and for code with connections of its own.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, nullcontext
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import hypothesis
import pytest

from enishi.servers.binaries import find_postgres, find_valkey
from enishi.servers.postgres import Postgres
from enishi.servers.valkey import Valkey

pytest_plugins = ["tests.fixtures.accounts", "tests.fixtures.programmes", "tests.fixtures.sample"]

ROOT = Path(__file__).parents[1]
TEMPLATE = "enishi_template"
_PREFIX = "enishi-test-"
_ROOM = 4 << 30  # bytes: some clones of the template, and what PostgreSQL logs before it tidies up
# Durability is tested where a server is killed, with servers of its own.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# A busy machine is slow, not wrong; what a run found, it can be told to repeat.
hypothesis.settings.register_profile(
    "enishi",
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("enishi")

_servers = ExitStack()


def _prepare() -> None:
    """Point the settings at a database of this run.

    Called when this file is imported: the conftest files of the folders below import enishi,
    and pytest loads them before its first hook.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        _use_clone(os.environ["ENISHI_TEST_SERVER"], f"enishi_{worker}")
        # A part of Valkey of its own: another's worker must not take its jobs.
        os.environ["ENISHI_VALKEY_URL"] += f"?db={int(worker[2:]) % 15 + 1}"
        return
    made = tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=_memory())
    folder = Path(_servers.enter_context(made))
    url = _start(folder)
    os.environ["ENISHI_TEST_SERVER"] = url
    os.environ["ENISHI_ENVIRONMENT"] = "test"
    os.environ["ENISHI_DATA_DIR"] = str(folder / "data")
    asyncio.run(_create(url, TEMPLATE))
    subprocess.run(
        [sys.executable, "-m", "enishi.cli", "migrate"],
        check=True,
        cwd=ROOT,
        env=os.environ
        | {
            "ENISHI_DATABASE_URL": _named(_by_application(url), TEMPLATE),
            "ENISHI_DATABASE_OWNER_URL": _named(url, TEMPLATE),
        },
        stdout=subprocess.DEVNULL,
    )
    _use_clone(url, "enishi_main")


def _memory() -> str | None:
    """A folder in memory, if there is one with room; on a disk a clone waits for its journal."""
    room = Path("/dev/shm")  # noqa: S108 (the folder made there is new and our own)
    if not os.access(room, os.W_OK):
        return None
    for left in room.glob(f"{_PREFIX}*-*"):  # by a run that was killed
        if not Path("/proc", left.name.removeprefix(_PREFIX).partition("-")[0]).exists():
            shutil.rmtree(left, ignore_errors=True)
    return str(room) if shutil.disk_usage(room).free > _ROOM else None


def pytest_unconfigure() -> None:
    _servers.close()


def _start(folder: Path) -> str:
    """Start the servers of this run; they end with it, also when it is killed."""
    sockets = folder / "run"
    postgres = Postgres(
        find_postgres(), folder / "postgres", sockets, folder / "postgres.log", settings=FAST
    )
    valkey = Valkey(find_valkey(), folder / "valkey", sockets, folder / "valkey.log")
    url = _servers.enter_context(postgres.running())
    os.environ["ENISHI_VALKEY_URL"] = _servers.enter_context(valkey.running())
    return url


def _named(url: str, database: str) -> str:
    """The URL of another database of the same server: postgresql://user@/NAME?host=…."""
    head, _, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{database}?{query}"


def _by_application(url: str) -> str:
    """The URL with the role of web processes and workers, which owns no table."""
    return url.replace("//enishi@", "//enishi_app@")


async def _create(server: str, name: str, template: str = "template1") -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(
            f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'
        )
    finally:
        await connection.close()


def _use_clone(server: str, name: str) -> None:
    asyncio.run(_create(server, name, TEMPLATE))
    os.environ["ENISHI_DATABASE_URL"] = _named(_by_application(server), name)
    os.environ["ENISHI_DATABASE_OWNER_URL"] = _named(server, name)


_prepare()


@pytest.fixture(scope="session")
async def pool() -> AsyncIterator[None]:
    from enishi import wiring
    from enishi.kit import db, jobs

    wiring.register_all()  # as every process does
    await db.open_pool()
    yield
    await jobs.close()
    await db.close_pool()


@pytest.fixture
def emptied_process() -> Iterator[None]:
    """Empty the batches and caches of this process after the test, before another one begins.

    The timer of the request log's batch would write its lines into the captured output of a later
    test, that of the page views a row into its database. A cached value would be served at the
    same address or for the same day.
    """
    # Here, because importing them reads the settings, which _prepare() has to make first.
    from enishi.consultations.participation import page_views
    from enishi.kit.http import request_log

    yield
    request_log.flush()
    page_views.discard()
    for cache in _shared_caches(len(sys.modules)):
        cache.invalidate()


@lru_cache(maxsize=1)
def _shared_caches(_modules: int) -> list[Any]:
    """Each SharedCache of our modules; found anew when the number of loaded modules changed."""
    from enishi.kit.cache import SharedCache  # after _prepare(), as above

    ours = [vars(sys.modules[name]) for name in list(sys.modules) if name.startswith("enishi.")]
    found = chain.from_iterable(names.values() for names in ours)
    return [each for each in found if isinstance(each, SharedCache)]


@pytest.fixture(autouse=True)
async def rollback(
    pool: None, emptied_process: None, request: pytest.FixtureRequest
) -> AsyncIterator[None]:
    """One transaction a test, rolled back; what would run after its commit is collected.

    Tests marked `as_owner` are connected by the role that owns the tables.
    """
    from enishi.kit import db

    is_owner = request.node.get_closest_marker("as_owner") is not None
    async with connected_as_owner() if is_owner else nullcontext():
        if "own_database" in request.fixturenames:
            yield
            return
        with db.collecting():
            async with db.DB.transaction() as transaction:
                yield
                await transaction.rollback()


@asynccontextmanager
async def connected_as_owner() -> AsyncIterator[None]:
    """Connect by the role that owns the tables: for tests that change the schema."""
    from enishi.kit import db

    application = db.DB.config["dsn"]
    await db.close_pool()
    db.connect_as_owner()
    await db.open_pool()
    try:
        yield
    finally:
        await db.close_pool()
        db.DB.config["dsn"] = application
        await db.open_pool()


@pytest.fixture
async def own_database(pool: None) -> AsyncIterator[None]:
    """Real commits, for races and for code with connections of its own; cloned anew afterwards."""
    from enishi.kit import db

    yield
    await db.close_pool()
    url = os.environ["ENISHI_DATABASE_URL"]
    name = url.partition("?")[0].rpartition("/")[2]
    await _create(os.environ["ENISHI_TEST_SERVER"], name, TEMPLATE)
    await db.open_pool()


@pytest.fixture(scope="session")
def app() -> Any:
    from enishi.web.app import create_app

    return create_app()


@pytest.fixture
async def visitor(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody has signed in with. Its writes come from pages of ours."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),
        base_url="http://enishi.test",
        headers={"sec-fetch-site": "same-origin", "accept-language": "ja"},
    ) as client:
        yield client


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement sent to PostgreSQL, in order."""
    seen: list[str] = []
    fetch = asyncpg.Connection._execute

    async def noting(self: object, query: str, *args: object, **kwargs: object) -> object:
        seen.append(query)
        return await fetch(self, query, *args, **kwargs)

    monkeypatch.setattr(asyncpg.Connection, "_execute", noting)
    return seen
