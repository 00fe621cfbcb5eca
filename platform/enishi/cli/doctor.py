import asyncio
import json
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta

import asyncpg
import click

from enishi.cli.migration_files import require_unedited
from enishi.cli.versions import own_version
from enishi.kit import clock, figures_key
from enishi.kit.keyring import KeyRingError, ring_for
from enishi.kit.mail_transport import MailSettingsError, configured_transport
from enishi.servers.errors import ServerError
from enishi.servers.folders import started_at
from enishi.servers.versions import ReadOnly, check_database, check_valkey, why_read_only
from enishi.settings import Environment, Settings, get_settings

_OLDEST_PYTHON = (3, 11)
_LEAST_DISK = 1 << 30  # bytes
_OLDEST_BACKUP = timedelta(days=2)
_START_SECONDS = 60.0  # in which what is wrong may be a start that is not over
_PAUSE_SECONDS = 0.5
_START = "Start everything with `enishi up`, or correct the address in the setting."
_PUT_SIGNING_KEY_BACK = "See “The signing key” in docs/operations.md."
_PUT_BACK = (
    "Put back the key that lies beside a backup (“Backups” in docs/operations.md). If every copy is"
    " lost: “The key of published figures” there."
)
_ADVICE: dict[type[Exception], str] = {
    asyncpg.TooManyConnectionsError: "It runs, and all its connections are taken. Raise its"
    " max_connections, or lower ENISHI_DATABASE_POOL_SIZE and restart web processes and workers"
    " (“With servers of your own” in docs/operations.md counts them).",
    asyncpg.InvalidAuthorizationSpecificationError: "Correct user and password in the setting, or"
    " the server's pg_hba.conf.",
    asyncpg.InvalidCatalogNameError: "It runs, but has no such database: create it (“With servers"
    " of your own” in docs/operations.md), or correct its name in the setting.",
    asyncpg.CannotConnectNowError: "It is starting or stopping. Ask again in a minute; if it stays"
    " so, read its log.",
}
_READ_ONLY = {
    ReadOnly.SETTING: "Usually its disk is full: make room on it (“When the disk is full” in"
    " docs/operations.md).",
    ReadOnly.STANDBY: "Let ENISHI_DATABASE_URL name the primary server, which takes writes.",
}


@dataclass(frozen=True)
class Finding:
    name: str
    ok: bool
    found: str
    # What to do; empty where nothing is wrong.
    advice: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON: a list of findings.")
@click.option("--skip", multiple=True, metavar="NAME", help="Leave this finding out, e.g. backup.")
def doctor(*, as_json: bool, skip: tuple[str, ...]) -> None:
    """Examine this installation and say what to do.

    Looks at versions, keys, the servers, migrations, the worker's heartbeat, free disk space and
    the age of the last backup. It changes nothing. Beside a start it waits for its end, up to a
    minute.

    Exit codes: 0 all is well; 1 something is wrong; 2 wrong usage.
    """
    findings = [each for each in examine(get_settings()) if each.name not in skip]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{'ok   ' if finding.ok else 'WRONG'} {finding.name}: {finding.found}")
            if finding.advice:
                click.echo(f"      {finding.advice}")
    raise SystemExit(0 if all(finding.ok for finding in findings) else 1)


def examine(settings: Settings) -> Iterator[Finding]:
    yield Finding("enishi", ok=True, found=f"{own_version()} ({settings.environment})")
    yield _python()
    yield _secrets(settings)
    yield _disk(settings)
    database = _settled(settings, lambda: _postgresql(settings))
    yield database
    yield _settled(settings, lambda: _valkey(settings))
    if database.ok:
        migrations = _settled(settings, _migrations)
        yield migrations
        if migrations.ok:
            yield _append_only()
            yield _figures_key()
            yield _signing_key()
            yield _settled(settings, _worker)
            yield _backup(settings)


def _settled(settings: Settings, look: Callable[[], Finding]) -> Finding:
    """What is found once a site that is just starting has started, or has not within a minute."""
    finding = look()
    while not finding.ok and _is_starting(settings):
        time.sleep(_PAUSE_SECONDS)
        finding = look()
    return finding


def _is_starting(settings: Settings) -> bool:
    began = started_at(settings.data_dir)
    return began is not None and clock.now().timestamp() - began < _START_SECONDS


def _python() -> Finding:
    if sys.version_info >= _OLDEST_PYTHON:
        return Finding("python", ok=True, found=platform.python_version())
    return Finding(
        "python", ok=False, found=platform.python_version(), advice="Install Python 3.11 or newer."
    )


def _secrets(settings: Settings) -> Finding:
    """Keys and mail, which a production site requires."""
    try:
        ring_for(settings)
        configured_transport(settings)
    except (KeyRingError, MailSettingsError) as error:
        advice = "See “Settings” in docs/operations.md."
        return Finding("settings", ok=False, found=str(error), advice=advice)
    return Finding("settings", ok=True, found="keys and mail can be used")


