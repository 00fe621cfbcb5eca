"""The application with a few handlers that get into every kind of trouble."""

import errno
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest
from litestar import Litestar, Request, get, post
from litestar.exceptions import ClientException
from litestar.params import FromPath, FromQuery

from enishi.accounts.access import PUBLIC
from enishi.kit import db, errors
from enishi.settings import Environment, Settings, get_settings
from enishi.web.app import create_litestar
from enishi.web.edge import Edge

TROUBLES: dict[str, Callable[[], Exception]] = {
    "400": lambda: ClientException("what Litestar says"),
    "403": errors.ForbiddenError,
    "404": errors.NotFoundError,
    "409": errors.ConflictError,
    "413": errors.TooLargeError,
    "422": errors.InvalidError,
    "429": lambda: errors.TooManyRequestsError(7),
    "500": lambda: ZeroDivisionError("what only operators may read"),
    "503": lambda: errors.UnavailableError(9),
}
EXHAUSTED: dict[str, Callable[[], Exception]] = {
    "53000": lambda: asyncpg.InsufficientResourcesError("could not resize shared memory"),
    "53100": lambda: asyncpg.DiskFullError("could not extend file: No space left on device"),
    "53200": lambda: asyncpg.OutOfMemoryError("out of memory"),
    "53400": lambda: asyncpg.ConfigurationLimitExceededError("temporary file size exceeds"),
    "25006": lambda: asyncpg.ReadOnlySQLTransactionError("cannot execute INSERT"),
    "our own disk": lambda: OSError(errno.ENOSPC, "No space left on device"),
    "our own quota": lambda: OSError(errno.EDQUOT, "Disk quota exceeded"),
}


@get(["/{language:str}/trouble/{kind:str}", "/api/trouble/{kind:str}"], access=PUBLIC)
async def get_into_trouble(kind: FromPath[str]) -> None:
    error = (TROUBLES | EXHAUSTED)[kind]()
    raise error


@post(["/{language:str}/trouble/{kind:str}", "/api/trouble/{kind:str}"], access=PUBLIC)
async def write_into_trouble(kind: FromPath[str]) -> None:
    error = (TROUBLES | EXHAUSTED)[kind]()
    raise error


@get(["/{language:str}/rows", "/api/rows"], access=PUBLIC)
async def read_rows(text: FromQuery[str] = "") -> dict[str, Any]:
    return {"rows": await db.fetch("SELECT $1::text AS text", text)}


@post(["/{language:str}/echo", "/api/echo"], access=PUBLIC)
async def echo(request: Request[Any, Any, Any]) -> dict[str, str]:
    form = await request.form()
    return {name: str(value)[:10] for name, value in form.items()}


@pytest.fixture(scope="session")
def troubled() -> Litestar:
    app = create_litestar()
    for handler in (get_into_trouble, write_into_trouble, read_rows, echo):
        app.register(handler)
    return app


Visit = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def visit(troubled: Litestar) -> Visit:
    """A program that talks to the application; `settings` are those its edge was made with."""

    @asynccontextmanager
    async def connect(
        base_url: str = "http://enishi.test", app: Any = None, **headers: str
    ) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app=app or Edge(troubled), raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url=base_url, headers=headers
        ) as client:
            yield client

    return connect


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Production's settings, for all that asks for them at the edge."""
    settings = Settings(
        environment=Environment.PRODUCTION,
        base_url="https://enishi.example",
        database_url=get_settings().database_url,
    )
    for module in ("edge", "health"):
        monkeypatch.setattr(f"enishi.web.{module}.get_settings", lambda: settings)
    return settings
