import asyncio
from pathlib import Path

import click

from enishi.cli.database import in_one_sentence
from enishi.places import service
from enishi.places.census import read
from enishi.places.errors import CensusError
from enishi.places.gazetteer import gazetteer


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def population(file: Path) -> None:
    """Import the census from e-Stat's CSV: population by sex and five-year age group.

    FILE is table 2-7-1 of 国勢調査 人口等基本集計, as e-Stat publishes it in UTF-8, of a year with
    the same layout and today's municipalities. Every sum in it is checked first. Figures of the
    same day are replaced. The census of 2020 comes with Enishi and needs no import.

    Exit codes: 0 done; 1 refused, with file, line and reason; 2 wrong usage.
    """
    try:
        figures = read(file, gazetteer())
    except CensusError as error:
        raise click.ClickException(str(error)) from error
    with in_one_sentence():
        imported = asyncio.run(service.import_population(figures))
    total = sum(sum(people) for people in figures.groups.values())
    if imported:
        click.echo(
            f"Imported {figures.reference_date}: {len(figures.classes):,} places, {total:,} people."
        )
    else:
        click.echo(f"Nothing to do: the figures of {figures.reference_date} are from this file.")
