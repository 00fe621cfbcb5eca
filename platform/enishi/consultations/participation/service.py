"""Joining a consultation, and merging a guest's participant into an account's.

An audit entry records that a participant joined, never which account it belongs to.
"""

import uuid

from enishi.accounts.dimensions import age_band
from enishi.accounts.errors import SignInNeededError
from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core import policies
from enishi.consultations.core.errors import (
    GuardianNeededError,
    NotInvitedError,
    WrongPhaseError,
)
from enishi.consultations.core.kinds import ActKind, Channel
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.participation import activity_log, network_limits, queries, ties
from enishi.consultations.participation.schemas import (
    LimitKey,
    NewParticipant,
    ParticipantContext,
)
from enishi.kit import clock, db
from enishi.kit.facts import Tie


async def ensure_participant(
    consultation: ConsultationRef,
    actor: Actor | None,
    guest_id: uuid.UUID | None,
    network: str,
    new_guest_id: uuid.UUID | None = None,
) -> ParticipantContext:
    """The participant of an account or a guest, inserted on its first act.

    `guest_id` comes from the guest cookie, `network` from the request; `new_guest_id` is the id for
    a guest without a cookie, None a random one. Raises NotInvitedError while no component is open,
    SignInNeededError for a guest where guests are not allowed, also for one who came while they
    were, and NetworkLimitError for too many new guests of a network.
    """
    now = clock.now()
    if not consultation.is_open_at(now):
        raise NotInvitedError
    key = LimitKey(network, consultation.id)
    if actor is not None:
        return ParticipantContext(await join(actor, consultation), key, is_guest=False)
    if not policies.can_take_part(None, consultation, now):
        raise SignInNeededError
    if guest_id is not None:
        return ParticipantContext(guest_id, key, is_guest=True)
    await network_limits.take_guest(key)
    new_id = await join_as_guest(consultation, new_guest_id)
    return ParticipantContext(new_id, key, is_guest=True, is_new_guest=True)


async def ensure_author(
    consultation: ConsultationRef,
    actor: Actor | None,
    guest_id: uuid.UUID | None,
    network: str,
    new_guest_id: uuid.UUID | None = None,
) -> ParticipantContext:
    """As ensure_participant, for writing a text. Also raises GuardianNeededError."""
    participant = await ensure_participant(consultation, actor, guest_id, network, new_guest_id)
    if not policies.can_write(actor, consultation, clock.now()):
        raise GuardianNeededError
    return participant


_PARTICIPANT_COLUMNS = """id, consultation_id, channel, source_ref, prefecture_code,
    municipality_code, age_band, identity_level, joined_at, theme_code, place_code, tie"""
# $1 id, $2 consultation, $3 channel, $4 source_ref, $5 municipality, $6 age band, $7 identity
# level, $8 instant, $9 is tied. Theme and place are copied from the consultation.
_PARTICIPANT = f"""
    c.id, $3, $4, left($5, 2), $5, $6, $7::smallint, $8, c.theme_code, c.place_code,
    CASE WHEN c.place_code = '' THEN '{Tie.UNKNOWN}' WHEN $5 = c.place_code THEN '{Tie.RESIDENT}'
        WHEN $9::boolean THEN '{Tie.TIED}' WHEN $5 IS NULL THEN '{Tie.UNKNOWN}'
        ELSE '{Tie.OUTSIDE}' END
    FROM consultations_consultation c
"""
_INSERT = f"""
INSERT INTO consultations_participant ({_PARTICIPANT_COLUMNS})
SELECT $1::uuid, {_PARTICIPANT} WHERE c.id = $2
ON CONFLICT (id) DO NOTHING
RETURNING id
"""
# The unique key (account, consultation) of the link decides a race: one request inserts, and all of
# them return the participant that was inserted. The foreign key of the link is checked at the end
# of the statement, when the participant exists.
_JOIN = f"""
WITH linked AS (
    INSERT INTO consultations_participant_link AS l
        (participant_id, consultation_id, account_id, linked_at)
    VALUES ($1, $2, $10, $8)
    ON CONFLICT (account_id, consultation_id) DO UPDATE SET account_id = EXCLUDED.account_id
    RETURNING new.participant_id, old.participant_id IS NULL AS is_new
), inserted AS (
    INSERT INTO consultations_participant ({_PARTICIPANT_COLUMNS})
    SELECT linked.participant_id, {_PARTICIPANT} JOIN linked ON linked.is_new WHERE c.id = $2
)
SELECT participant_id, is_new FROM linked
"""  # noqa: S608 (made of constants)


async def join(actor: Actor, consultation: ConsultationRef) -> uuid.UUID:
    """The participant of an account, inserted if there is none."""
    existing = await queries.find_of_account(consultation.id, actor.id)
    if existing is not None:
        return existing
    new = NewParticipant(
        Channel.ACCOUNT,
        home_municipality=actor.home_municipality,
        age_band=age_band(actor.birth_year),
        identity_level=int(actor.identity_level),
        is_tied=await ties.is_tied(actor.id, consultation.id),
    )
    async with db.unit_of_work():
        arguments = _arguments(uuid.uuid4(), consultation, new)
        [linked] = await db.fetch(_JOIN, *arguments, actor.id)
        participant_id: uuid.UUID = linked["participant_id"]
        if linked["is_new"]:
            await _record_joining(consultation, participant_id, new.channel)
    return participant_id


