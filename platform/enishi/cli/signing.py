"""`enishi signing`: renew the key of public signatures, and add one to the registry."""

from pathlib import Path

import click

from enishi.audit import service as audit
from enishi.cli import database
from enishi.kit import db, public_keys
from enishi.kit import signing_key as keys
from enishi.kit.signing_key import SigningKey, SigningKeyError

RENEWED = "operations.signing_key.renewed"
REGISTERED = "operations.signing_key.registered"


@click.group()
def signing() -> None:
    """The key that signs certificates. Its public half is published and never forgotten.

    Exit codes: 0 done; 1 refused or failed; 2 wrong usage.
    """


@signing.command()
def renew() -> None:
    """Sign with a new key from now on.

    What was signed before stays valid. The former key stays beside the new one, under its id.

    Exit codes: 0 done; 1 refused or failed, and the former key still signs; 2 wrong usage.
    """
    key = keys.new()
    try:
        database.run(lambda: _register(key, RENEWED))
        keys.replace(key, keys.path())
    except (SigningKeyError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{keys.path()} is the new key {key.id}. Keep a copy of it elsewhere.")


@signing.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def register(file: Path) -> None:
    """Add the public half of the key in FILE to the registry.

    For a database that was restored from before that key was made.

    Exit codes: 0 registered, now or before; 1 FILE is no key; 2 wrong usage.
    """
    try:
        key = keys.read(file)
    except SigningKeyError as error:
        raise click.ClickException(str(error)) from error
    if key is None:
        raise click.ClickException(f"{file} does not exist.")
    database.run(lambda: _register(key, REGISTERED))
    click.echo(f"The public key {key.id} is registered.")


async def _register(key: SigningKey, action: str) -> None:
    async with db.unit_of_work():
        await public_keys.register(key.public)
        await audit.record(action, actor_id=None, subject=("signing_key", key.id))
