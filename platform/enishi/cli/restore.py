import asyncio
import shutil
from pathlib import Path

import asyncpg
import click

from enishi.audit import service as audit
from enishi.cli import database, figures_keys, migrate, signing_keys
from enishi.cli.backup import count_rows
from enishi.cli.embedded import database_running
from enishi.kit import db, files
from enishi.kit.keyring import KeyRingError, ring_for
from enishi.servers import backup_folder
from enishi.servers.backup_folder import DUMP, FILES, Manifest
from enishi.servers.binaries import find_clients
from enishi.servers.dumps import Clients
from enishi.servers.errors import ServerError
from enishi.servers.versions import check_database
from enishi.settings import Settings, get_settings

RESTORED = "operations.backup.restored"

_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
_HAS_TABLES = "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace a database and files that are there.")
@click.option(
    "--figures-key",
    "key_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The key of published figures; by default DIR.figures.key if it is there.",
)
@click.option(
    "--signing-key",
    "signing_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The key of public signatures; by default DIR.signing.key if it is there.",
)
def restore(
    folder: Path, *, replace: bool, key_file: Path | None, signing_file: Path | None
) -> None:
    """Restore the database and the files from the backup in DIR, while the site does not run.

    Checks the backup first, replaces the database in one transaction, compares the rows with
    the backup and migrates them to this version. Without --replace the database has to be empty.
    A key that is replaced stays beside the new one, under its id.

    Exit codes: 0 done; 1 refused or failed, with one clear sentence; 2 wrong usage.
    """
    settings = get_settings()
    db.connect_as_owner()
    try:
        manifest = backup_folder.read(folder)
        _refuse_newer(manifest)
        _refuse_files(replace=replace)
        key = figures_keys.find_for(manifest, folder, key_file)
        signing = signing_keys.find_for(manifest, folder, signing_file)
        with database_running(settings, alone=True):
            asyncio.run(_refuse_database(settings, replace=replace))
            _replace(settings, folder, manifest)
            steps = database.run(lambda: _check(manifest))
        warnings = [
            figures_keys.bring_back(key, manifest),
            signing_keys.bring_back(signing, manifest),
        ]
    except (ServerError, KeyRingError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"Restored the backup of {manifest.made_at}: {sum(manifest.rows.values()):,} rows,"
        f" {manifest.files:,} files; migrations: {len(steps)}."
    )
    if missing := sorted(set(manifest.keys) - set(ring_for(settings).names)):
        click.echo(
            f"Warning: the backup was made with the key {', '.join(missing)}, which ENISHI_KEYS"
            " lacks. What was encrypted or signed with it cannot be read until you add it.",
            err=True,
        )
    for warning in filter(None, warnings):
        click.echo(warning, err=True)


def _refuse_newer(manifest: Manifest) -> None:
    if unknown := sorted(set(manifest.migrations) - set(migrate.known_migrations())):
        raise ServerError(
            f"The backup was made by a newer version of Enishi ({manifest.enishi}): this one does"
            f" not know {unknown[0]}."
        )


def _refuse_files(*, replace: bool) -> None:
    folder = files.folder()
    if not replace and folder.exists() and any(folder.iterdir()):
        raise ServerError(f"There are files in {folder}: --replace replaces them.")


async def _refuse_database(settings: Settings, *, replace: bool) -> None:
    connection = await asyncpg.connect(settings.database_owner_dsn, timeout=30)
    try:
        if others := await connection.fetchval(_OTHERS):
            raise ServerError(
                f"{others} other connections use the database: stop the site and its workers first."
            )
        if not replace and await connection.fetchval(_HAS_TABLES):
            raise ServerError("The database is not empty: --replace replaces what is in it.")
    finally:
        await connection.close()


def _replace(settings: Settings, folder: Path, manifest: Manifest) -> None:
    """Replace database and files; what was there stays whole if the dump cannot be restored."""
    version = check_database(settings.database_owner_dsn)
    major, made_by = (int(each.partition(".")[0]) for each in (version, manifest.postgresql))
    programs = find_clients(max(major, made_by), settings.postgres_bin)
    target = files.folder()
    incoming = target.with_name(f"{target.name}.restoring")
    shutil.rmtree(incoming, ignore_errors=True)
    try:
        if (folder / FILES).exists():
            shutil.copytree(folder / FILES, incoming, copy_function=shutil.copyfile)
        Clients(programs, settings.database_owner_dsn).restore(folder / DUMP)
        shutil.rmtree(target, ignore_errors=True)
        if incoming.exists():
            incoming.rename(target)
    except OSError as error:
        raise ServerError(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


async def _check(manifest: Manifest) -> list[str]:
    """Compare with the manifest, then migrate. Returns the steps that ran."""
    restored = await count_rows()
    if different := sorted(
        name
        for name in manifest.rows.keys() | restored.keys()
        if manifest.rows.get(name) != restored.get(name)
    ):
        raise ServerError(f"The rows of {different[0]} are not those of the backup.")
    steps = await migrate.run_pending()
    async with db.unit_of_work():
        await audit.record(RESTORED, actor_id=None, subject=("backup", manifest.made_at))
    return steps
