import click

from enishi.cli import database
from enishi.statistics.schemas import Drift
from enishi.statistics.service import facts
from enishi.wiring import FACT_SOURCES


@click.group()
def statistics() -> None:
    """Facts of the statistics."""


@statistics.command()
def recount() -> None:
    """Derive all facts from the logs again, print the drift, and correct it.

    Drift is 0 unless there is a bug, or the database was restored into another server.

    Exit codes: 0 no drift; 1 there was drift (it is corrected now), or the database is
    unreachable; 2 wrong usage.
    """
    drifts = database.run(_recount)
    for drift in drifts:
        click.echo(f"{drift.source}: {drift.missing} missing, {drift.surplus} surplus")
    if any(drift.missing or drift.surplus for drift in drifts):
        raise SystemExit(1)


async def _recount() -> list[Drift]:
    await facts.collect(FACT_SOURCES)
    return await facts.recount(FACT_SOURCES)
