import asyncio
import contextlib
import io
import os

import click
from piccolo.apps.migrations.commands.check import CheckMigrationManager
from piccolo.apps.migrations.commands.forwards import run_forwards

from enishi.consultations.voting import service as statements
from enishi.kit.db import DB
from enishi.places import service as places
from enishi.servers.errors import ServerError
from enishi.servers.versions import check_database
from enishi.settings import get_settings
from enishi.themes import service as themes

_LOCK = 0x656E69736869  # "enishi": any number, the same in every process that migrates


_FEW = 8


@click.command()
@click.option("--check", is_flag=True, help="Only list what is pending; exit 1 if there is any.")
def migrate(*, check: bool) -> None:
    """Migrate the database to this version: all migrations, or none if one fails.

    Concurrent runs are safe: a lock lets one run and the others wait.

    Exit codes: 0 the database is up to date; 1 refused, failed, or pending with --check; 2 wrong
    usage.
    """
    try:
        check_database(get_settings().database_dsn)
    except ServerError as error:
        raise click.ClickException(str(error)) from error
    if check:
        names = asyncio.run(pending_migrations())
        click.echo("\n".join(names) or "Nothing is pending.")
        raise SystemExit(1 if names else 0)
    done = asyncio.run(_migrate())
    click.echo(f"Migrated: {_shown(done)}." if done else "The database is up to date.")


def _shown(done: list[str]) -> str:
    """The names after an upgrade; the number for a new database."""
    return ", ".join(done) if len(done) <= _FEW else f"{len(done)} steps"


async def pending_migrations() -> list[str]:
    """The migrations that the database lacks, as `app/migration`.

    Without any, the shipped data (places, themes) that the database lacks, and stored forms of
    texts that another version made.
    """
    async with DB.transaction() as transaction:
        names = await _pending()
        if not names:
            names = [
                *await places.outdated(),
                *await themes.outdated(),
                *await statements.outdated(),
            ]
        # Roll back: Piccolo creates its table of migrations when it reads them.
        await transaction.rollback()
    return names


async def _migrate() -> list[str]:
    async with DB.transaction() as transaction:
        await transaction.connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        names = await _pending()
        # Piccolo joins our transaction: a migration and its record are committed together.
        with contextlib.redirect_stdout(io.StringIO()):
            result = await run_forwards("all")
        if not result.success:
            raise click.ClickException(f"Migrating failed: {result.message}.")
        names += [*await places.fill(), *await themes.fill(), *await statements.refold()]
    return names


async def _pending() -> list[str]:
    os.environ.setdefault("PICCOLO_CONF", "enishi.piccolo_conf")
    statuses = await CheckMigrationManager("all").get_migration_statuses()
    return [f"{status.app_name}/{status.migration_id}" for status in statuses if not status.has_ran]
