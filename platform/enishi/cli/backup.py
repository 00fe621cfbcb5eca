import asyncio
from pathlib import Path

import click

from enishi.audit import service as audit
from enishi.cli import database, figures_keys, signing_keys
from enishi.cli.embedded import database_running
from enishi.cli.migrate import applied_migrations
from enishi.cli.versions import own_version
from enishi.kit import clock, db, files
from enishi.kit.keyring import KeyRingError, ring_for
from enishi.kit.outages import is_exhausted
from enishi.servers import backup_folder
from enishi.servers.backup_folder import DUMP, FILES, Manifest
from enishi.servers.binaries import find_clients
from enishi.servers.dumps import Clients
from enishi.servers.errors import ServerError
from enishi.servers.versions import check_database
from enishi.settings import Settings, get_settings

MADE = "operations.backup.made"

# The snapshot that pg_dump reads under is ours for as long as this transaction is open.
_FREEZE = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_STAY = "SET LOCAL idle_in_transaction_session_timeout = 0"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """Back up the database and the files to the new folder DIR, while the site runs or not.

    Everything in it is of one moment. It holds personal data, but not the keys: ENISHI_KEYS has to
    be kept elsewhere, and so have the key of published figures and the signing key, which are
    written to DIR.figures.key and DIR.signing.key. `sha256sum --check SHA256SUMS` and `enishi
    restore` verify DIR.

    Exit codes: 0 done; 1 refused or failed, and DIR was not made; 2 wrong usage.
    """
    settings = get_settings()
    try:
        with (
            database_running(settings, alone=False),
            backup_folder.new_folder(folder) as unfinished,
        ):
            manifest = database.run(lambda: _fill(settings, unfinished))
            key_file = figures_keys.write_beside(folder)
            signing_file = signing_keys.write_beside(folder)
    except (ServerError, KeyRingError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"Backed up to {folder}: {sum(manifest.rows.values()):,} rows, {manifest.files:,} files."
    )
    _warn(manifest.files_missing, "files are missing, and are not in the backup")
    _warn(manifest.files_damaged, "files are not what was stored; the backup has them as they are")
    click.echo(f"Keep ENISHI_KEYS elsewhere: {', '.join(manifest.keys)}. It is not in the backup.")
    if key_file is not None:
        click.echo(f"Keep {key_file} elsewhere: with it, published figures lose their noise.")
    if signing_file is not None:
        click.echo(f"Keep {signing_file} elsewhere: with it, certificates can be forged.")


def _warn(paths: list[str], what: str) -> None:
    if paths:
        click.echo(f"Warning: {len(paths)} {what} ({paths[0]} …).", err=True)


async def _fill(settings: Settings, folder: Path) -> Manifest:
    made_at = clock.now()
    version = await asyncio.to_thread(check_database, settings.database_owner_dsn)
    programs = find_clients(int(version.partition(".")[0]), settings.postgres_bin)
    clients = Clients(programs, settings.database_owner_dsn)
    async with db.unit_of_work():
        await db.execute(_FREEZE)
        await db.execute(_STAY)
        snapshot = await db.fetch_value("SELECT pg_export_snapshot()")
        # Files first: bytes are removed soon after their row, so few are gone by now.
        copied, missing, damaged = await asyncio.to_thread(
            backup_folder.copy_files,
            *(await files.list_stored(), files.folder(), folder / FILES),
        )
        await asyncio.to_thread(clients.dump, folder / DUMP, snapshot)
        manifest = Manifest(
            made_at=made_at.isoformat(timespec="seconds"),
            enishi=own_version(),
            postgresql=version,
            migrations=await applied_migrations(),
            keys=ring_for(settings).names,
            figures_key=figures_keys.own_id(),
            signing_key=signing_keys.own_id(),
            rows=await count_rows(),
            files=copied,
            files_missing=missing,
            files_damaged=damaged,
        )
    await asyncio.to_thread(backup_folder.seal, folder, manifest)
    await _record(manifest)
    return manifest


async def count_rows() -> dict[str, int]:
    """The number of rows of each table."""
    names = [row["tablename"] for row in await db.fetch(_TABLES)]
    return {name: await db.fetch_value(f'SELECT count(*) FROM "{name}"') for name in names}  # noqa: S608 (names of the catalogue)


async def _record(manifest: Manifest) -> None:
    try:
        async with db.unit_of_work():
            await audit.record(
                MADE,
                actor_id=None,
                subject=("backup", manifest.made_at),
                files=manifest.files,
            )
    except Exception as error:
        if not is_exhausted(error):  # a full disk is a reason to make a backup, and to keep it
            raise
