"""Leaving a burst of guests out of the counts, and taking it back.

An office sees only hours, so it leaves out all guests who joined in some hours. Their votes leave
the votes table, the log says they were withdrawn, and so every count (tally, steps, landscape,
figures) leaves them out without knowing why. Taking it back casts them again.

Two acts on one consultation wait for each other at its row, and for claims of its guests: taking
back casts votes of accounts that claimed a guest. Votes take no lock of this row.
"""

import uuid
from datetime import datetime

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core import service as core
from enishi.consultations.core.kinds import ActKind, Channel
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.participation import activity_log
from enishi.consultations.voting import policies
from enishi.consultations.voting.errors import (
    AlreadySetAsideError,
    NotSetAsideError,
    SetAsideDiffersError,
    TooFewGuestsError,
)
from enishi.consultations.voting.schemas import SetAside
from enishi.kit import clock, db
from enishi.kit.ids import new_id

_OVERLAPS = """
SELECT EXISTS (SELECT FROM consultations_set_aside WHERE consultation_id = $1
    AND undone_at IS NULL AND joined_from < $3 AND $2 < joined_until)
"""
# Sums before and after each act are public, also of acts that were taken back. So wherever a span
# begins or ends, few guests must not lie between: two acts would differ by their votes, or several
# in sum. $1 consultation, $2 and $3 the new span, $4 now, $5 the fewest guests.
# An act in the middle of an hour ended where it was made. Guests of an act that an account claimed
# since count as a difference too: they are not left out again.
_DIFFERS_BY_FEW = f"""
WITH acts AS (
    SELECT joined_from, least(joined_until, made_at) AS joined_until, guests, made_at
    FROM consultations_set_aside WHERE consultation_id = $1
), spans AS (
    SELECT $2::timestamptz AS joined_from, least($3::timestamptz, $4) AS joined_until
    UNION ALL
    SELECT joined_from, joined_until FROM acts WHERE joined_from < $3 AND $2 < joined_until
), ends AS (
    SELECT joined_from AS at FROM acts UNION SELECT joined_until FROM acts
    UNION SELECT joined_from FROM spans UNION SELECT joined_until FROM spans
), between AS (SELECT at AS begins, lead(at) OVER (ORDER BY at) AS ends FROM ends),
guests AS (
    SELECT joined_at, merged_into FROM consultations_participant
    WHERE consultation_id = $1 AND channel = '{Channel.GUEST}'
)
SELECT EXISTS (
    SELECT FROM between b WHERE (SELECT count(*) FROM guests g
        WHERE g.joined_at >= b.begins AND g.joined_at < b.ends) BETWEEN 1 AND $5 - 1
    AND EXISTS (SELECT FROM spans s WHERE s.joined_from <= b.begins AND b.ends <= s.joined_until)
) OR EXISTS (
    SELECT FROM acts a WHERE a.joined_from < $3 AND $2 < a.joined_until
    AND a.guests - (SELECT count(*) FROM guests g WHERE g.merged_into IS NULL
        AND g.joined_at >= a.joined_from AND g.joined_at < a.joined_until) BETWEEN 1 AND $5 - 1
)
"""  # noqa: S608 (made of constants; every value is a parameter)
# Votes under way have locked their participant, and later ones wait: in the order of the ids, as
# the vote writer and the merge of a guest lock them.
_LOCK_GUESTS = f"""
SELECT id FROM consultations_participant
WHERE consultation_id = $1 AND channel = '{Channel.GUEST}' AND merged_into IS NULL
    AND set_aside_id IS NULL AND joined_at >= $2 AND joined_at < $3
ORDER BY id FOR UPDATE
"""  # noqa: S608 (made of constants; every value is a parameter)
_INSERT = """
INSERT INTO consultations_set_aside
    (id, consultation_id, joined_from, joined_until, guests, made_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
# $1 guests, $2 the act, $3 now.
_TAKE_OUT = """
WITH moved AS (
    DELETE FROM consultations_vote WHERE participant_id = ANY ($1::uuid[])
    RETURNING participant_id, statement_id, value, cast_at
), kept AS (
    INSERT INTO consultations_set_aside_vote (participant_id, statement_id, value, cast_at)
    SELECT participant_id, statement_id, value, cast_at FROM moved
), logged AS (
    INSERT INTO consultations_vote_event (participant_id, statement_id, previous, value, cast_at)
    SELECT participant_id, statement_id, value, NULL::smallint, $3::timestamptz FROM moved
), marked AS (
    UPDATE consultations_participant SET set_aside_id = $2 WHERE id = ANY ($1::uuid[])
)
INSERT INTO consultations_tally AS t (statement_id, slot, agrees, disagrees, passes)
SELECT statement_id, 0, -sum((value = 1)::int), -sum((value = -1)::int), -sum((value = 0)::int)
FROM moved GROUP BY statement_id ORDER BY statement_id
ON CONFLICT (statement_id, slot) DO UPDATE SET agrees = t.agrees + EXCLUDED.agrees,
    disagrees = t.disagrees + EXCLUDED.disagrees, passes = t.passes + EXCLUDED.passes
