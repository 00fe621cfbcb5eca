"""Records attendance and exports of the list of participants. Each is one unit of work."""

import uuid
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from enishi.accounts import queries as accounts
from enishi.audit import service as audit
from enishi.kit import clock, db, ids
from enishi.kit.errors import ConflictError, NotFoundError
from enishi.kit.jobs import enqueue
from enishi.kit.seen import ChangedMeanwhileError
from enishi.programmes.applications import event_log, person_acts
from enishi.programmes.applications.errors import NotStartedError
from enishi.programmes.applications.policies import ATTENDANCE_STATES, state_of
from enishi.programmes.applications.schemas import Mark, seen_of
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.jobs import AttendanceConfirmed, AttendanceTakenBack
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import service as sessions

MARKABLE = "('confirmed', 'attended', 'absent')"
_LOCK = f"""
SELECT a.id, a.state FROM programmes_application a
JOIN programmes_session s ON s.id = a.session_id
WHERE a.id = $1 AND a.organisation_id = $2 AND s.state = 'planned' AND s.starts_at <= $3
    AND a.state IN {MARKABLE}
FOR NO KEY UPDATE OF a
"""  # noqa: S608 (made of constants)


async def mark(
    actor: OfficeActor,
    application_id: uuid.UUID,
    persons: Mark | Sequence[Mark],
    *,
    seen: str = "",
) -> None:
    """Record who of a party attended: one mark for all, or one for each person in their order.

    The last mark counts, and `Mark.NONE` takes it back. Places do not change; the state of the
    party follows its persons. `seen` is the `ApplicantRow.seen` of the list, empty for a caller
    without one. Raises NotFoundError, NotStartedError, ChangedMeanwhileError if a colleague marked
    it meanwhile, and ConflictError, also where nothing would change.
    """
    async with db.unit_of_work():
        locked = await db.fetch_one(_LOCK, application_id, actor.organisation_id, clock.now())
        if locked is None:
            raise await _why_not_marked(actor, application_id)
        party = [
            Marked(application_id, row["member_no"], Mark(row["mark"]))
            for row in await db.fetch(person_acts.MARKS, [application_id])
        ]
        if seen and seen != seen_of(each.mark for each in party):
            raise ChangedMeanwhileError(
                await accounts.find_last_editor(
                    actor.organisation_id, "application", application_id
                )
            )
        wanted = [persons] * len(party) if isinstance(persons, Mark) else list(persons)
        if len(wanted) != len(party):
            raise ConflictError
        if not await _write(party, wanted, {application_id: locked["state"]}):
            raise ConflictError
        await audit.record(
            "programmes.attendance.marked",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("application", application_id),
            marks=[each.value for each in wanted],
        )


async def mark_rest(actor: OfficeActor, session_id: uuid.UUID, mark: Mark) -> int:
    """Record the same of all persons that are not marked yet. Returns the number of parties."""
    async with db.unit_of_work():
        session = await sessions.lock_own(actor, session_id)
        if session["state"] != "planned":
            raise ConflictError
        if session["starts_at"] > clock.now():
            raise NotStartedError
        locked = await db.fetch(
            f"""SELECT id, state FROM programmes_application
            WHERE session_id = $1 AND state IN {MARKABLE} ORDER BY id FOR NO KEY UPDATE""",  # noqa: S608 (a constant)
            session_id,
        )
        states = {row["id"]: row["state"] for row in locked}
        persons = [
            Marked(row["application_id"], row["member_no"], Mark(row["mark"]))
            for row in await db.fetch(person_acts.MARKS, list(states))
        ]
        wanted = [each.mark or mark for each in persons]
        marked = await _write(persons, [Mark(each) for each in wanted], states)
        await audit.record(
            "programmes.attendance.marked",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("session", session_id),
            mark=mark.value,
            applications=marked,
        )
        return marked


async def take_back(application_ids: Sequence[uuid.UUID]) -> None:
    """Take all marks of some parties back: their session is called off. In a unit of work."""
    persons = [
        Marked(row["application_id"], row["member_no"], Mark(row["mark"]))
        for row in await db.fetch(person_acts.MARKS, list(application_ids))
    ]
    await _append(persons, [Mark.NONE] * len(persons))


class Marked(NamedTuple):
    application_id: uuid.UUID
    member_no: int
    mark: Mark


async def _write(
    persons: Sequence[Marked], wanted: Sequence[Mark], states: Mapping[uuid.UUID, str]
) -> int:
    """Append the marks that differ, and let states and records follow. Returns parties changed."""
    changed = await _append(persons, wanted)
    after: dict[uuid.UUID, list[Mark]] = {}
    for person, mark in zip(persons, wanted, strict=True):
        after.setdefault(person.application_id, []).append(mark)
    new = {each: state_of(after[each]) for each in changed}
    await db.execute(
        """UPDATE programmes_application a SET state = new.state
        FROM unnest($1::uuid[], $2::text[]) AS new (id, state) WHERE a.id = new.id""",
        list(new),
        [state.value for state in new.values()],
    )
    for state in ATTENDANCE_STATES:
        moved = [each for each in changed if new[each] is state and states[each] != state]
        by = event_log.CORRECTION if state is ApplicationState.CONFIRMED else "host"
        await event_log.append(moved, state, actor_kind=by)
    for each in changed:
        if new[each] is ApplicationState.ATTENDED:
            await enqueue(AttendanceConfirmed(application_id=each))
        elif states[each] == ApplicationState.ATTENDED:
            await enqueue(AttendanceTakenBack(application_id=each))
    return len(changed)


async def _append(persons: Sequence[Marked], wanted: Sequence[Mark]) -> list[uuid.UUID]:
    """Append the marks that differ. Returns the parties they belong to, in order."""
    acts: list[tuple[uuid.UUID, int, str]] = []
    for person, mark in zip(persons, wanted, strict=True):
        if mark is person.mark:
            continue
        where = (person.application_id, person.member_no)
        if person.mark:
            acts.append((*where, f"person.{person.mark}_taken_back"))
        if mark:
            acts.append((*where, f"person.{mark}"))
    if acts:
        applications, members, kinds = zip(*acts, strict=True)
        await db.execute(
            person_acts.APPEND_MARKS, ids.new_id(), clock.now(), applications, members, kinds
        )
    return list(dict.fromkeys(act[0] for act in acts))


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
    actor: OfficeActor, application_id: uuid.UUID
) -> ConflictError | NotFoundError:
    found = await db.fetch_one(
        """
        SELECT s.starts_at > $3 AS too_early FROM programmes_application a
        JOIN programmes_session s ON s.id = a.session_id
        WHERE a.id = $1 AND a.organisation_id = $2
        """,
        application_id,
        actor.organisation_id,
        clock.now(),
    )
    if found is None:
        return NotFoundError()
    return NotStartedError() if found["too_early"] else ConflictError()
