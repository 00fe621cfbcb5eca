import click

from enishi.kit.i18n import Language
from enishi.kit.keyring import KeyRingError
from enishi.operations import sign_in as operators


@click.group()
def operator() -> None:
    """Sign in to the operators' pages.

    Exit codes: 0 done; 1 refused or failed; 2 wrong usage.
    """


@operator.command(name="sign-in")
@click.option(
    "--language",
    type=click.Choice([language.value for language in Language]),
    default=Language.JA.value,
    show_default=True,
    help="Language of the pages the link leads to.",
)
def sign_in(language: str) -> None:
    """Print a link that signs you in as an operator: once, within ten minutes.

    It needs the keys the site runs with (ENISHI_KEYS) and its address (ENISHI_BASE_URL).

    Exit codes: 0 done; 1 the keys cannot be used; 2 wrong usage.
    """
    try:
        link = operators.new_link(Language(language))
    except KeyRingError as error:
        raise click.ClickException(str(error)) from error
    click.echo(link)
