import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from enishi.cli.database import in_one_sentence
from enishi.cli.polis_options import agree_option
from enishi.consultations.polis_import import service as records
from enishi.consultations.polis_import.schemas import ImportCounts
from enishi.landscape.errors import ExportError
from enishi.landscape.polis_conversation import Sign
from enishi.landscape.polis_files import read_polis_files


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dialogue", "slug", required=True, help="Slug; made if there is no such dialogue.")
@click.option("--organisation", help="Slug of whoever answers for a dialogue that is made.")
@click.option("--publish", is_flag=True, help="Show a dialogue that is made to the public.")
@agree_option
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def polis(  # noqa: PLR0913 (one parameter for each option)
    folder: Path,
    *,
    slug: str,
    organisation: str | None,
    publish: bool,
    agree: Sign | None,
    as_json: bool,
) -> None:
    """Import a Polis conversation from its export: comments.csv, votes.csv and the rest.

    Reads the same files as `enishi landscape`. Values that several files hold must agree.

    Exit codes: 0 done; 1 refused, with file, line and reason; 2 wrong usage.
    """
    with in_one_sentence():
        try:
            conversation = read_polis_files(folder, agree=agree)
        except ExportError as error:
            raise click.ClickException(str(error)) from error
        with click.progressbar(
            length=len(conversation.votes.values),
            label="Importing",
            file=sys.stderr,
            hidden=as_json,
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
        notes = [str(note) for note in conversation.notes]
    if as_json:
        click.echo(json.dumps(asdict(counts) | {"notes": notes}))
    else:
        click.echo("\n".join([_sentence(counts), *notes]))


def _sentence(counts: ImportCounts) -> str:
    sentence = (
        f"Imported {counts.votes:,} votes of {counts.voters:,} voters among"
        f" {counts.participants:,} participants on {counts.statements:,} statements:"
        f" {counts.agrees:,} agree, {counts.disagrees:,} disagree."
    )
    if counts.votes_without_time:
        sentence += (
            " The files have no times of votes: they got the latest one of the conversation."
        )
    return sentence