async def join_as_guest(
    consultation: ConsultationRef, wanted_id: uuid.UUID | None = None
) -> uuid.UUID:
    """A participant of the channel *guest*: the one with the wanted id, or a new one.

    A guest that was merged into an account takes no further part: its id is not given again.
    """
    new = NewParticipant(Channel.GUEST)
    async with db.unit_of_work():
        if wanted_id is None:
            return await add(consultation, new)
        if await _insert(consultation, wanted_id, new):
            return wanted_id
        is_free = await db.fetch(
            "SELECT FROM consultations_participant WHERE id = $1 AND channel = $2"
            " AND merged_into IS NULL",
            wanted_id,
            Channel.GUEST,
        )
        return wanted_id if is_free else await add(consultation, new)


async def add(consultation: ConsultationRef, new: NewParticipant) -> uuid.UUID:
    """Insert a participant without an account, in the caller's unit of work."""
    participant_id = uuid.uuid4()  # random: a UUIDv7 holds the time of joining
    await _insert(consultation, participant_id, new)
    return participant_id


async def _insert(
    consultation: ConsultationRef, participant_id: uuid.UUID, new: NewParticipant
) -> bool:
    """Insert a participant and log that it joined; False if there is one with this id."""
    if not await db.fetch(_INSERT, *_arguments(participant_id, consultation, new)):
        return False
    await _record_joining(consultation, participant_id, new.channel)
    return True


def _arguments(
    participant_id: uuid.UUID, consultation: ConsultationRef, new: NewParticipant
) -> tuple[object, ...]:
    return (
        participant_id,
        consultation.id,
        new.channel,
        new.source_ref,
        new.home_municipality,
        new.age_band,
        new.identity_level,
        clock.now(),
        new.is_tied,
    )


async def _record_joining(
    consultation: ConsultationRef, participant_id: uuid.UUID, channel: Channel
) -> None:
    await activity_log.append(ActKind.STARTED, participant_id, clock.now())
    await audit.record(
        "consultations.participant.joined",
        actor_id=None,
        subject=("consultation", consultation.id),
        organisation_id=consultation.organisation_id,
        channel=channel.value,
    )


# Claims go on beside each other, but wait for an office that leaves guests out or takes that back
# (voting/set_aside.py): it locks guests first, and then the accounts that claimed some of them.
_NO_ACT_ON_GUESTS = "SELECT FROM consultations_consultation WHERE id = $1 FOR SHARE"
_MERGE = """
UPDATE consultations_participant SET merged_into = $2, moved_tx = pg_current_xact_id()
WHERE id = $1
"""
_MERGE_VOTES = """
WITH moved AS (
    DELETE FROM consultations_vote WHERE participant_id = $1
    RETURNING statement_id, value, cast_at
), kept AS (
    INSERT INTO consultations_vote (participant_id, statement_id, value, cast_at)
    SELECT $2::uuid, statement_id, value, cast_at FROM moved
    ON CONFLICT (participant_id, statement_id) DO NOTHING
    RETURNING statement_id
), dropped AS (
    SELECT m.* FROM moved m WHERE m.statement_id NOT IN (SELECT statement_id FROM kept)
), logged AS (
    INSERT INTO consultations_vote_event (participant_id, statement_id, previous, value, cast_at)
    SELECT $1, statement_id, value, NULL::smallint, $3::timestamptz FROM moved
    UNION ALL
    SELECT $2, m.statement_id, NULL, m.value, $3::timestamptz
    FROM moved m JOIN kept USING (statement_id)
)
INSERT INTO consultations_tally AS t (statement_id, slot, agrees, disagrees, passes)
SELECT statement_id, 0, -(value = 1)::int, -(value = -1)::int, -(value = 0)::int
FROM dropped ORDER BY statement_id
ON CONFLICT (statement_id, slot) DO UPDATE SET agrees = t.agrees + EXCLUDED.agrees,
    disagrees = t.disagrees + EXCLUDED.disagrees, passes = t.passes + EXCLUDED.passes
"""


async def claim(actor: Actor, consultation: ConsultationRef, guest_id: uuid.UUID) -> uuid.UUID:
    """Merge a guest's participant into the account's; returns the account's participant.

    Where both voted on a statement, the account's vote is kept. A participant that is no guest or
    was merged before is left as it is, so a repeat changes nothing. Raises WrongPhaseError.
    """
    if not consultation.is_open_at(clock.now()):
        raise WrongPhaseError  # the sums of a closed consultation must not change
    participant_id = await join(actor, consultation)
    async with db.unit_of_work():
        await db.execute(_NO_ACT_ON_GUESTS, consultation.id)
        # Row locks in the order of the ids, as the vote writer takes them: no deadlock with it.
        rows = await db.fetch(
            "SELECT id, merged_into, set_aside_id, channel FROM consultations_participant"
            " WHERE id = ANY ($1) AND consultation_id = $2 ORDER BY id FOR UPDATE",
            [guest_id, participant_id],
            consultation.id,
        )
        guest = next((row for row in rows if row["id"] == guest_id), None)
        claimable = guest is not None and guest["channel"] == Channel.GUEST
        if guest is None or not claimable or guest["merged_into"] is not None:
            return participant_id
        await db.fetch(_MERGE_VOTES, guest_id, participant_id, clock.now())
        for move in (
            "UPDATE consultations_statement SET author_id = $2 WHERE author_id = $1",
            "UPDATE consultations_opinion SET participant_id = $2 WHERE participant_id = $1",
            _MERGE,
        ):
            await db.fetch(move, guest_id, participant_id)
        await activity_log.append(ActKind.MERGED, guest_id, clock.now())
        # The account takes part, also if the guest that it was had been left out of the counts.
        if guest["set_aside_id"] is not None:
            await activity_log.append(ActKind.TAKEN_BACK, guest_id, clock.now())
        await audit.record(
            "consultations.participant.claimed",
            actor_id=None,
            subject=("consultation", consultation.id),
            organisation_id=consultation.organisation_id,
        )
    return participant_id
