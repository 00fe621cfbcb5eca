import asyncio
import contextlib
import io
import os
import re

import click
from piccolo.apps.migrations.commands.check import CheckMigrationManager
from piccolo.apps.migrations.commands.forwards import run_forwards

from enishi.cli.database import in_one_sentence
from enishi.cli.migration_files import require_unedited
from enishi.consultations.voting import service as statements
from enishi.kit.db import DB, fetch
from enishi.kit.outages import is_connection_fault
from enishi.places import service as places
from enishi.servers.errors import ServerError
from enishi.servers.versions import check_database
from enishi.settings import get_settings
from enishi.themes import service as themes

_LOCK = 0x656E69736869  # "enishi": any number, the same in every process that migrates
_FEW = 8
_STEP = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+")  # an ID, as Piccolo prints it before it runs the step


@click.command()
@click.option("--check", is_flag=True, help="Only list what is pending; exit 1 if there is any.")
def migrate(*, check: bool) -> None:
    """Migrate the database to this version: all migrations, or none if one fails.

    Concurrent runs are safe: a lock lets one run and the others wait.

    Exit codes: 0 the database is up to date; 1 refused, failed, or pending with --check; 2 wrong
    usage.
    """
    require_unedited()
    try:
        check_database(get_settings().database_dsn)
    except ServerError as error:
        raise click.ClickException(str(error)) from error
    if check:
        with in_one_sentence():
            names = asyncio.run(pending_migrations())
        click.echo("\n".join(names) or "Nothing is pending.")
        raise SystemExit(1 if names else 0)
    with in_one_sentence():
        done = asyncio.run(run_pending())
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


def known_migrations() -> set[str]:
    """Every migration of this version, as `app/migration`."""
    os.environ.setdefault("PICCOLO_CONF", "enishi.piccolo_conf")
    manager = CheckMigrationManager("all")
    return {
        f"{module.APP_CONFIG.app_name}/{step}"
        for module in manager.get_app_modules()
        for step in manager.get_migration_ids(
            manager.get_migration_modules(module.APP_CONFIG.resolved_migrations_folder_path)
        )
    }


async def applied_migrations() -> list[str]:
    """Every migration that the database has, in their order."""
    rows = await fetch("SELECT app_name, name FROM migration ORDER BY id")
    return [f"{row['app_name']}/{row['name']}" for row in rows]


async def run_pending() -> list[str]:
    """Run all pending migrations, or none if one fails; fill in shipped data. Their names."""
    async with DB.transaction() as transaction:
        await transaction.connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        names = await _pending()
        await _run_forwards()
        names += [*await places.fill(), *await themes.fill(), *await statements.refold()]
    return names


async def _run_forwards() -> None:
    """Run the steps. Piccolo joins our transaction: a step and its record are committed together.

    Raises ClickException, which names the step that failed.
    """
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            result = await run_forwards("all")
    except Exception as error:
        if is_connection_fault(error):
            raise
        steps = _STEP.findall(said.getvalue())
        where = f" at the step {steps[-1]}" if steps else ""
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        raise click.ClickException(
            f"Migrating failed{where}: {reason}. The database is unchanged."
        ) from error
    if not result.success:
        raise click.ClickException(f"Migrating failed: {result.message}.")


async def _pending() -> list[str]:
    os.environ.setdefault("PICCOLO_CONF", "enishi.piccolo_conf")
    statuses = await CheckMigrationManager("all").get_migration_statuses()
    return [f"{status.app_name}/{status.migration_id}" for status in statuses if not status.has_ran]
