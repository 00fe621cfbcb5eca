"""Joining a dialogue, and taking a guest's part into an account.

The audit trail says that somebody joined, never who became which participant.
"""

import uuid

from enishi.accounts.dimensions import age_band
from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.act_tables import ActKind
from enishi.consultations.queries import participants
from enishi.consultations.schemas import Channel, DialogueRef
from enishi.consultations.service import acts
from enishi.consultations.service.dialogues import WrongPhaseError
from enishi.kit import clock, db


async def join(actor: Actor, dialogue: DialogueRef) -> uuid.UUID:
    """The participant of an account, made on its first act."""
    known = await participants.find_of_account(dialogue.id, actor.id)
    if known is not None:
        return known
    async with db.unit_of_work():
        participant_id = await _insert(dialogue, Channel.ACCOUNT, actor)
        linked = await db.fetch(
            "INSERT INTO consultations_participant_link"
            " (participant_id, consultation_id, account_id, linked_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (account_id, consultation_id) DO NOTHING RETURNING participant_id",
            participant_id,
            dialogue.id,
            actor.id,
            clock.now(),
        )
        if linked:
            await acts.note(ActKind.STARTED, participant_id, clock.now())
            return participant_id
        # Two tabs joined at once: the first one's participant is the one.
        await db.fetch("DELETE FROM consultations_participant WHERE id = $1", participant_id)
    first = await participants.find_of_account(dialogue.id, actor.id)
    return first if first is not None else await join(actor, dialogue)


async def join_as_guest(dialogue: DialogueRef) -> uuid.UUID:
    async with db.unit_of_work():
        participant_id = await _insert(dialogue, Channel.GUEST, None)
        await acts.note(ActKind.STARTED, participant_id, clock.now())
    return participant_id


async def _insert(dialogue: DialogueRef, channel: Channel, actor: Actor | None) -> uuid.UUID:
    participant_id = uuid.uuid4()  # random: a time in it would tell who joined when
    home = actor.home_municipality if actor else None
    await db.fetch(
        "INSERT INTO consultations_participant (id, consultation_id, channel, prefecture_code,"
        " municipality_code, age_band, identity_level, joined_at, theme_code, place_code)"
        " SELECT $1, id, $3, $4, $5, $6, $7, $8, theme_code, place_code"
        " FROM consultations_consultation WHERE id = $2",
        participant_id,
        dialogue.id,
        channel,
        home[:2] if home else None,
        home,
        age_band(actor.birth_year if actor else None),
        int(actor.identity_level) if actor else 0,
        clock.now(),
    )
    await audit.record(
        "consultations.participant.joined",
        actor_id=None,
        subject=("consultation", dialogue.id),
        organisation_id=dialogue.organisation_id,
        channel=channel.value,
    )
    return participant_id


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


async def claim(actor: Actor, dialogue: DialogueRef, guest_id: uuid.UUID) -> uuid.UUID:
    """Take what a guest did into an account; where both voted, the account's own vote counts.

    Claiming twice, or a part that was claimed before, changes nothing. Raises WrongPhaseError.
    """
    if not dialogue.takes_voices_at(clock.now()):
        raise WrongPhaseError  # what is closed is counted, and stays as it is
    participant_id = await join(actor, dialogue)
    async with db.unit_of_work():
        # Votes of either wait for this (the writer locks participants in the same order).
        rows = await db.fetch(
            "SELECT id, merged_into, channel FROM consultations_participant"
            " WHERE id = ANY ($1) AND consultation_id = $2 ORDER BY id FOR UPDATE",
            [guest_id, participant_id],
            dialogue.id,
        )
        guest = next((row for row in rows if row["id"] == guest_id), None)
        claimable = guest is not None and guest["channel"] == Channel.GUEST
        if guest is None or not claimable or guest["merged_into"] is not None:
            return participant_id
        await db.fetch(_MERGE_VOTES, guest_id, participant_id, clock.now())
        for move in (
            "UPDATE consultations_statement SET author_id = $2 WHERE author_id = $1",
            "UPDATE consultations_opinion SET participant_id = $2 WHERE participant_id = $1",
            "UPDATE consultations_participant SET merged_into = $2 WHERE id = $1",
        ):
            await db.fetch(move, guest_id, participant_id)
        # Whoever began as a guest is one person, not two: this act is taken off the others.
        await acts.note(ActKind.MERGED, guest_id, clock.now())
        await audit.record(
            "consultations.participant.claimed",
            actor_id=None,
            subject=("consultation", dialogue.id),
            organisation_id=dialogue.organisation_id,
        )
    return participant_id
