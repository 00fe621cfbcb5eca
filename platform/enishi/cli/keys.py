import click

from enishi.kit.keyring import new_key


@click.group()
def keys() -> None:
    """Make keys for ENISHI_KEYS: they sign tokens and encrypt secrets.

    Exit codes: 0 done; 2 wrong usage.
    """


@keys.command()
@click.argument("name")
def new(name: str) -> None:
    """Print a new key called NAME (letters and digits), to be put in front of ENISHI_KEYS.

    Nothing is stored: keep the key. The first key of ENISHI_KEYS signs and encrypts;
    the others, separated by commas, still verify and decrypt.

    Exit codes: 0 printed; 2 wrong usage.
    """
    if not name.isalnum():
        raise click.BadParameter("letters and digits only.", param_hint="NAME")
    click.echo(new_key(name))
