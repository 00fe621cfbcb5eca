"""Registrations with places and activity records. One public function is one unit of work."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from functools import cache

from enishi.audit import service as audit
from enishi.kit import clock, db, ids, ratelimit
from enishi.kit.seen import ChangedMeanwhileError
from enishi.places import queries as places
from enishi.relations import queries
from enishi.relations.certificates import service as certificates
from enishi.relations.consents import CONSENTS
from enishi.relations.errors import AlreadyRegisteredError, TooManyRegistrationsError
from enishi.relations.schemas import (
    Attendance,
    Registrant,
    RegistrationDetailsForm,
    RegistrationForm,
)
from enishi.relations.tables import Purpose, RegistrationAct
from enishi.settings import get_settings

# One statement, so that of two concurrent requests one succeeds: a withdrawn row is opened again,
# an open one is not updated and returns no row.
_OPEN = """
INSERT INTO relations_registration AS r (
    id, account_id, municipality_code, prefecture_code, tier, reasons, interests, registered_at
) VALUES ($1, $2, $3, $4, 'basic', $5, $6, $7)
ON CONFLICT (account_id, municipality_code) DO UPDATE SET
    reasons = EXCLUDED.reasons,
    interests = EXCLUDED.interests,
    registered_at = EXCLUDED.registered_at,
    withdrawn_at = NULL