"""
_END = """
UPDATE consultations_set_aside SET undone_at = $3
WHERE id = $1 AND consultation_id = $2 AND undone_at IS NULL
RETURNING joined_from, joined_until, guests
"""
_LOCK_SET_ASIDE = """
SELECT id, merged_into FROM consultations_participant WHERE set_aside_id = $1 ORDER BY id FOR UPDATE
"""
# $1 the act, $2 now. Votes of a guest that an account claimed meanwhile are the account's, whose
# own votes win.
_PUT_BACK = """
WITH back AS (
    DELETE FROM consultations_set_aside_vote v USING consultations_participant p
    WHERE p.id = v.participant_id AND p.set_aside_id = $1
    RETURNING coalesce(p.merged_into, p.id) AS participant_id, v.statement_id, v.value, v.cast_at
), cast_ AS (
    INSERT INTO consultations_vote (participant_id, statement_id, value, cast_at)
    SELECT DISTINCT ON (participant_id, statement_id) participant_id, statement_id, value, cast_at
    FROM back ORDER BY participant_id, statement_id, cast_at DESC
    ON CONFLICT (participant_id, statement_id) DO NOTHING
    RETURNING participant_id, statement_id, value
), logged AS (
    INSERT INTO consultations_vote_event (participant_id, statement_id, previous, value, cast_at)
    SELECT participant_id, statement_id, NULL::smallint, value, $2::timestamptz FROM cast_
), unmarked AS (
    UPDATE consultations_participant SET set_aside_id = NULL WHERE set_aside_id = $1
)
INSERT INTO consultations_tally AS t (statement_id, slot, agrees, disagrees, passes)
SELECT statement_id, 0, sum((value = 1)::int), sum((value = -1)::int), sum((value = 0)::int)
FROM cast_ GROUP BY statement_id ORDER BY statement_id
ON CONFLICT (statement_id, slot) DO UPDATE SET agrees = t.agrees + EXCLUDED.agrees,
    disagrees = t.disagrees + EXCLUDED.disagrees, passes = t.passes + EXCLUDED.passes
"""
_LIST = """
SELECT id, joined_from, joined_until, guests FROM consultations_set_aside
WHERE consultation_id = $1 AND undone_at IS NULL ORDER BY made_at DESC LIMIT 100
"""


async def set_aside(
    actor: Actor, consultation: ConsultationRef, joined_from: datetime, joined_until: datetime
) -> None:
    """Leave out the guests that joined in [joined_from, joined_until), those of now.

    They cannot vote meanwhile. Raises TooFewGuestsError (their votes would show in the difference),
    AlreadySetAsideError for hours that are set aside now, and SetAsideDiffersError for hours whose
    guests are not quite those of an act that was taken back.
    """
    async with db.unit_of_work():
        await core.lock(consultation.id)
        if await db.fetch_value(_OVERLAPS, consultation.id, joined_from, joined_until):
            raise AlreadySetAsideError
        now = clock.now()
        rows = await db.fetch(_LOCK_GUESTS, consultation.id, joined_from, joined_until)
        guests = [row["id"] for row in rows]
        if len(guests) < policies.FEWEST_SET_ASIDE:
            raise TooFewGuestsError
        if await _differs_by_few(consultation.id, joined_from, joined_until, now):
            raise SetAsideDiffersError
        act_id = new_id()
        await db.execute(
            _INSERT, act_id, consultation.id, joined_from, joined_until, len(guests), now
        )
        await db.execute(_TAKE_OUT, guests, act_id, now)
        await activity_log.append_each(ActKind.SET_ASIDE, guests, now)
        made = SetAside(
            id=act_id, joined_from=joined_from, joined_until=joined_until, guests=len(guests)
        )
        await _record("consultations.guests.set_aside", actor, consultation, made)


async def _differs_by_few(
    consultation_id: uuid.UUID, joined_from: datetime, joined_until: datetime, now: datetime
) -> bool:
    found: bool = await db.fetch_value(
        _DIFFERS_BY_FEW,
        consultation_id,
        joined_from,
        joined_until,
        now,
        policies.FEWEST_SET_ASIDE,
    )
    return found


async def take_back(actor: Actor, consultation: ConsultationRef, act_id: uuid.UUID) -> None:
    """Count the guests of an act again. Raises NotSetAsideError if they are counted already."""
    async with db.unit_of_work():
        await core.lock(consultation.id)
        now = clock.now()
        ended = await db.fetch_one(_END, act_id, consultation.id, now)
        if ended is None:
            raise NotSetAsideError
        rows = await db.fetch(_LOCK_SET_ASIDE, act_id)
        await db.execute(_PUT_BACK, act_id, now)
        back = [row["id"] for row in rows if row["merged_into"] is None]
        await activity_log.append_each(ActKind.TAKEN_BACK, back, now)
        made = SetAside(id=act_id, **ended)
        await _record("consultations.guests.taken_back", actor, consultation, made)


async def _record(action: str, actor: Actor, consultation: ConsultationRef, made: SetAside) -> None:
    await audit.record(
        action,
        actor_id=actor.id,
        subject=("consultation", consultation.id),
        organisation_id=consultation.organisation_id,
        joined_from=made.joined_from.isoformat(),
        joined_until=made.joined_until.isoformat(),
        guests=made.tens,
    )


async def list_of(consultation_id: uuid.UUID) -> list[SetAside]:
    """What is set aside now, the latest act first."""
    return [SetAside.model_validate(row) for row in await db.fetch(_LIST, consultation_id)]
