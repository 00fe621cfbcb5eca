import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from enishi.cli.database import in_one_sentence
from enishi.consultations.polis_import import files
from enishi.consultations.polis_import import service as records
from enishi.consultations.polis_import.errors import DamagedFileError
from enishi.consultations.polis_import.schemas import ImportCounts


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dialogue", "slug", required=True, help="Slug; made if there is no such dialogue.")
@click.option("--organisation", help="Slug of whoever answers for a dialogue that is made.")
@click.option("--publish", is_flag=True, help="Show a dialogue that is made to the public.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def polis(
    folder: Path, *, slug: str, organisation: str | None, publish: bool, as_json: bool
) -> None:
    """Import a Polis conversation from its export: comments.csv, votes.csv and the rest.

    Values that several files hold must agree.

    Exit codes: 0 done; 1 refused, with file, line and reason; 2 wrong usage.
    """
    with in_one_sentence():
        try:
            conversation = files.read(folder)
            with click.progressbar(
                length=len(conversation.votes), label="Importing", file=sys.stderr, hidden=as_json
            ) as bar:
                counts = asyncio.run(
                    records.import_as_consultation(
                        conversation,
                        slug,
                        organisation_slug=organisation,
                        publish=publish,
                        progress=bar.update,
                    )
                )
        except DamagedFileError as error:
            raise click.ClickException(str(error)) from error
    click.echo(json.dumps(asdict(counts)) if as_json else _sentence(counts))


def _sentence(counts: ImportCounts) -> str:
    return (
        f"Imported {counts.votes:,} votes of {counts.participants:,} participants on"
        f" {counts.statements:,} statements:"
        f" {counts.agrees:,} agree, {counts.disagrees:,} disagree."
    )
