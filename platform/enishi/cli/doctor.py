import asyncio
import json
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

import click

from enishi.kit import clock
from enishi.kit.keyring import KeyRingError, ring_for
from enishi.kit.mail_transport import MailSettingsError, configured_transport
from enishi.servers.errors import ServerError
from enishi.servers.versions import check_database, check_valkey
from enishi.settings import Settings, get_settings

_OLDEST_PYTHON = (3, 11)
_LEAST_DISK = 1 << 30  # bytes
_START = "Start everything with `enishi up`, or correct the address in the setting."


@dataclass(frozen=True)
class Finding:
    name: str
    ok: bool
    found: str
    # What to do; empty where nothing is wrong.
    advice: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON: a list of findings.")
def doctor(*, as_json: bool) -> None:
    """Examine this installation and say what to do.

    Looks at versions, the servers, migrations, the worker's heartbeat and free disk space. It
    changes nothing.

    Exit codes: 0 all is well; 1 something is wrong; 2 wrong usage.
    """
    findings = list(examine(get_settings()))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{'ok   ' if finding.ok else 'WRONG'} {finding.name}: {finding.found}")
            if finding.advice:
                click.echo(f"      {finding.advice}")
    raise SystemExit(0 if all(finding.ok for finding in findings) else 1)


def examine(settings: Settings) -> Iterator[Finding]:
    yield Finding("enishi", ok=True, found=f"{_own_version()} ({settings.environment})")
    yield _python()
    yield _secrets(settings)
    yield _disk(settings)
    database = _server("postgresql", check_database, settings.database_dsn)
    yield database
    yield _server("valkey", check_valkey, settings.valkey_dsn)
    if database.ok:
        migrations = _migrations()
        yield migrations
        if migrations.ok:
            yield _worker()


def _own_version() -> str:
    try:
        return version("enishi")
    except PackageNotFoundError:
        return "not installed, run from its source"


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


def _server(name: str, check: Callable[[str], str], dsn: str) -> Finding:
    try:
        return Finding(name, ok=True, found=check(dsn))
    except ServerError as error:
        return Finding(name, ok=False, found=str(error), advice=_START)


def _migrations() -> Finding:
    from enishi.cli.migrate import pending_migrations  # noqa: PLC0415 (every table: a second)

    pending = asyncio.run(pending_migrations())
    if not pending:
        return Finding("migrations", ok=True, found="up to date")
    return Finding(
        "migrations",
        ok=False,
        found=f"pending: {', '.join(pending)}",
        advice="Run `enishi migrate`.",
    )


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
