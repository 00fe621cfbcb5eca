import os
import sys

import click


@click.command()
def worker() -> None:
    """Do the jobs that the site leaves: mails, recounts, everything by the clock.

    Needs a migrated database and Valkey: ENISHI_DATABASE_URL and ENISHI_VALKEY_URL, or the
    embedded ones of a running `enishi up`. More than one may run.

    Exit codes: 0 stopped on request; 1 refused or failed; 2 wrong usage.
    """
    # It takes our place, so that signals and the parent's death reach it directly; named, not
    # imported: the worker stands above everything else.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "enishi_jobs"])  # noqa: S606
