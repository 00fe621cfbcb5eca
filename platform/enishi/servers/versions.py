"""Check that the configured servers answer and are new enough."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import asyncpg
import redis

from enishi.servers.binaries import OLDEST_POSTGRES, OLDEST_VALKEY
from enishi.servers.errors import ServerError

T = TypeVar("T")

_SECONDS = 10.0


def without_password(url: str) -> str:
    """The URL without its password, for messages and logs."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":…@", 1)


class ReadOnly(StrEnum):
    """Why a database takes no writes."""

    STANDBY = "it is a standby"
    SETTING = "default_transaction_read_only is on"


def check_database(dsn: str) -> str:
    """The version of the PostgreSQL. Raises ServerError if it does not answer or is too old."""
    return asyncio.run(_ask(dsn, _database_version))


def why_read_only(dsn: str) -> ReadOnly | None:
    """Why it takes no writes; None if it does. Raises ServerError if it does not answer."""
    return asyncio.run(_ask(dsn, _why_read_only))


async def _ask(dsn: str, question: Callable[[asyncpg.Connection, str], Awaitable[T]]) -> T:
    try:
        connection = await asyncpg.connect(dsn, timeout=_SECONDS)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise ServerError(
            f"PostgreSQL does not answer at {without_password(dsn)}: {_reason(error)}."
        ) from error
    try:
        return await question(connection, dsn)
    finally:
        await connection.close(timeout=_SECONDS)


async def _database_version(connection: asyncpg.Connection, dsn: str) -> str:
    major = connection.get_server_version().major
    version = str(connection.get_settings().server_version).split()[0]
    if major < OLDEST_POSTGRES:
        raise ServerError(
            f"{without_password(dsn)} is PostgreSQL {version};"
            f" Enishi needs {OLDEST_POSTGRES} or newer."
        )
    return version


async def _why_read_only(connection: asyncpg.Connection, _dsn: str) -> ReadOnly | None:
    if await connection.fetchval("SELECT pg_is_in_recovery()"):
        return ReadOnly.STANDBY
    setting = await connection.fetchval("SELECT current_setting('default_transaction_read_only')")
    return ReadOnly.SETTING if setting == "on" else None


def check_valkey(dsn: str) -> str:
    """The version of the Valkey. Raises ServerError if it does not answer or is too old."""
    try:
        client = redis.Redis.from_url(dsn, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS)
        try:
            # redis-py has one return type for its blocking and its asynchronous client.
            info = cast("Mapping[str, Any]", client.info("server"))
        finally:
            client.close()
    except (redis.RedisError, ValueError, OSError) as error:
        raise ServerError(
            f"Valkey does not answer at {without_password(dsn)}: {_reason(error)}."
        ) from error
    # Redis, which Valkey was forked from, does not report this field.
    version = str(info.get("valkey_version", ""))
    if not version:
        raise ServerError(
            f"{without_password(dsn)} is not Valkey but Redis {info.get('redis_version', '')};"
            f" Enishi needs Valkey {OLDEST_VALKEY} or newer."
        )
    if int(version.split(".", maxsplit=1)[0]) < OLDEST_VALKEY:
        raise ServerError(
            f"{without_password(dsn)} is Valkey {version}; Enishi needs {OLDEST_VALKEY} or newer."
        )
    return version


def _reason(error: Exception) -> str:
    return (str(error).strip().rstrip(".") or type(error).__name__).splitlines()[0]
