"""Reads of the programmes domain. Lists show what is published, offices what is theirs."""

import uuid
from datetime import datetime
from typing import Any

from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.programmes.schemas import (
    ApplicationEventView,
    ApplicationView,
    MemberView,
    SessionView,
)
from enishi.programmes.tables import SessionState

_SESSION = """
SELECT id, programme_id, organisation_id, state, starts_at, ends_at, opens_at, closes_at,
    meeting_place, capacity, taken, waiting, waiting_limit, cancelled_reason
FROM programmes_session
"""
_APPLICATION = """
SELECT id, session_id, receipt, state, ticket, party_size, note, offer_until, applied_at
FROM programmes_application
"""


async def get_session(session_id: uuid.UUID) -> SessionView:
    rows = await db.fetch(f"{_SESSION} WHERE id = $1", session_id)
    if not rows:
        raise NotFoundError
    return _session(rows[0])


async def list_sessions(programme_id: uuid.UUID) -> list[SessionView]:
    rows = await db.fetch(
        f"{_SESSION} WHERE programme_id = $1 ORDER BY starts_at, id LIMIT 200", programme_id
    )
    return [_session(row) for row in rows]


def is_open(session: SessionView, now: datetime) -> bool:
    """Whether the session takes applications at this instant, full or not."""
    return session.state is SessionState.PLANNED and clock.is_open(
        session.opens_at, session.closes_at, now
    )


async def get_application(applicant_id: uuid.UUID, application_id: uuid.UUID) -> ApplicationView:
    """An application of this person; somebody else's does not exist for them."""
    rows = await db.fetch(
        f"{_APPLICATION} WHERE id = $1 AND applicant_id = $2", application_id, applicant_id
    )
    if not rows:
        raise NotFoundError
    return ApplicationView.model_validate(rows[0])


async def list_applications(applicant_id: uuid.UUID) -> list[ApplicationView]:
    rows = await db.fetch(
        f"{_APPLICATION} WHERE applicant_id = $1 ORDER BY applied_at DESC, id LIMIT 200",
        applicant_id,
    )
    return [ApplicationView.model_validate(row) for row in rows]


async def list_events(application_id: uuid.UUID) -> list[ApplicationEventView]:
    """The timeline of an application, oldest first."""
    rows = await db.fetch(
        """
        SELECT state, reason, actor_kind, happened_at FROM programmes_application_event
        WHERE application_id = $1 ORDER BY happened_at, id LIMIT 200
        """,
        application_id,
    )
    return [ApplicationEventView.model_validate(row) for row in rows]


async def list_party(application_id: uuid.UUID) -> list[MemberView]:
    rows = await db.fetch(
        """
        SELECT kind, name, age, needs FROM programmes_party_member
        WHERE application_id = $1 ORDER BY position
        """,
        application_id,
    )
    return [MemberView.model_validate(row) for row in rows]


async def queue_position(application: ApplicationView) -> int:
    """How many wait up to and including this one; 0 if it does not wait."""
    rows = await db.fetch(
        """
        SELECT count(*) AS place FROM programmes_application
        WHERE session_id = $1 AND state = 'waiting' AND ticket <= $2
        """,
        application.session_id,
        application.ticket,
    )
    place: int = rows[0]["place"]
    return place if application.state == "waiting" else 0


async def count_drift() -> int:
    """Sessions whose counters differ from a recount of their applications: always 0."""
    rows = await db.fetch(
        """
        SELECT count(*) AS drift FROM programmes_session s
        LEFT JOIN LATERAL (
            SELECT
                coalesce(sum(party_size) FILTER (WHERE state IN
                    ('held', 'offered', 'confirmed', 'attended', 'absent')), 0) AS taken,
                count(*) FILTER (WHERE state = 'waiting') AS waiting
            FROM programmes_application a WHERE a.session_id = s.id
        ) r ON true
        WHERE s.taken <> r.taken OR s.waiting <> r.waiting
        """
    )
    drift: int = rows[0]["drift"]
    return drift


def _session(row: dict[str, Any]) -> SessionView:
    return SessionView.model_validate(row | {"meeting_place": db.document(row["meeting_place"])})
