"""The append-only event log of applications."""

import uuid

from enishi.kit import clock, db
from enishi.kit.jobs import enqueue
from enishi.programmes.applications.person_acts import APPEND_OF_EVENTS
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.jobs import TellApplicant

CORRECTION, POSTPONED = "correction", "postponed"
# They tell the applicant of something that is no act of a person, which statistics would count.
_SILENT = f"('{CORRECTION}', '{POSTPONED}')"

_APPEND = f"""
WITH written AS (
    INSERT INTO programmes_application_event
        (id, application_id, state, reason, actor_kind, happened_at)
    SELECT uuidv7(), application_id, $2, $3, $4, $5
    FROM unnest($1::uuid[]) AS made (application_id)
    RETURNING id, application_id, state, actor_kind, happened_at
),
event AS (SELECT * FROM written WHERE actor_kind NOT IN {_SILENT}),
of_persons AS ({APPEND_OF_EVENTS})
SELECT id FROM written
"""  # noqa: S608 (made of constants)


async def append(
    application_ids: list[uuid.UUID],
    state: ApplicationState,
    *,
    actor_kind: str,
    reason: str = "",
) -> None:
    """Append one event to each application and to the persons of its party, and enqueue the mail.

    An event of `CORRECTION` tells the applicant of a mark that was taken back, one of `POSTPONED`
    of a new time: no acts of a person.

    Part of the caller's unit of work.
    """
    rows = await db.fetch(
        _APPEND,
        application_ids,
        state.value,
        reason,
        actor_kind,
        clock.now(),
    )
    for row in rows:
        await enqueue(TellApplicant(event_id=row["id"]))
