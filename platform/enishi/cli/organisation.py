from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click
from pydantic import TypeAdapter, ValidationError

from enishi.cli import database
from enishi.kit.i18n import Language, speaking
from enishi.kit.mail_addresses import MailAddress
from enishi.kit.text_validation import TYPED
from enishi.kit.validation_messages import explain
from enishi.organisations import queries as organisations
from enishi.organisations.schemas import NewOrganisation, OrganisationKind, OrganisationName
from enishi.organisations.service import organisations as service

T = TypeVar("T")


@click.group()
def organisation() -> None:
    """Create, verify and list organisations, and add their first owner.

    Exit codes: 0 done; 1 refused, with one clear sentence; 2 wrong usage.
    """


@organisation.command()
@click.argument("slug")
@click.option("--kind", type=click.Choice([kind.value for kind in OrganisationKind]), required=True)
@click.option("--name", required=True, help="Its name in Japanese.")
@click.option("--name-en", default="", help="Its name in English.")
@click.option("--code", "lg_code", help="6-digit code, for a prefecture or a municipality.")
def create(slug: str, kind: str, name: str, name_en: str, lg_code: str | None) -> None:
    """Create an organisation. SLUG becomes part of its address."""

    async def work() -> None:
        typed = {"slug": slug, "kind": kind, "lg_code": lg_code, "name": _name(name, name_en)}
        await service.create(NewOrganisation.model_validate(typed, context=TYPED))

    _run(work)
    click.echo(f"Made {slug}. Next: enishi organisation add-owner {slug} ADDRESS")


@organisation.command()
@click.argument("slug")
def verify(slug: str) -> None:
    """Mark an organisation as verified: you have checked who runs it."""
    _run(lambda: service.verify(slug))
    click.echo(f"{slug} is verified.")


@organisation.command()
@click.argument("slug")
@click.option("--name", required=True, help="Its name in Japanese.")
@click.option("--name-en", default="", help="Its name in English.")
def rename(slug: str, name: str, name_en: str) -> None:
    """Change the name of an organisation, also of a verified one: you have checked it."""

    async def work() -> None:
        typed = OrganisationName.model_validate(_name(name, name_en), context=TYPED)
        await service.rename(slug, typed)

    _run(work)
    click.echo(f"Renamed {slug}.")


@organisation.command(name="list")
def list_() -> None:
    """List every organisation: slug, kind, code, verified or not, name."""
    for each in _run(organisations.list_organisations):
        verified = "verified" if each.is_verified else "not verified"
        click.echo(f"{each.slug}\t{each.kind}\t{each.lg_code or '-'}\t{verified}\t{each.name.ja}")


@organisation.command(name="add-owner")
@click.argument("slug")
@click.argument("address")
def add_owner(slug: str, address: str) -> None:
    """Make the account with this mail ADDRESS an owner. The account must exist."""

    async def work() -> None:
        await service.add_owner(slug, TypeAdapter(MailAddress).validate_python(address))

    _run(work)
    click.echo(f"Added an owner to {slug}.")


def _name(ja: str, en: str) -> dict[str, str]:
    return {"ja": ja, "en": en}


def _run(work: Callable[[], Awaitable[T]]) -> T:
    with speaking(Language.EN):
        try:
            return database.run(work)
        except ValidationError as error:
            problem: Any = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in problem["loc"])
            raise click.ClickException(f"{where}: {explain(problem)}".lstrip(": ")) from error
