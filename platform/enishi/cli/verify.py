"""`enishi verify`: whether published numbers are what the data gives, and certificates genuine."""

from pathlib import Path

import click

from enishi.cli import database
from enishi.cli.verify_certificate import certificate
from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import verification
from enishi.consultations.landscape_runs.verification import Verified
from enishi.kit.errors import NotFoundError
from enishi.landscape.errors import ExportError


@click.group()
def verify() -> None:
    """Compute published numbers again and compare; verify certificates."""


verify.add_command(certificate)


@verify.command()
@click.argument("subject", metavar="SLUG|FILE")
def landscape(subject: str) -> None:
    """Compute a landscape run again and say which number differs.

    SLUG: the newest run of that consultation, from what the database keeps of it. FILE: the final
    run of an exported set, a zip file or its folder. Whole numbers have to be equal, others to
    nine digits.

    Exit codes: 0 all numbers agree; 1 some differ, each is named, or there is nothing to verify; 2
    wrong usage.
    """
    path = Path(subject)
    if path.exists():
        with database.in_one_sentence():
            try:
                found = verification.verify_export(path)
            except ExportError as error:
                raise click.ClickException(str(error)) from error
    else:
        found = database.run(lambda: _stored(subject))
    click.echo(f"run {found.run}: {found.numbers:,} numbers compared")
    for difference in found.differences:
        click.echo(difference)
    for left_out in found.not_compared:
        click.echo(f"not compared: {left_out}")
    if found.differences:
        raise SystemExit(1)
    click.echo("all agree")


async def _stored(slug: str) -> Verified:
    consultation = await consultations.find_by_slug(slug)
    if consultation is None:
        raise NotFoundError
    return await verification.verify_stored(consultation.id)
