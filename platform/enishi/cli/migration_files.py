"""The files of migration steps, compared with the checksums they were released with."""

import hashlib
from pathlib import Path

import click

PLATFORM = Path(__file__).parents[1]
_LISTED = "migrations.sha256"


def require_unedited() -> None:
    """Raise ClickException if a listed step was edited or removed.

    A database that ran the old step would differ from one that runs the new one, and nothing
    would notice before a statement fails.
    """
    for line in (PLATFORM / _LISTED).read_text(encoding="utf-8").splitlines():
        digest, separator, name = line.partition("  ")
        if not separator or line.startswith("#"):
            continue
        try:
            content = (PLATFORM / name).read_bytes()
        except FileNotFoundError:
            raise click.ClickException(f"{PLATFORM / name} is missing: {_WHAT_TO_DO}") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise click.ClickException(f"{PLATFORM / name} was edited: {_WHAT_TO_DO}")


_WHAT_TO_DO = (
    "a released migration stays as it is. Restore the file; what has to change goes into a new"
    " migration."
)
