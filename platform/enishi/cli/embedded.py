"""The embedded PostgreSQL of the settings, and its use by a command that may be alone."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from enishi.servers.binaries import find_postgres
from enishi.servers.disk_reserve import DiskReserve
from enishi.servers.errors import ServerError
from enishi.servers.folders import locked, make_private
from enishi.servers.postgres import Postgres
from enishi.settings import Settings


def embedded_postgres(settings: Settings) -> Postgres:
    """The server of the data folder; not started. Raises ServerError without its programs."""
    data = settings.data_dir.resolve()
    return Postgres(
        find_postgres(settings.postgres_bin),
        *(data / "postgres", settings.socket_dir, data / "log" / "postgres.log"),
        reserve=DiskReserve(data / "reserve"),
    )


@contextmanager
def database_running(settings: Settings, *, alone: bool) -> Iterator[None]:
    """A running database during the block: the configured one, or the embedded one.

    The embedded one is started unless `enishi up` runs it. alone: refuse then. Raises ServerError.
    """
    if settings.database_url:
        yield
        return
    if not alone and not (settings.data_dir / "postgres").exists():
        raise ServerError(
            f"There is no database in {settings.data_dir}: set ENISHI_DATA_DIR or"
            " ENISHI_DATABASE_URL."
        )
    make_private(settings.data_dir)
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(settings.data_dir))
        except ServerError as error:
            if alone:
                raise ServerError(f"{str(error).rstrip('.')}: stop it first.") from error
        else:
            stack.enter_context(embedded_postgres(settings).running())
        yield
