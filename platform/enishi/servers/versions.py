"""Check that the configured servers answer and are new enough."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import asyncpg
import redis

from enishi.servers.binaries import OLDEST_POSTGRES, OLDEST_VALKEY
from enishi.servers.errors import ServerError

_SECONDS = 10.0


def without_password(url: str) -> str:
    """The URL without its password, for messages and logs."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":…@", 1)


def check_database(dsn: str) -> str:
    """The version of the PostgreSQL. Raises ServerError if it does not answer or is too old."""
    return asyncio.run(_database_version(dsn))


async def _database_version(dsn: str) -> str:
    try:
        connection = await asyncpg.connect(dsn, timeout=_SECONDS)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise ServerError(
            f"PostgreSQL does not answer at {without_password(dsn)}: {_reason(error)}."
        ) from error
    try:
        major = connection.get_server_version().major
        version = str(connection.get_settings().server_version).split()[0]
    finally:
        await connection.close(timeout=_SECONDS)
    if major < OLDEST_POSTGRES:
        raise ServerError(
            f"{without_password(dsn)} is PostgreSQL {version};"
            f" Enishi needs {OLDEST_POSTGRES} or newer."
        )
    return version


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
