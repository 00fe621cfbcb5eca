"""Database work of a command, and errors as one sentence."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import asyncpg
import click

from enishi.kit import db, i18n
from enishi.kit.errors import EnishiError
from enishi.kit.i18n import Language
from enishi.kit.outages import is_connection_fault, is_exhausted

T = TypeVar("T")


def run(work: Callable[[], Awaitable[T]]) -> T:
    """Run `work` with a connection pool of its own. Raises ClickException."""

    async def connected() -> T:
        await db.open_pool()
        try:
            return await work()
        finally:
            await db.close_pool()

    with in_one_sentence():
        return asyncio.run(connected())


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Turn refusals and an unreachable or empty database into ClickException, in English."""
    with i18n.speaking(Language.EN):
        try:
            yield
        except EnishiError as error:
            raise click.ClickException(str(error)) from error
        except asyncpg.UndefinedTableError as error:
            raise click.ClickException(
                "The database is not ready for this version: run `enishi migrate`."
            ) from error
        except Exception as error:
            if is_connection_fault(error):
                raise click.ClickException(
                    "The database cannot be reached: is `enishi up` running, or"
                    " ENISHI_DATABASE_URL set?"
                ) from error
            if is_exhausted(error):
                raise click.ClickException(
                    "Nothing was stored: the disk or the memory of the database is full."
                ) from error
            raise
