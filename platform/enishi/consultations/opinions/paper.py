"""Opinions on paper or by telephone, entered by an office.

Each one has a participant of its own, counted by its channel. The day of arrival decides whether it
was in time, not the day of entry.
"""

import uuid
from datetime import timedelta

import asyncpg

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core.kinds import ActKind, NameShown
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.opinions import receipts
from enishi.consultations.opinions import service as opinions
from enishi.consultations.opinions.errors import EnteredTwiceError, NotInTimeError
from enishi.consultations.opinions.schemas import PaperForm
from enishi.consultations.participation import activity_log
from enishi.consultations.participation import service as participation
from enishi.consultations.participation.schemas import NewParticipant
from enishi.kit import clock, db
from enishi.kit.ids import new_random_id

_ONE_PER_REFERENCE = "consultations_participant_source_once"


# Checks in the same statement that the day of arrival lies in the component's time and that no
# result is public, so that no concurrent change can come between check and insert.
_INSERT = """
INSERT INTO consultations_opinion (id, consultation_id, participant_id, receipt_hash, state,
    name_shown, nickname, language, received_on, created_at, updated_at)
SELECT $1, c.id, $2, $3, CASE c.moderation WHEN 'before' THEN 'pending' ELSE 'accepted' END,
    $4, $5, $6, $7, $8, $8
FROM consultations_consultation c
JOIN consultations_component k ON k.consultation_id = c.id AND k.kind = 'opinions'
    AND k.opens_at <= $8 AND k.opens_at < $10 AND (k.closes_at IS NULL OR $9 < k.closes_at)
WHERE c.id = $11 AND c.published_at IS NOT NULL AND c.withdrawn_at IS NULL
    AND (c.answered_at IS NULL OR $8 < c.answered_at)
RETURNING id
"""


async def enter(actor: Actor, consultation: ConsultationRef, form: PaperForm) -> str:
    """Insert an opinion for its author; returns the receipt number, stored as a hash.

    Raises EnteredTwiceError and NotInTimeError.
    """
    number, receipt_hash = receipts.new()
    try:
        async with db.unit_of_work():
            participant_id = await participation.add(consultation, _participant_of(form))
            opinion_id = await _insert_opinion(consultation, participant_id, receipt_hash, form)
            await activity_log.append(ActKind.OPINED, participant_id, clock.now())
            await audit.record(
                "consultations.opinion.entered",
                actor_id=actor.id,
                subject=("opinion", opinion_id),
                organisation_id=consultation.organisation_id,
                channel=form.channel.value,
            )
    except asyncpg.UniqueViolationError as error:
        if db.violated_constraint(error) != _ONE_PER_REFERENCE:
            raise
        raise EnteredTwiceError from None
    return number


def _participant_of(form: PaperForm) -> NewParticipant:
    return NewParticipant(
        form.channel,
        home_municipality=form.home.code if form.home else None,
        age_band=form.age_band or None,
        source_ref=f"office:{form.reference}" if form.reference else None,
    )


async def _insert_opinion(
    consultation: ConsultationRef, participant_id: uuid.UUID, receipt_hash: bytes, form: PaperForm
) -> uuid.UUID:
    opinion_id = new_random_id()
    day = clock.start_of_day(form.received_on)
    inserted = await db.fetch(
        _INSERT,
        opinion_id,
        participant_id,
        receipt_hash,
        form.name_shown,
        form.nickname if form.name_shown is NameShown.NICKNAME else "",
        form.language.value,
        form.received_on,
        clock.now(),
        day,
        day + timedelta(days=1),
        consultation.id,
    )
    if not inserted:
        raise NotInTimeError
    await opinions.add_version(opinion_id, 1, form.text)
    return opinion_id
