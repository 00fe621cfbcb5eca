"""Reads of applications for their applicants, and for the worker."""

import uuid

from enishi.kit import db, ids
from enishi.kit.errors import NotFoundError
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, instant
from enishi.programmes.applications import care_needs
from enishi.programmes.applications.person_acts import MARKS
from enishi.programmes.applications.schemas import (
    ApplicationEventView,
    ApplicationOutcome,
    ApplicationView,
    Attended,
    ContactForm,
    Mark,
    MemberView,
    News,
    OwnApplication,
    OwnApplicationRow,
)
from enishi.programmes.listings.queries.rows import PROGRAMME, read_programme, read_row
from enishi.programmes.sessions.queries import get_session

_APPLICATION = """
SELECT id, session_id, receipt, state, ticket, party_size, note, offer_until, applied_at,
    guardian_consent_at
FROM programmes_application
"""


async def get_application(applicant_id: uuid.UUID, application_id: uuid.UUID) -> ApplicationView:
    """An application of this applicant. Raises NotFoundError for another person's."""
    rows = await db.fetch(
        f"{_APPLICATION} WHERE id = $1 AND applicant_id = $2", application_id, applicant_id
    )
    if not rows:
        raise NotFoundError
    return ApplicationView.model_validate(rows[0])


async def get_own_application(applicant_id: uuid.UUID, typed_receipt: str) -> OwnApplication:
    """An application by its receipt number, with its session and programme.

    Raises NotFoundError for another person's.
    """
    receipt = ids.read_receipt(typed_receipt)
    rows = await db.fetch(
        f"{_APPLICATION} WHERE receipt = $1 AND applicant_id = $2", receipt, applicant_id
    )
    if not rows:
        raise NotFoundError
    application = ApplicationView.model_validate(rows[0])
    session = await get_session(application.session_id)
    # Without the visibility predicate: applicants may read the programme whatever its state.
    [programme] = await db.fetch(f"{PROGRAMME} WHERE id = $1", session.programme_id)
    return OwnApplication(
        application=application,
        programme=read_programme(programme),
        session=session,
    )


async def get_outcome(applicant_id: uuid.UUID, receipt: str) -> ApplicationOutcome:
    """The outcome of an application in its current state."""
    rows = await db.fetch(
        """SELECT id, receipt, state, ticket FROM programmes_application
        WHERE receipt = $1 AND applicant_id = $2""",
        receipt,
        applicant_id,
    )
    if not rows:
        raise NotFoundError
    return ApplicationOutcome.model_validate(rows[0])


_OWN = """
SELECT a.id, a.session_id, a.receipt, a.state, a.ticket, a.party_size, a.note,
    a.offer_until, a.applied_at, a.guardian_consent_at, p.title, p.is_sample,
    p.kind, p.municipality_code, s.starts_at, s.ends_at
FROM programmes_application a
JOIN programmes_session s ON s.id = a.session_id
JOIN programmes_programme p ON p.id = s.programme_id
WHERE a.applicant_id = $1 AND ($2::timestamptz IS NULL OR (a.applied_at, a.id) < ($2, $3::uuid))
ORDER BY a.applied_at DESC, a.id DESC LIMIT $4
"""


async def list_own_applications(applicant_id: uuid.UUID) -> list[OwnApplicationRow]:
    """All applications of a person, the newest first."""
    rows = await db.fetch(_OWN, applicant_id, None, None, None)
    return [OwnApplicationRow.model_validate(read_row(row, "title")) for row in rows]


