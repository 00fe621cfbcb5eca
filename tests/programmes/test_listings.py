"""Refusals of the service that writes programmes."""

import uuid

import asyncpg
import pytest

from enishi.kit import ids
from enishi.kit.localised import DraftText
from enishi.programmes.listings import service
from enishi.programmes.listings.errors import SlugTakenError
from enishi.programmes.listings.schemas import OfficeActor, ProgrammeForm, ProgrammeKind


def form(slug: str) -> ProgrammeForm:
    return ProgrammeForm(
        slug=slug,
        municipality_code="212172",
        kind=ProgrammeKind.EXPERIENCE,
        title=DraftText(ja="棚田の田植え"),
    )


async def test_only_a_taken_address_is_told_as_one(
    organisation: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A violation of any other unique index is a bug, not a taken address."""
    actor = OfficeActor(account_id=ids.new_id(), organisation_id=organisation)
    made = await service.create(actor, form("tanada"))
    with pytest.raises(SlugTakenError):
        await service.create(actor, form("tanada"))
    monkeypatch.setattr(service.ids, "new_id", lambda: made)
    with pytest.raises(asyncpg.UniqueViolationError) as refusal:
        await service.create(actor, form("another"))
    assert refusal.value.constraint_name == "programmes_programme_pkey"
