"""The append-only event log of applications."""

import uuid

from enishi.kit import clock, db
from enishi.kit.jobs import enqueue
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.jobs import TellApplicant


async def append(
    application_ids: list[uuid.UUID],
    state: ApplicationState,
    *,
    actor_kind: str,
    reason: str = "",
) -> None:
    """Append one event to each application and enqueue the mail to its applicant.

    Part of the caller's unit of work.
    """
    rows = await db.fetch(
        """
        INSERT INTO programmes_application_event
            (id, application_id, state, reason, actor_kind, happened_at)
        SELECT uuidv7(), application_id, $2, $3, $4, $5
        FROM unnest($1::uuid[]) AS made (application_id)
        RETURNING id
        """,
        application_ids,
        state.value,
        reason,
        actor_kind,
        clock.now(),
    )
    for row in rows:
        await enqueue(TellApplicant(event_id=row["id"]))