async def list_page_of_own(
    applicant_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[OwnApplicationRow]:
    """A page of the applications of a person, the newest first."""
    before = decode_cursor(cursor, instant, uuid.UUID) if cursor else (None, None)
    rows = await db.fetch(_OWN, applicant_id, *before, size + 1)
    found = [OwnApplicationRow.model_validate(read_row(row, "title")) for row in rows]
    return Page.of(found, lambda row: (row.applied_at.isoformat(), row.id), size)


async def find_live_receipt(applicant_id: uuid.UUID, session_id: uuid.UUID) -> str | None:
    """The receipt of the person's live application to a session. None means *may apply*."""
    rows = await db.fetch(
        """
        SELECT receipt FROM programmes_application
        WHERE session_id = $1 AND applicant_id = $2
            AND state NOT IN ('cancelled', 'cancelled_by_host', 'expired', 'declined')
        """,
        session_id,
        applicant_id,
    )
    return rows[0]["receipt"] if rows else None


async def list_events(application_id: uuid.UUID) -> list[ApplicationEventView]:
    """The events of an application, the oldest first."""
    rows = await db.fetch(
        """
        SELECT state, reason, actor_kind, happened_at FROM programmes_application_event
        WHERE application_id = $1 ORDER BY happened_at, id LIMIT 200
        """,
        application_id,
    )
    return [ApplicationEventView.model_validate(row) for row in rows]


async def count_events(applicant_id: uuid.UUID, session_id: uuid.UUID) -> int:
    """The events of all applications of a person to a session. It rises with each of them."""
    count: int = await db.fetch_value(
        """SELECT count(*) FROM programmes_application_event e
        JOIN programmes_application a ON a.id = e.application_id
        WHERE a.session_id = $1 AND a.applicant_id = $2""",
        session_id,
        applicant_id,
    )
    return count


async def list_party(application_id: uuid.UUID) -> list[MemberView]:
    """The party members with decrypted care needs, for their applicant."""
    rows = await db.fetch(
        """
        SELECT m.id, m.kind, m.name, m.reading, m.age, n.sealed FROM programmes_party_member m
        LEFT JOIN programmes_party_need n ON n.member_id = m.id
        WHERE m.application_id = $1 ORDER BY m.position
        """,
        application_id,
    )
    return [
        MemberView(
            kind=row["kind"],
            name=row["name"],
            reading=row["reading"],
            age=row["age"],
            needs=care_needs.shown(row["id"], row["sealed"]),
        )
        for row in rows
    ]


async def find_contact(application_id: uuid.UUID) -> ContactForm:
    """What the applicant gave to be reached by; empty if nothing."""
    row = await db.fetch_one(
        """SELECT telephone, shows_mail FROM programmes_application_contact
        WHERE application_id = $1""",
        application_id,
    )
    return ContactForm.model_validate(row or {})


async def find_news(event_id: uuid.UUID) -> News | None:
    """The content of an event's mail. None means *send nothing*.

    That is so if the account was closed, or if the event is an offer that was answered or has
    expired before its mail was sent: the later event has a mail of its own.
    """
    rows = await db.fetch(
        """
        SELECT e.id AS event_id, a.applicant_id AS account_id, e.state, e.actor_kind, e.reason,
            a.receipt, a.offer_until, p.title AS programme, s.starts_at,
            CASE WHEN e.actor_kind = 'postponed' THEN (
                SELECT was_starts_at FROM programmes_postponement m WHERE m.session_id = s.id
                ORDER BY m.decided_at DESC, m.id DESC LIMIT 1) END AS was_starts_at
        FROM programmes_application_event e
        JOIN programmes_application a ON a.id = e.application_id
        JOIN programmes_session s ON s.id = a.session_id
        JOIN programmes_programme p ON p.id = s.programme_id
        WHERE e.id = $1 AND a.applicant_id IS NOT NULL
            AND (e.state <> 'offered' OR a.state = 'offered')
        """,
        event_id,
    )
    if not rows:
        return None
    return News.model_validate(rows[0] | {"programme": db.document(rows[0]["programme"])})


async def find_attendance(application_id: uuid.UUID) -> Attended | None:
    """An application whose applicant attended. None if not, or if the account was closed.

    In a party of children the applicant has no row: the party's state counts.

    Row lock until the end of the caller's unit of work, so that the mark cannot change meanwhile.
    """
    await db.fetch(
        "SELECT FROM programmes_application WHERE id = $1 FOR NO KEY UPDATE", application_id
    )
    rows = await db.fetch(
        """
        SELECT a.id AS application_id, a.applicant_id AS account_id, p.municipality_code,
            p.kind AS programme_kind, s.starts_at, a.home_municipality, a.age_band,
            a.identity_level
        FROM programmes_application a
        JOIN programmes_session s ON s.id = a.session_id
        JOIN programmes_programme p ON p.id = s.programme_id
        WHERE a.id = $1 AND a.state = 'attended' AND a.applicant_id IS NOT NULL
        """,
        application_id,
    )
    own = [row for row in await db.fetch(MARKS, [application_id]) if row["is_applicant"]]
    if own and own[0]["mark"] != Mark.ATTENDED:
        return None
    return Attended.model_validate(rows[0]) if rows else None
