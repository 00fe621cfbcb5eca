"""What letters to a party carry: all that one needs on the way, and an entry for the calendar.

Texts are in the current language: the caller speaks the reader's.
"""

import uuid

from enishi.kit import calendars as calendar_files
from enishi.kit import clock, db
from enishi.kit.calendars import Status
from enishi.programmes.applications import money
from enishi.programmes.applications.letter_schemas import ReminderMail, TravelFacts
from enishi.programmes.applications.queries import own as queries
from enishi.programmes.applications.schemas import (
    ApplicationView,
    OwnApplication,
)
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.sessions import calendars, when_where
from enishi.programmes.sessions.schemas import SessionState

# After its end an application is no reason to travel; a party that waits may yet have to.
_TRAVELS = (
    ApplicationState.IN_DRAW,
    ApplicationState.HELD,
    ApplicationState.IN_DRAW,
    ApplicationState.WAITING,
    ApplicationState.OFFERED,
    ApplicationState.CONFIRMED,
)
_REMINDED = """
SELECT a.id AS application_id, a.applicant_id AS account_id, a.receipt, p.title AS programme,
    s.starts_at
FROM programmes_reminder r
JOIN programmes_session s ON s.id = r.session_id AND s.starts_at = r.starts_at
JOIN programmes_programme p ON p.id = s.programme_id
JOIN programmes_application a ON a.session_id = s.id
WHERE r.id = $1 AND s.state = 'planned' AND s.starts_at > $2 AND a.state = 'confirmed'
    AND a.applicant_id IS NOT NULL AND ($3::uuid IS NULL OR a.id > $3)
ORDER BY a.id LIMIT $4
"""


async def travel_facts(account_id: uuid.UUID, receipt: str) -> TravelFacts:
    """What a letter about this application says. Raises NotFoundError for another person's."""
    own = await queries.get_own_application(account_id, receipt)
    programme, session = own.programme, own.session
    party = await queries.list_party(own.application.id)
    travels = own.application.state in _TRAVELS and session.state is SessionState.PLANNED
    return TravelFacts(
        when=when_where.plain_times(session.starts_at, session.ends_at),
        where=when_where.where(programme, session),
        travels=travels,
        total=money.total(programme, party) if party else "",
        bring=str(programme.conditions.what_to_bring),
        rain=str(programme.conditions.rain_rule),
        cancellation=str(programme.money.cancellation),
        telephone=programme.contact.telephone,
        calendar=(await calendar_of(account_id, own)).decode(),
    )


async def calendar_of(account_id: uuid.UUID, own: OwnApplication) -> bytes:
    """The session as this party's calendar has it: tentative, confirmed or cancelled."""
    event = calendars.session_event(
        own.programme,
        own.session,
        calendar_status(own.application),
        await queries.count_events(account_id, own.session.id),
    )
    return calendar_files.calendar(str(own.programme.title), [event])


def calendar_status(application: ApplicationView) -> Status:
    if application.state in (ApplicationState.CONFIRMED, ApplicationState.ATTENDED):
        return "CONFIRMED"
    return "TENTATIVE" if application.is_live else "CANCELLED"


async def list_reminded(
    reminder_id: uuid.UUID, after: uuid.UUID | None, size: int
) -> list[ReminderMail]:
    """A batch of the parties of a reminder, ordered by application.

    None where the session was called off or moved since, or has begun: the new time has reminders
    of its own.
    """
    rows = await db.fetch(_REMINDED, reminder_id, clock.now(), after, size)
    return [
        ReminderMail.model_validate(row | {"programme": db.document(row["programme"])})
        for row in rows
    ]
