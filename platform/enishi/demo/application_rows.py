"""The rows of applications: applications, parties, care needs, events and activity records."""

import uuid
from collections.abc import Sequence

import numpy as np

from enishi.demo import draws
from enishi.demo import people as persons
from enishi.demo.applications import Application, Outcome
from enishi.demo.content import words
from enishi.demo.people import Accounts
from enishi.demo.randomness import HOUR, as_bytes, generator, random_ids, receipt, timed_ids
from enishi.kit import bulk
from enishi.kit.bulk import Bytes
from enishi.programmes import bulk as tables
from enishi.programmes.applications import bulk as applications
from enishi.programmes.applications import care_needs
from enishi.programmes.applications.schemas import ApplicationState, MemberKind
from enishi.relations import bulk as relations

_NOTED = 0.35  # the share of applications with a note to the host


async def write(outcome: Outcome, pool: Accounts, seed: int, year: int) -> int:
    made = outcome.applications
    if not made:
        return 0
    rng = generator(seed, "receipts")
    ids = as_bytes([each.id for each in made])
    await _write_applications(made, ids, pool, rng, year)
    await _write_parties(made, ids, rng)
    await _write_events(made, rng)
    await applications.fill_person_acts()
    await draws.write(outcome.draws, rng)
    await _write_activities(made, pool, rng, year)
    return len(made)


async def _write_applications(
    made: Sequence[Application], ids: Bytes, pool: Accounts, rng: np.random.Generator, year: int
) -> None:
    applicant = np.array([each.applicant for each in made], np.int64)
    applied = np.array([each.applied for each in made])
    ended = np.array([each.ended for each in made])
    content = [each.session.listing.content for each in made]
    # Where guardians must consent, the form is refused for children without it.
    consents = np.array(
        [each.minors == "with_consent" for each in content]
        & np.array([any(one.kind is MemberKind.CHILD for one in each.party) for each in made])
    )
    await bulk.copy(
        tables.APPLICATIONS,
        {
            "id": bulk.uuids(ids),
            "session_id": bulk.uuids(as_bytes([each.session.id for each in made])),
            "organisation_id": bulk.uuids(
                as_bytes([each.session.listing.office.id for each in made])
            ),
            "applicant_id": bulk.uuids(pool.ids[applicant]),
            "receipt": bulk.texts([each.receipt or receipt(rng) for each in made]),
            "state": bulk.texts([each.state for each in made]),
            "ticket": bulk.integers(np.array([each.ticket for each in made]), 4),
            "party_size": bulk.integers(np.array([len(each.party) for each in made]), 2),
            "note": bulk.texts([_note(rng) for _ in made]),
            "home_municipality": persons.homes(pool.people.home[applicant]),
            "age_band": persons.bands(pool.people.birth_year[applicant], year),
            "identity_level": bulk.integers(pool.people.level[applicant], 2),
            "place_code": bulk.texts([each.code for each in content]),
            "theme_code": bulk.texts([each.theme_slug for each in content]),
            "tie": bulk.texts([each.tie for each in made]),
            "guardian_consent_at": bulk.instants(applied, ~consents),
            "applied_at": bulk.instants(applied),
            "ended_at": bulk.instants(ended, ended == 0),
        },
    )


def _note(rng: np.random.Generator) -> str:
    notes = words().notes
    return notes[rng.integers(len(notes))] if rng.random() < _NOTED else ""


async def _write_parties(made: Sequence[Application], ids: Bytes, rng: np.random.Generator) -> None:
    members = [
        (row, position, each)
        for row, application in enumerate(made)
        for position, each in enumerate(application.party)
    ]
    applied = np.array([made[row[0]].applied for row in members])
    member_ids = timed_ids(rng, applied)
    await bulk.copy(
        tables.PARTY_MEMBERS,
        {
            "id": bulk.uuids(member_ids),
            "application_id": bulk.uuids(ids[[row[0] for row in members]]),
            "position": bulk.integers(np.array([row[1] for row in members]), 2),
            "kind": bulk.texts([row[2].kind for row in members]),
            "name": bulk.texts([row[2].name for row in members]),
            "age": bulk.integers(np.array([row[2].age for row in members]), 2),
        },
    )
    needing = [(at, row[2].needs) for at, row in enumerate(members) if row[2].needs]
    owner_ids = member_ids[[at for at, _ in needing]]
    sealed = [
        care_needs.seal(uuid.UUID(bytes=owner.tobytes()), text)
        for owner, (_, text) in zip(owner_ids, needing, strict=True)
    ]
    await bulk.copy(
        tables.PARTY_NEEDS,
        {
            "id": bulk.uuids(random_ids(rng, len(needing))),
            "member_id": bulk.uuids(owner_ids),
            "sealed": bulk.words(np.arange(len(sealed)), sealed),
        },
    )


async def _write_events(made: Sequence[Application], rng: np.random.Generator) -> None:
    events = [(each.id, event) for each in made for event in each.events]
    at = np.array([event.at for _, event in events])
    await bulk.copy(
        tables.EVENTS,
        {
            "id": bulk.uuids(timed_ids(rng, at)),
            "application_id": bulk.uuids(as_bytes([owner for owner, _ in events])),
            "state": bulk.texts([event.state for _, event in events]),
            "reason": bulk.texts([event.reason for _, event in events]),
            "actor_kind": bulk.texts([event.actor_kind for _, event in events]),
            "happened_at": bulk.instants(at),
        },
    )


async def _write_activities(
    made: Sequence[Application], pool: Accounts, rng: np.random.Generator, year: int
) -> None:
    """The activity records that the job makes of confirmed attendances."""
    attended = [each for each in made if each.state is ApplicationState.ATTENDED]
    if not attended:
        return
    applicant = np.array([each.applicant for each in attended], np.int64)
    content = [each.session.listing.content for each in attended]
    starts = np.array([each.session.starts for each in attended])
    await bulk.copy(
        relations.ACTIVITIES,
        {
            "id": bulk.uuids(random_ids(rng, len(attended))),
            "account_id": bulk.uuids(pool.ids[applicant]),
            "municipality_code": bulk.texts([each.code for each in content]),
            "application_id": bulk.uuids(as_bytes([each.id for each in attended])),
            "programme_kind": bulk.texts([each.kind for each in content]),
            "day": bulk.days((starts + 9 * HOUR) // (24 * HOUR)),  # in Japan
            "evidence": bulk.same("host_confirmation", len(attended)),
            "home_municipality": persons.homes(pool.people.home[applicant]),
            "age_band": persons.bands(pool.people.birth_year[applicant], year),
            "identity_level": bulk.integers(pool.people.level[applicant], 2),
            "recorded_at": bulk.instants(np.array([each.events[-1].at for each in attended])),
        },
    )
