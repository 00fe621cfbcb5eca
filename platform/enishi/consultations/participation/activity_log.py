"""The log of acts that statistics count: joining, merging, writing. Votes have their own."""

import uuid
from datetime import datetime

from enishi.consultations.core.kinds import ActKind
from enishi.kit import db

_FROM_PARTICIPANT = """
    p.channel, coalesce(p.municipality_code, ''), coalesce(p.age_band, ''), p.identity_level,
    c.organisation_id, p.theme_code, p.place_code
"""
_COLUMNS = """id, kind, consultation_id, participant_id, channel, home_municipality, age_band,
    identity_level, organisation_id, theme_code, place_code, happened_at"""

_NOTE = f"""
INSERT INTO consultations_act ({_COLUMNS})
SELECT gen_random_uuid(), $2, c.id, p.id, {_FROM_PARTICIPANT}, $3
FROM consultations_participant p JOIN consultations_consultation c ON c.id = p.consultation_id
WHERE p.id = $1
"""  # noqa: S608 (made of constants)

# In one transaction with what was brought in: whatever has no act yet of its kind gets one.
_BROUGHT_IN = f"""
INSERT INTO consultations_act ({_COLUMNS})
SELECT gen_random_uuid(), a.kind, c.id, p.id, {_FROM_PARTICIPANT}, a.happened_at
FROM (
    SELECT id AS participant_id, '{ActKind.STARTED}' AS kind, joined_at AS happened_at
    FROM consultations_participant WHERE consultation_id = $1 AND channel = 'import'
    UNION ALL
    SELECT author_id, '{ActKind.STATED}', created_at
    FROM consultations_statement WHERE consultation_id = $1 AND origin = 'import'
) AS a
JOIN consultations_participant p ON p.id = a.participant_id
JOIN consultations_consultation c ON c.id = p.consultation_id
WHERE NOT EXISTS (SELECT FROM consultations_act k
    WHERE k.consultation_id = $1 AND k.participant_id = p.id AND k.channel = 'import')
"""  # noqa: S608 (made of constants)

# Also what was written as a guest, before that part was taken into the account.
_CUT = """
UPDATE consultations_act SET participant_id = NULL, tx = pg_current_xact_id()
WHERE kind = ANY ($2) AND participant_id IN (
    SELECT id FROM consultations_participant WHERE id = ANY ($1) OR merged_into = ANY ($1))
"""
_WRITTEN = [ActKind.STATED, ActKind.OPINED]


async def note(kind: ActKind, participant_id: uuid.UUID, at: datetime) -> None:
    """Append one act of a participant. Called in the unit of work of the act itself."""
    await db.fetch(_NOTE, participant_id, kind, at)


async def note_import(consultation_id: uuid.UUID) -> None:
    """Append the acts of everybody who was imported and has none yet."""
    await db.fetch(_BROUGHT_IN, consultation_id)


async def cut(participants: list[uuid.UUID]) -> None:
    """Take people off what they wrote. The acts stay, with their dimensions."""
    await db.fetch(_CUT, participants, _WRITTEN)