def _figures_key() -> Finding:
    """The key of published figures, which nothing replaces once it is lost."""
    from enishi.statistics.queries import cube_releases  # noqa: PLC0415 (Piccolo, as below)

    file, made_with = figures_key.path(), asyncio.run(cube_releases.find_state()).key_id
    try:
        key = figures_key.read(file)
        if made_with is not None:
            figures_key.figures_key(made_with)
    except KeyRingError as error:
        return Finding("figures-key", ok=False, found=str(error), advice=_PUT_BACK)
    if key is None:
        found = "none yet: the first release of figures makes it"
        return Finding("figures-key", ok=True, found=found)
    if file.stat().st_mode & 0o077:
        found, advice = f"{file} can be read by others", f"chmod 600 {file}"
        return Finding("figures-key", ok=False, found=found, advice=advice)
    return Finding("figures-key", ok=True, found=f"{key.id}, readable for its owner only")


def _signing_key() -> Finding:
    """The key of public signatures, whose public half has to be in the registry."""
    from enishi.kit import public_keys, signing_key  # noqa: PLC0415 (Piccolo, as above)

    file, known = signing_key.path(), asyncio.run(public_keys.list_keys())
    if not known:
        found = "none yet: the first certificate makes it"
        return Finding("signing-key", ok=True, found=found)
    try:
        key = asyncio.run(public_keys.own_key())
    except KeyRingError as error:
        return Finding("signing-key", ok=False, found=str(error), advice=_PUT_SIGNING_KEY_BACK)
    if file.stat().st_mode & 0o077:
        found, advice = f"{file} can be read by others", f"chmod 600 {file}"
        return Finding("signing-key", ok=False, found=found, advice=advice)
    return Finding("signing-key", ok=True, found=f"{key.id}, {len(known)} registered")


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    found = f"{free / (1 << 30):.1f} GiB free at {folder}"
    if free >= _LEAST_DISK:
        return Finding("disk", ok=True, found=found)
    return Finding(
        "disk", ok=False, found=found, advice="Free at least 1 GiB: PostgreSQL stops when it is 0."
    )


def _postgresql(settings: Settings) -> Finding:
    try:
        found = check_database(settings.database_dsn)
        reason = why_read_only(settings.database_dsn)
    except ServerError as error:
        advice = next(
            (advice for kind, advice in _ADVICE.items() if isinstance(error.__cause__, kind)),
            _START,
        )
        return Finding("postgresql", ok=False, found=str(error), advice=advice)
    if reason is None:
        return Finding("postgresql", ok=True, found=found)
    return Finding(
        "postgresql", ok=False, found=f"{found} only reads: {reason}", advice=_READ_ONLY[reason]
    )


def _valkey(settings: Settings) -> Finding:
    try:
        return Finding("valkey", ok=True, found=check_valkey(settings.valkey_dsn))
    except ServerError as error:
        return Finding("valkey", ok=False, found=str(error), advice=_START)


def _migrations() -> Finding:
    from enishi.cli.migrate import pending_migrations  # noqa: PLC0415 (every table: a second)

    try:
        require_unedited()
    except click.ClickException as error:
        advice = "Restore the file, or install this version of Enishi again."
        return Finding("migrations", ok=False, found=error.message, advice=advice)
    pending = asyncio.run(pending_migrations())
    if not pending:
        return Finding("migrations", ok=True, found="up to date")
    return Finding(
        "migrations",
        ok=False,
        found=f"pending: {', '.join(pending)}",
        advice="Run `enishi migrate`.",
    )


def _append_only() -> Finding:
    """Whether the application's role can change what is only appended to."""
    from enishi.cli.database_roles import changeable_tables  # noqa: PLC0415 (Piccolo, as below)

    if changeable := asyncio.run(changeable_tables()):
        return Finding(
            "append-only",
            ok=False,
            found=f"the role of ENISHI_DATABASE_URL could change {', '.join(changeable)}",
            advice="Let the tables belong to another role (“Two roles” in docs/operations.md), and"
            " run `enishi migrate` with ENISHI_DATABASE_OWNER_URL.",
        )
    found = "the application can only add to audit trail, votes, releases and consents"
    return Finding("append-only", ok=True, found=found)


def _backup(settings: Settings) -> Finding:
    from enishi.audit import queries as audit  # noqa: PLC0415 (Piccolo, as above)
    from enishi.cli.backup import MADE  # noqa: PLC0415 (as above)

    made_at = asyncio.run(audit.find_last_time(MADE))
    must_exist = settings.environment is Environment.PRODUCTION
    advice = "Make one with `enishi backup DIR`, every day (“Backups” in docs/operations.md)."
    if made_at is None:
        found = "no backup was made"
        return Finding("backup", not must_exist, found, advice if must_exist else "")
    age = clock.now() - made_at
    hours = int(age.total_seconds()) // 3600
    found = (
        f"the last one is {hours} hours old"
        if hours < 48
        else f"the last one is {age.days} days old"
    )
    if age <= _OLDEST_BACKUP or not must_exist:
        return Finding("backup", ok=True, found=found)
    return Finding("backup", ok=False, found=found, advice=advice)


def _worker() -> Finding:
    from enishi.kit import heartbeat  # noqa: PLC0415 (Piccolo: only where a database answers)

    now = clock.now()
    workers = asyncio.run(heartbeat.list_workers())
    living = [worker for worker in workers if worker.is_alive(now)]
    if living:
        return Finding("worker", ok=True, found=f"{len(living)} running")
    last = f"last seen {workers[0].seen_at:%Y-%m-%d %H:%M:%S} UTC" if workers else "never seen"
    return Finding(
        "worker",
        ok=False,
        found=f"none running, {last}",
        advice="Start one with `enishi worker`: without it no mail leaves.",
    )
