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
from enishi.programmes.allocation.draws import verification as draws
from enishi.programmes.allocation.draws.draw_file import DrawFileError


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


@verify.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def draw(file: Path) -> None:
    """Hold a draw again from FILE alone and say which line differs.

    FILE: what its applicants can download, described in docs/draw.md. The hashes that are printed
    are to be compared with those of the public page of the draw.

    Exit codes: 0 all lines agree; 1 some differ, each is named, or FILE cannot be read; 2 wrong
    usage.
    """
    try:
        with file.open(encoding="utf-8", newline="\n") as lines:
            found = draws.verify(lines)
    except (DrawFileError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"draw {found.draw}: {found.entries:,} entries compared")
    click.echo(f"rule     {found.rule_hash}")
    click.echo(f"entries  {found.entries_hash}")
    click.echo(f"seed     {found.seed}")
    click.echo(f"places for {found.placed:,} parties of {found.persons:,} persons")
    for difference in found.differences:
        click.echo(difference)
    if found.differences:
        raise SystemExit(1)
    click.echo("all agree")
