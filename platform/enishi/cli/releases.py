"""`enishi releases`: the gate over what is published already."""

import click

from enishi.cli import database
from enishi.statistics.service import stored_releases


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
