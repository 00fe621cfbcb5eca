import os
import sys

import click


@click.command()
def worker() -> None:
    """Run background jobs: mails, recounts, everything that is scheduled.

    Needs a migrated database and Valkey: ENISHI_DATABASE_URL and ENISHI_VALKEY_URL, or the
    embedded ones of a running `enishi up`. More than one may run.

    Exit codes: 0 stopped on request; 1 refused or failed; 2 wrong usage.
    """
    # exec: signals and the parent's death reach the worker directly. The module is named and not
    # imported, because `enishi_jobs` lies above `enishi` in the layers.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "enishi_jobs"])  # noqa: S606
