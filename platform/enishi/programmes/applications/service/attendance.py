"""Records attendance and exports of the list of participants. Each is one unit of work."""

import uuid

from enishi.accounts import queries as accounts
from enishi.audit import service as audit
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError, NotFoundError
from enishi.kit.jobs import enqueue
from enishi.kit.seen import ChangedMeanwhileError
from enishi.programmes.applications import event_log
from enishi.programmes.applications.errors import NotStartedError
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.jobs import AttendanceConfirmed, AttendanceTakenBack
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import service as sessions


async def mark(
    actor: OfficeActor, application_id: uuid.UUID, *, attended: bool, seen: str = ""
) -> None:
    """Record whether a party attended. Marking again corrects a mistake; places do not change.

    `seen` is the state that the list showed, empty for a caller without one. Raises NotFoundError,
    NotStartedError, ChangedMeanwhileError if a colleague marked it meanwhile, and ConflictError.
    """
    state = ApplicationState.ATTENDED if attended else ApplicationState.ABSENT
    async with db.unit_of_work():
        marked = await db.fetch(
            """
            UPDATE programmes_application a SET state = $3
            FROM programmes_session s
            WHERE a.id = $1 AND a.organisation_id = $2 AND s.id = a.session_id
                AND s.state = 'planned' AND s.starts_at <= $4
                AND a.state IN ('confirmed', 'attended', 'absent') AND a.state <> $3
                AND ($5 = '' OR a.state = $5)
            RETURNING old.state AS was
            """,
            application_id,
            actor.organisation_id,
            state.value,
            clock.now(),
            seen,
        )
        if not marked:
            raise await _why_not_marked(actor, application_id, seen)
        await event_log.append([application_id], state, actor_kind="host")
        if attended:
            await enqueue(AttendanceConfirmed(application_id=application_id))
        elif marked[0]["was"] == ApplicationState.ATTENDED:
            await enqueue(AttendanceTakenBack(application_id=application_id))
        await audit.record(
            "programmes.attendance.marked",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("application", application_id),
            attended=attended,
        )


async def mark_rest(actor: OfficeActor, session_id: uuid.UUID, *, attended: bool) -> int:
    """Record the same of all confirmed parties that are not marked yet. Returns their number."""
    state = ApplicationState.ATTENDED if attended else ApplicationState.ABSENT
    async with db.unit_of_work():
        session = await sessions.lock_own(actor, session_id)
        if session["state"] != "planned":
            raise ConflictError
        if session["starts_at"] > clock.now():
            raise NotStartedError
        marked = await db.fetch(
            """UPDATE programmes_application SET state = $2
            WHERE session_id = $1 AND state = 'confirmed' RETURNING id""",
            session_id,
            state.value,
        )
        application_ids = [row["id"] for row in marked]
        await event_log.append(application_ids, state, actor_kind="host")
        for application_id in application_ids if attended else ():
            await enqueue(AttendanceConfirmed(application_id=application_id))
        await audit.record(
            "programmes.attendance.marked",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("session", session_id),
            attended=attended,
            applications=len(application_ids),
        )
        return len(application_ids)


async def record_export(actor: OfficeActor, session_id: uuid.UUID) -> None:
    """Write the audit entry of an export: names, ages and care needs leave the site as a file."""
    async with db.unit_of_work():
        await audit.record(
            "programmes.applicants.exported",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("session", session_id),
        )


async def _why_not_marked(
    actor: OfficeActor, application_id: uuid.UUID, seen: str
) -> ConflictError | NotFoundError:
    rows = await db.fetch(
        """
        SELECT s.starts_at > $3 AS too_early, a.state FROM programmes_application a
        JOIN programmes_session s ON s.id = a.session_id
        WHERE a.id = $1 AND a.organisation_id = $2
        """,
        application_id,
        actor.organisation_id,
        clock.now(),
    )
    if not rows:
        return NotFoundError()
    if seen and rows[0]["state"] != seen:
        by = await accounts.find_last_editor(actor.organisation_id, "application", application_id)
        return ChangedMeanwhileError(by)
    return NotStartedError() if rows[0]["too_early"] else ConflictError()
