"""Changes the party of an application before its session: one unit of work.

The whole party keeps its places or its position. Who is added needs a place that newcomers could
have; who is taken off gives one to the queue.
"""

import uuid
from typing import Any

from enishi.accounts.dimensions import band_of_age
from enishi.audit import service as audit
from enishi.kit import clock, db, ids
from enishi.kit.errors import ConflictError
from enishi.kit.seen import ChangedMeanwhileError
from enishi.programmes.allocation import waiting_list
from enishi.programmes.allocation.errors import (
    AddedWhileWaitingError,
    BegunError,
    NoPlacesToAddError,
    PartyTooLargeError,
)
from enishi.programmes.applications import event_log, person_acts
from enishi.programmes.applications import policies as application_policies
from enishi.programmes.applications.errors import OwnRowError, PartyRefusedError
from enishi.programmes.applications.queries import own as queries
from enishi.programmes.applications.queries import parties
from enishi.programmes.applications.schemas import NumberedMember, OwnApplication, PartyForm
from enishi.programmes.applications.service import party_rows
from enishi.programmes.applications.tables import ApplicationState, MemberKind
from enishi.programmes.sessions import service as sessions

CHANGEABLE = (ApplicationState.CONFIRMED, ApplicationState.OFFERED, ApplicationState.WAITING)
# Whether the places of newcomers may go to a party that has places: as in first_come.py.
_RESIZE = """
UPDATE programmes_session SET taken = taken + $2
WHERE id = $1 AND ($2 <= 0
    OR (waiting = 0 OR first_come_from <= $3) AND taken + $2 <= capacity)
RETURNING id
"""
_SIZE = """
UPDATE programmes_application SET party_size = $3,
    guardian_consent_at = CASE WHEN $4 THEN coalesce(guardian_consent_at, $5) END
WHERE id = $1 AND state = $2 RETURNING id
"""


async def change(applicant_id: uuid.UUID, own: OwnApplication, form: PartyForm, seen: str) -> None:
    """Change who comes: names, ages and needs; persons who are taken off or added.

    A member with a number is one of the party, in the kind that it has; one without is new. Care
    needs of each are what the form says. `seen` is `queries.parties.seen_of` the party.

    Raises ChangedMeanwhileError, OwnRowError, PartyRefusedError, NoPlacesToAddError,
    AddedWhileWaitingError, PartyTooLargeError, BegunError or ConflictError.
    """
    problems = application_policies.party_problems(own.programme, form)
    if problems:
        raise PartyRefusedError(problems)
    application = own.application
    async with db.unit_of_work():
        session = await waiting_list.settled(await sessions.lock(application.session_id))
        if session["starts_at"] <= clock.now():
            raise BegunError
        current = await queries.get_application(applicant_id, application.id)
        before = await parties.list_members(application.id)
        if seen != parties.seen_of(before):
            raise ChangedMeanwhileError
        if current.state not in CHANGEABLE or session["state"] != "planned" or not before:
            raise ConflictError
        by_number = {each.no: each for each in before}
        if any(each.no is not None and each.no not in by_number for each in form.party):
            raise ConflictError
        kept = {each.no for each in form.party if each.no is not None}
        left = [each for each in before if each.no not in kept]
        if any(each.is_applicant for each in left):
            raise OwnRowError
        new = [each for each in form.party if each.no is None]
        await _resize(session, current.state, len(new) - len(left))
        sized = await db.fetch(
            _SIZE,
            application.id,
            current.state.value,
            len(form.party),
            any(each.kind is MemberKind.CHILD for each in form.party) and form.guardian_consent,
            clock.now(),
        )
        if not sized:  # accepted or declined in this instant
            raise ConflictError
        numbers = await party_rows.replace(application.id, form, left)
        await _log(application.id, current.state, [each.no for each in left], numbers, new)
        await event_log.append([application.id], current.state, actor_kind=event_log.PARTY_CHANGED)
        await waiting_list.serve(session["id"])
        await audit.record(
            "programmes.application.changed",
            actor_id=applicant_id,
            subject=("application", application.id),
            added=len(new),
            taken_off=len(left),
        )


async def _resize(session: dict[str, Any], state: ApplicationState, more: int) -> None:
    """Take the places of a larger party, or give back those of a smaller one."""
    if more > 0 and session["capacity"] < more:
        raise PartyTooLargeError
    if state is ApplicationState.WAITING:
        if more > 0:
            raise AddedWhileWaitingError
        return
    if more and not await db.fetch(_RESIZE, session["id"], more, clock.now()):
        raise NoPlacesToAddError


async def _log(
    application_id: uuid.UUID,
    state: ApplicationState,
    left: list[int],
    added: list[int],
    new: list[NumberedMember],
) -> None:
    """What it means for the persons: those who left have cancelled, the new ones have applied."""
    given_back = ["place.given_back"] if state is ApplicationState.CONFIRMED else []
    ended = [person_acts.LEFT, "application.cancelled", *given_back]
    acts = [(application_id, number, kind) for number in left for kind in ended]
    now, change_id = clock.now(), ids.new_id()
    if acts:
        await db.execute(person_acts.APPEND_MARKS, change_id, now, *zip(*acts, strict=True))
    for number, member in zip(added, new, strict=True):
        await db.execute(
            person_acts.APPEND_MEMBER,
            change_id,
            now,
            application_id,
            number,
            "" if member.age is None else band_of_age(member.age),
            member.kind is MemberKind.CHILD,
            [person_acts.MADE, f"application.{state.value}"],
        )
