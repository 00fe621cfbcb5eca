import http.client
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import click

from enishi.cli.embedded import embedded_postgres
from enishi.servers.binaries import find_valkey
from enishi.servers.errors import ServerError
from enishi.servers.folders import locked, make_private
from enishi.servers.metrics_folder import metrics_folder
from enishi.servers.namespace import die_with_parent
from enishi.servers.postgres import Postgres
from enishi.servers.processes import Command
from enishi.servers.supervisor import Service, Supervisor
from enishi.servers.valkey import Valkey
from enishi.servers.versions import check_database, check_valkey
from enishi.settings import Settings, get_settings

_READY_SECONDS = 120.0
# Beside the web processes on one machine, the worker yields the processor to requests.
_WORKER_NICENESS = 5


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Web processes.",
)
@click.option(
    "--demo",
    is_flag=True,
    help="At the first start load the sample content, with ENISHI_DEMO_PEOPLE people.",
)
@click.option(
    "--stop-with-parent", is_flag=True, help="Stop when the process that started this one ends."
)
def up(host: str, port: int, workers: int, *, demo: bool, stop_with_parent: bool) -> None:
    """Run the whole platform: servers, migrations, web and worker.

    Starts an embedded PostgreSQL and an embedded Valkey with their data in ENISHI_DATA_DIR
    (.enishi by default), unless ENISHI_DATABASE_URL and ENISHI_VALKEY_URL name servers to use.
    Ctrl-C or SIGTERM stops everything; the data stays for the next start.

    Exit codes: 0 stopped on request; 1 refused or failed, with one sentence; 2 wrong usage.
    """
    if stop_with_parent:
        die_with_parent()
    try:
        port = free_port(host, port)
        settings = get_settings()
        make_private(settings.data_dir)
        with (
            locked(settings.data_dir),
            metrics_folder(settings.data_dir) as metrics,
            Supervisor(say) as supervisor,
        ):
            start_servers(supervisor, settings)
            environment = children_environment(settings, port, metrics)
            supervisor.run_once(command_of("migrations", ("migrate",), environment))
            if demo and settings.demo_people:
                people = str(settings.demo_people)
                sample = ("demo", "load", "--once", "--people", people)
                supervisor.run_once(command_of("the sample content", sample, environment))
            worker = service_of("worker", ("worker",), environment, niceness=_WORKER_NICENESS)
            supervisor.start(worker)
            web = ("web", "--host", host, "--port", str(port), "--workers", str(workers))
            supervisor.start(service_of("web", web, environment))
            supervisor.wait_until(lambda: is_ready(host, port), "The site", _READY_SECONDS)
            click.echo(f"Enishi is ready: http://{shown(host)}:{port}/ (Ctrl-C stops it)")
            supervisor.watch()
    except ServerError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Stopped.")


def start_servers(supervisor: Supervisor, settings: Settings) -> None:
    """Start the embedded servers without a configured URL; refuse versions that are too old."""
    data, log = settings.data_dir.resolve(), settings.data_dir.resolve() / "log"
    sockets = settings.socket_dir
    if not settings.database_url:
        supervisor.start(postgres_service(embedded_postgres(settings)))
    click.echo(f"PostgreSQL {check_database(settings.database_owner_dsn)} answers.")
    if not settings.valkey_url:
        program = find_valkey(settings.valkey_bin)
        valkey = Valkey(program, data / "valkey", sockets, log / "valkey.log")
        supervisor.start(Service(valkey.command, valkey.prepare, valkey.wait_ready))
    click.echo(f"Valkey {check_valkey(settings.valkey_dsn)} answers.")


def postgres_service(postgres: Postgres) -> Service:
    """PostgreSQL, which only reads on a full disk and is restarted once there is room."""

    def prepare() -> None:
        postgres.prepare()
        if postgres.is_read_only:
            say("The disk is full: PostgreSQL only reads until there is room again.")

    def could_write_again() -> bool:
        if postgres.could_write_again:
            say("There is room on the disk again: PostgreSQL is restarted.")
            return True
        return False

    return Service(
        *(postgres.command, prepare, postgres.wait_ready),
        should_restart=could_write_again,
        cannot_run=lambda: postgres.cannot_recover,
    )


def say(sentence: str) -> None:
    """Tell the operator. A full disk, where the output may go to, must not end the supervisor."""
    with suppress(OSError):
        click.echo(sentence)


def children_environment(settings: Settings, port: int, metrics: Path) -> dict[str, str]:
    environment = {
        "ENISHI_DATA_DIR": str(settings.data_dir.resolve()),
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }
    if "ENISHI_BASE_URL" not in os.environ:
        environment["ENISHI_BASE_URL"] = f"http://127.0.0.1:{port}"
    return environment


def command_of(
    name: str, arguments: tuple[str, ...], environment: dict[str, str], niceness: int = 0
) -> Command:
    # -P: modules are not imported from the current folder.
    argv = (sys.executable, "-P", "-m", "enishi.cli", *arguments)
    # Longer than the worker's grace period of 20 seconds for its jobs.
    stop = ((signal.SIGTERM, 30.0),)
    return Command(name=name, argv=argv, env=environment, stop=stop, niceness=niceness)


def service_of(
    name: str, arguments: tuple[str, ...], environment: dict[str, str], niceness: int = 0
) -> Service:
    return Service(lambda: command_of(name, arguments, environment, niceness))


def free_port(host: str, port: int) -> int:
    """The port, or a free one for 0. ServerError when it is in use or not permitted."""
    try:
        with socket.create_server((host, port)) as probe:
            found: int = probe.getsockname()[1]
    except OSError as error:
        raise ServerError(
            f"Port {port} of {host} cannot be used ({error.strerror}): choose another with --port."
        ) from error
    return found


def shown(host: str) -> str:
    """The host for a URL: a server on all addresses is reached at the loopback address."""
    return "127.0.0.1" if host in {"", "0.0.0.0"} else host  # noqa: S104 (compared, not bound)


def is_ready(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(shown(host), port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