WHERE r.withdrawn_at IS NOT NULL
RETURNING r.id
"""


@cache
def _per_day() -> ratelimit.Limit:
    burst = get_settings().registrations_per_day
    return ratelimit.Limit("relations.registration", burst, timedelta(days=1))


async def register(person: Registrant, form: RegistrationForm) -> uuid.UUID:
    """Register a person with a municipality and its prefecture.

    Raises AlreadyRegisteredError, TooManyRequestsError and TooManyRegistrationsError.
    """
    place = places.get_municipality(form.municipality)
    async with db.unit_of_work():
        # Its row lock serialises the registrations of an account, so that the count below is exact.
        await ratelimit.take(_per_day(), person.account_id)
        opened = await db.fetch_one(
            _OPEN,
            ids.new_id(),
            person.account_id,
            place.code,
            place.prefecture_code,
            [reason.value for reason in form.reasons],
            [interest.value for interest in form.interests],
            clock.now(),
        )
        if opened is None:
            raise AlreadyRegisteredError
        registration_id: uuid.UUID = opened["id"]
        most = get_settings().registrations_per_account
        if await queries.count_registrations(person.account_id) > most:
            raise TooManyRegistrationsError(most)
        await _log_consents(registration_id, given=form.purposes, withdrawn=())
        await _log_event(registration_id, person, RegistrationAct.OPENED)
        await audit.record(
            "relations.registration.opened",
            actor_id=person.account_id,
            subject=("registration", registration_id),
            municipality=place.code,
        )
        return registration_id


async def change(
    person: Registrant, registration_id: uuid.UUID, form: RegistrationDetailsForm, seen: str = ""
) -> None:
    """Change reasons, interests and consents; the place stays what it is.

    `seen` is the fingerprint of the registration when the form was opened. Raises
    ChangedMeanwhileError, and NotFoundError for a registration of another person or a withdrawn
    one.
    """
    async with db.unit_of_work():
        await _lock_registration(registration_id)
        before = await queries.get_registration(person.account_id, registration_id)
        if seen and seen != before.fingerprint:
            raise ChangedMeanwhileError
        await db.execute(
            "UPDATE relations_registration SET reasons = $2, interests = $3 WHERE id = $1",
            registration_id,
            [reason.value for reason in form.reasons],
            [interest.value for interest in form.interests],
        )
        await _log_consents(
            registration_id,
            given=set(form.purposes) - set(before.purposes),
            withdrawn=set(before.purposes) - set(form.purposes),
        )
        await _log_event(registration_id, person, RegistrationAct.CHANGED)
        await audit.record(
            "relations.registration.changed",
            actor_id=person.account_id,
            subject=("registration", registration_id),
        )


async def withdraw(person: Registrant, registration_id: uuid.UUID) -> None:
    """Withdraw a registration, its consents and its certificate; erase reasons and interests.

    Raises NotFoundError for a registration of another person or a withdrawn one.
    """
    async with db.unit_of_work():
        await _lock_registration(registration_id)
        before = await queries.get_registration(person.account_id, registration_id)
        await db.execute(
            """UPDATE relations_registration SET withdrawn_at = $2, reasons = '{}', interests = '{}'
            WHERE id = $1""",
            registration_id,
            clock.now(),
        )
        await certificates.revoke_all(person.account_id, registration_id)
        await _log_consents(registration_id, given=(), withdrawn=before.purposes)
        await _log_event(registration_id, person, RegistrationAct.WITHDRAWN)
        await audit.record(
            "relations.registration.withdrawn",
            actor_id=person.account_id,
            subject=("registration", registration_id),
        )


# One record for an application, however often its attendance is marked. A fact is made of a record
# when it is first written, so a record that was taken back stays and is confirmed again.
_RECORD = """
INSERT INTO relations_activity AS a (
    id, account_id, municipality_code, application_id, programme_kind, day, evidence,
    home_municipality, age_band, identity_level, recorded_at
) VALUES ($1, $2, $3, $4, $5, $6, 'host_confirmation', $7, $8, $9, $10)
ON CONFLICT (application_id) DO UPDATE SET evidence = EXCLUDED.evidence
WHERE a.evidence <> EXCLUDED.evidence
RETURNING a.id
"""


async def record_activity(attendance: Attendance) -> None:
    """Record a confirmed attendance as an activity, once for an application."""
    async with db.unit_of_work():
        recorded = await db.fetch_one(
            _RECORD,
            ids.new_id(),
            attendance.account_id,
            attendance.municipality_code,
            attendance.application_id,
            attendance.programme_kind,
            attendance.day,
            attendance.home_municipality,
            attendance.age_band,
            attendance.identity_level,
            clock.now(),
        )
        if recorded:
            await audit.record(
                "relations.activity.recorded",
                actor_id=None,
                subject=("application", attendance.application_id),
                municipality=attendance.municipality_code,
            )


async def take_activity_back(application_id: uuid.UUID) -> None:
    """Mark a record as taken back by its host; does nothing without a record."""
    async with db.unit_of_work():
        taken = await db.fetch_one(
            """UPDATE relations_activity SET evidence = 'taken_back'
            WHERE application_id = $1 AND account_id IS NOT NULL AND evidence <> 'taken_back'
            RETURNING id""",
            application_id,
        )
        if taken:
            await audit.record(
                "relations.activity.taken_back",
                actor_id=None,
                subject=("application", application_id),
            )


async def _lock_registration(registration_id: uuid.UUID) -> None:
    """Row lock: concurrent edits must not log a consent twice."""
    await db.execute(
        "SELECT 1 FROM relations_registration WHERE id = $1 FOR UPDATE", registration_id
    )


_LOG_CONSENTS = """
INSERT INTO relations_consent (id, registration_id, purpose, version, given, recorded_at)
SELECT act.id, $1, act.purpose, act.version, act.given, $6
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::smallint[]) AS act (id, purpose, version, given)
"""


async def _log_consents(
    registration_id: uuid.UUID, *, given: Iterable[Purpose], withdrawn: Iterable[Purpose]
) -> None:
    acts = [(purpose, 1) for purpose in given] + [(purpose, 0) for purpose in withdrawn]
    if acts:
        await db.execute(
            _LOG_CONSENTS,
            registration_id,
            [ids.new_id() for _ in acts],
            [purpose.value for purpose, _ in acts],
            [CONSENTS[purpose].version for purpose, _ in acts],
            [is_given for _, is_given in acts],
            clock.now(),
        )


_LOG_EVENT = """
INSERT INTO relations_registration_event (
    id, registration_id, act, home_municipality, age_band, identity_level, happened_at
) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def _log_event(registration_id: uuid.UUID, person: Registrant, act: RegistrationAct) -> None:
    await db.execute(
        _LOG_EVENT,
        ids.new_id(),
        registration_id,
        act.value,
        person.home_municipality,
        person.age_band,
        person.identity_level,
        clock.now(),
    )
