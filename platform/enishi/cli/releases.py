"""`enishi releases`: the gate over what is published already, and a new series of it."""

import click

from enishi.cli import database
from enishi.kit.keyring import KeyRingError
from enishi.statistics.errors import UnsafeReleaseError
from enishi.statistics.service import cube_releases, stored_releases
from enishi.wiring import FACT_SOURCES

_MEANING = """\
This is for a key of figures that is lost for good. If there is a copy, put it back instead.
- A new key is made, and what is due is published under it. That cannot be undone.
- Whoever has the last release under the old key and the first under the new one has two draws
  around nearly the same counts, and knows them more exactly.
- Periods that closed while the key was missing, before this month, are never published.
- Old releases stay readable. The pages of statistics say from which day the noise is a new one.
"""


@click.group()
def releases() -> None:
    """Releases of figures about people."""


@releases.command()
@click.option("--all", "every", is_flag=True, help="Every release, not only the newest of a cube.")
def audit(*, every: bool) -> None:
    """Work out again, from what is stored, what an outsider can know of each published cell.

    The gate did so before each release. Prints the cells, the linear programs and the width of the
    narrowest interval in people.

    Exit codes: 0 all pass; 1 a release does not pass, or the database is unreachable; 2 wrong
    usage.
    """
    found = database.run(lambda: stored_releases.audit(every=every))
    for each in found:
        if each.gate is None:
            click.echo(f"{each.cube} {each.label}: REFUSED: {each.reason}")
        else:
            click.echo(
                f"{each.cube} {each.label}: {each.gate.cells} cells, {each.gate.lps} programs,"
                f" least width {each.gate.least_width}"
            )
    if any(each.gate is None for each in found):
        raise SystemExit(1)


@releases.command("begin-series")
@click.option("--yes", is_flag=True, help="Do not ask.")
def begin_series(*, yes: bool) -> None:
    """Publish under a new key, after the key of figures is lost for good.

    See "The key of published figures" in docs/operations.md for what it means. Refused while a key
    is here that figures were published with.

    Exit codes: 0 published; 1 refused or not confirmed, or the database is unreachable; 2 wrong
    usage.
    """
    if not yes:
        click.echo(_MEANING)
        click.confirm("Begin a new series of releases?", abort=True)
    try:
        count = database.run(lambda: cube_releases.begin_series(FACT_SOURCES))
    except (KeyRingError, UnsafeReleaseError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} releases are published under a new key. Make a backup now.")
