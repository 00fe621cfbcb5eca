"""Entering opinions that came on paper or by telephone: one voice like any other.

They are counted apart by their channel; what came in time counts, whenever it is typed in.
"""

import uuid
from datetime import timedelta

import asyncpg

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations import receipts
from enishi.consultations.act_tables import ActKind
from enishi.consultations.paper_schemas import PaperForm
from enishi.consultations.schemas import DialogueRef, NameShown
from enishi.consultations.service import acts, opinions
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy
from enishi.kit.ids import new_id

_TWICE = "consultations_participant_source_once"


class EnteredTwiceError(ConflictError):
    message = gettext_lazy("この整理番号のご意見は、すでに入力されています。")


class NotInTimeError(ConflictError):
    message = gettext_lazy(
        "届いた日が募集の期間の外か、結果がもう公表されているため、受け付けられません。"
    )


_PERSON = """
INSERT INTO consultations_participant (id, consultation_id, channel, source_ref, prefecture_code,
    municipality_code, age_band, identity_level, joined_at, theme_code, place_code)
SELECT $1, id, $3, $4, $5, $6, $7, 0, $8, theme_code, place_code
FROM consultations_consultation WHERE id = $2
"""
# The day it came lies in the open phase, and nobody was answered yet: in the statement that
# writes it, so that closing and answering cannot slip in between.
_OPINION = """
INSERT INTO consultations_opinion (id, consultation_id, participant_id, receipt_hash, state,
    name_shown, nickname, language, received_on, created_at, updated_at)
SELECT $1, c.id, $2, $3, CASE c.moderation WHEN 'before' THEN 'pending' ELSE 'accepted' END,
    $4, $5, $6, $7, $8, $8
FROM consultations_consultation c
JOIN consultations_phase p ON p.consultation_id = c.id AND p.kind = 'open'
    AND p.starts_at <= $8 AND p.starts_at < $10 AND (p.ends_at IS NULL OR $9 < p.ends_at)
WHERE c.id = $11 AND c.published_at IS NOT NULL AND c.withdrawn_at IS NULL AND c.opinions_invited
    AND NOT EXISTS (SELECT FROM consultations_phase r WHERE r.consultation_id = c.id
        AND r.kind = 'result' AND r.starts_at <= $8)
RETURNING id
"""


async def enter(actor: Actor, dialogue: DialogueRef, form: PaperForm) -> str:
    """Write down an opinion for whoever sent it; answers the receipt number to hand out.

    Raises EnteredTwiceError and NotInTimeError.
    """
    number, receipt_hash = receipts.new()
    try:
        async with db.unit_of_work():
            participant_id = await _person(dialogue, form)
            opinion_id = await _opinion(dialogue, participant_id, receipt_hash, form)
            await acts.note(ActKind.STARTED, participant_id, clock.now())
            await acts.note(ActKind.OPINED, participant_id, clock.now())
            await audit.record(
                "consultations.opinion.entered",
                actor_id=actor.id,
                subject=("opinion", opinion_id),
                organisation_id=dialogue.organisation_id,
                channel=form.channel.value,
            )
    except asyncpg.UniqueViolationError as error:
        if db.violated_constraint(error) != _TWICE:
            raise
        raise EnteredTwiceError from None
    return number


async def _person(dialogue: DialogueRef, form: PaperForm) -> uuid.UUID:
    participant_id = uuid.uuid4()  # random, as everybody's
    home = form.home.code if form.home else None
    await db.fetch(
        _PERSON,
        participant_id,
        dialogue.id,
        form.channel.value,
        f"office:{form.reference}" if form.reference else None,
        home[:2] if home else None,
        home,
        form.age_band or None,
        clock.now(),
    )
    return participant_id


async def _opinion(
    dialogue: DialogueRef, participant_id: uuid.UUID, receipt_hash: bytes, form: PaperForm
) -> uuid.UUID:
    opinion_id = new_id()
    day = clock.start_of_day(form.received_on)
    taken = await db.fetch(
        _OPINION,
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
        dialogue.id,
    )
    if not taken:
        raise NotInTimeError
    await opinions.add_version(opinion_id, 1, form.text)
    return opinion_id
