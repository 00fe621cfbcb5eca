"""The organisations of the sample, and the three sample accounts that a visitor may try."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from enishi.accounts import bulk as tables
from enishi.accounts import consents
from enishi.accounts.schemas import ConsentAct
from enishi.demo.calendar import Calendar
from enishi.demo.content import programmes, words
from enishi.demo.randomness import as_bytes, generator, timed_id, timed_ids
from enishi.kit import bulk
from enishi.organisations import bulk as organisation_tables
from enishi.organisations.schemas import OrganisationKind
from enishi.places import queries as places

NATIONAL = "national"
CONTACT = "contact@sample.example"


@dataclass(frozen=True)
class Office:
    id: uuid.UUID
    slug: str
    kind: OrganisationKind
    lg_code: str | None
    name: Mapping[str, str]


def plan(seed: int, calendar: Calendar) -> dict[str, Office]:
    """Organisations by municipality code: one for each with a programme; NATIONAL for the state."""
    rng = generator(seed, "offices")
    made = {
        NATIONAL: Office(
            timed_id(rng, calendar.since),
            "sample-national",
            OrganisationKind.MINISTRY,
            None,
            words().secretariat.draft.model_dump(),
        )
    }
    for code in sorted({each.code for each in programmes()}):
        place = places.get_municipality(code, calendar.today)
        word = place.name_en.split()[0].lower()
        made[code] = Office(
            timed_id(rng, calendar.since),
            f"sample-{word}",
            OrganisationKind.MUNICIPALITY,
            code,
            _marked(place.name, place.name_en),
        )
    return made


def _marked(ja: str, en: str) -> dict[str, str]:
    return {"ja": ja + words().mark.ja, "en": f"{en} {words().mark.en}", "easy_ja": ""}


async def write(offices: Mapping[str, Office], seed: int, calendar: Calendar) -> None:
    rows = list(offices.values())
    count = len(rows)
    since = np.full(count, calendar.since)
    await bulk.copy(
        organisation_tables.ORGANISATIONS,
        {
            "id": bulk.uuids(as_bytes([each.id for each in rows])),
            "slug": bulk.texts([each.slug for each in rows]),
            "kind": bulk.texts([each.kind for each in rows]),
            "lg_code": bulk.texts([each.lg_code for each in rows]),
            "name": bulk.documents([json.dumps(each.name, ensure_ascii=False) for each in rows]),
            "summary": bulk.documents([words().about_offices.draft.model_dump_json()] * count),
            "contact": bulk.same(CONTACT, count),
            "website": bulk.same("", count),
            "verified_at": bulk.instants(since),
            "created_at": bulk.instants(since),
        },
    )
    await _write_guides(offices, seed, calendar)


async def _write_guides(offices: Mapping[str, Office], seed: int, calendar: Calendar) -> None:
    rng = generator(seed, "guides")
    guides, count = words().guides, len(words().guides)
    since = np.full(count, calendar.since)
    ids = timed_ids(rng, since)
    await bulk.copy(
        tables.ACCOUNTS,
        {
            "id": bulk.uuids(ids),
            "address": bulk.texts([each.address for each in guides]),
            "display_name": bulk.texts([each.name for each in guides]),
            "language": bulk.same("ja", count),
            "home_municipality": bulk.texts([each.home for each in guides]),
            "birth_year": bulk.integers(
                np.array([calendar.today.year - each.age for each in guides]), 2
            ),
            "identity_level": bulk.integers(np.ones(count), 2),
            "created_at": bulk.instants(since),
        },
    )
    await bulk.copy(
        tables.CONSENTS,
        {
            "id": bulk.uuids(timed_ids(rng, since)),
            "account_id": bulk.uuids(ids),
            "purpose": bulk.same(consents.TERMS.purpose, count),
            "version": bulk.same(consents.TERMS.version, count),
            "act": bulk.same(ConsentAct.GIVEN, count),
            "recorded_at": bulk.instants(since),
        },
    )
    members = [(row, each) for row, each in enumerate(guides) if each.office]
    await bulk.copy(
        organisation_tables.MEMBERSHIPS,
        {
            "id": bulk.uuids(timed_ids(rng, since[: len(members)])),
            "organisation_id": bulk.uuids(
                as_bytes([offices[each.office].id for _, each in members])
            ),
            "account_id": bulk.uuids(ids[[row for row, _ in members]]),
            "role": bulk.texts([each.role for _, each in members]),
            "joined_at": bulk.instants(since[: len(members)]),
        },
    )
