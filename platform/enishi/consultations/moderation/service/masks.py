"""Masking a passage of a text; the original is sealed, and each look at it is on record."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core.kinds import HiddenReason
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.moderation.errors import PassageMissingError
from enishi.consultations.moderation.kinds import ModeratedKind
from enishi.consultations.moderation.schemas import MaskForm, Original
from enishi.consultations.voting import cache_invalidation, similarity
from enishi.kit import clock, db, keyring
from enishi.kit.errors import NotFoundError
from enishi.kit.ids import new_id

# Always three: the length of what was masked is not told.
MASK = "■■■"
_PURPOSE = "consultations.masked-text"

# Row locks: an author's edit and another masking wait, and then find the masked text.
_STATEMENT = """
SELECT NULL::int AS version, text, translations FROM consultations_statement
WHERE id = $1 AND consultation_id = $2 AND state <> 'withdrawn' FOR UPDATE
"""
_LOCK_OPINION = """
SELECT FROM consultations_opinion
WHERE id = $1 AND consultation_id = $2 AND state <> 'withdrawn' FOR UPDATE
"""
_VERSIONS = """
SELECT number AS version, text, translations FROM consultations_opinion_version
WHERE opinion_id = $1 ORDER BY number
"""
# Translations may hold the passage in other words: they are sealed with the original.
_MASK_STATEMENT = """
UPDATE consultations_statement SET text = $2, translations = NULL, folded = $3, grams = $4,
    folding = $5 WHERE id = $1
"""
_MASK_VERSION = """
UPDATE consultations_opinion_version SET text = $3, translations = NULL
WHERE opinion_id = $1 AND number = $2
"""
_SEAL = """
INSERT INTO consultations_masking (id, consultation_id, statement_id, opinion_id, version, reason,
    sealed, masked_at, masked_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


@dataclass(frozen=True)
class _Subject:
    consultation: ConsultationRef
    kind: ModeratedKind
    id: uuid.UUID


async def mask(
    actor: Actor,
    consultation: ConsultationRef,
    subject: tuple[ModeratedKind, uuid.UUID],
    form: MaskForm,
) -> None:
    """Replace a passage by MASK wherever the text has it, in all versions of an opinion.

    The text keeps its state, its place and its votes. Raises PassageMissingError if no version has
    the passage, and NotFoundError for a text that is unknown or withdrawn.
    """
    kind, subject_id = subject
    about = _Subject(consultation, kind, subject_id)
    async with db.unit_of_work():
        found = [row for row in await _lock(about) if form.passage in row["text"]]
        if not found:
            raise PassageMissingError
        for row in found:
            await _seal(actor, about, form.reason, row)
            await _replace(about, row["version"], row["text"].replace(form.passage, MASK))
        await audit.record(
            f"consultations.{kind.value}.masked",
            actor_id=actor.id,
            subject=(kind.value, subject_id),
            organisation_id=consultation.organisation_id,
            reason=form.reason.value,
        )
        cache_invalidation.invalidate(consultation.id)


async def _lock(about: _Subject) -> list[dict[str, Any]]:
    """The texts of the subject, locked until the unit of work ends."""
    if about.kind is ModeratedKind.STATEMENT:
        rows = await db.fetch(_STATEMENT, about.id, about.consultation.id)
        if not rows:
            raise NotFoundError
        return rows
    if not await db.fetch(_LOCK_OPINION, about.id, about.consultation.id):
        raise NotFoundError
    return await db.fetch(_VERSIONS, about.id)


async def _seal(actor: Actor, about: _Subject, reason: HiddenReason, row: dict[str, Any]) -> None:
    masking_id = new_id()
    translations = json.loads(row["translations"]) if row["translations"] else {}
    plain = json.dumps({"text": row["text"], "translations": translations})
    await db.execute(
        _SEAL,
        masking_id,
        about.consultation.id,
        about.id if about.kind is ModeratedKind.STATEMENT else None,
        about.id if about.kind is ModeratedKind.OPINION else None,
        row["version"],
        reason,
        keyring.ring().encrypt(_PURPOSE, plain.encode(), about=masking_id.bytes),
        clock.now(),
        actor.id,
    )


async def _replace(about: _Subject, version: int | None, text: str) -> None:
    if about.kind is ModeratedKind.STATEMENT:
        await db.execute(_MASK_STATEMENT, about.id, text, *similarity.stored([text]))
    else:
        await db.execute(_MASK_VERSION, about.id, version, text)


_SEALED = """
SELECT statement_id, opinion_id, sealed FROM consultations_masking
WHERE id = $1 AND consultation_id = $2
"""


async def view_original(
    actor: Actor, consultation: ConsultationRef, masking_id: uuid.UUID
) -> Original:
    """The sealed original, for a moderator; each call writes its audit entry.

    Raises NotFoundError, also where the key that sealed it was removed from the key ring.
    """
    async with db.unit_of_work():
        row = await db.fetch_one(_SEALED, masking_id, consultation.id)
        if row is None:
            raise NotFoundError
        kind = ModeratedKind.STATEMENT if row["statement_id"] else ModeratedKind.OPINION
        try:
            plain = keyring.ring().decrypt(_PURPOSE, row["sealed"], about=masking_id.bytes)
        except keyring.BadTokenError:
            raise NotFoundError from None
        await audit.record(
            f"consultations.{kind.value}.unsealed",
            actor_id=actor.id,
            subject=(kind.value, row["statement_id"] or row["opinion_id"]),
            organisation_id=consultation.organisation_id,
        )
    return Original.model_validate_json(plain)
