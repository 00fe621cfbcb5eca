"""The activity log: joining, merging and writing, for statistics. Votes have a log of their own."""

import uuid
from datetime import datetime

from enishi.consultations.core.kinds import ActKind
from enishi.kit import db

_FROM_PARTICIPANT = """
    p.channel, coalesce(p.municipality_code, ''), coalesce(p.age_band, ''), p.identity_level,
    c.organisation_id, p.theme_code, p.place_code, p.tie
"""
_COLUMNS = """id, kind, consultation_id, participant_id, channel, home_municipality, age_band,
    identity_level, organisation_id, theme_code, place_code, tie, happened_at"""

_APPEND = f"""
INSERT INTO consultations_act ({_COLUMNS})
SELECT gen_random_uuid(), $2, c.id, p.id, {_FROM_PARTICIPANT}, $3
FROM consultations_participant p JOIN consultations_consultation c ON c.id = p.consultation_id
WHERE p.id = ANY ($1)
"""  # noqa: S608 (made of constants)

# One entry for each imported participant and statement, unless the participant has entries already.
_APPEND_IMPORTED = f"""
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

# Includes guests that were merged into the account's participant. A new `tx` moves the row to the
# end of the log, so that statistics read it again.
_UNLINK = """
UPDATE consultations_act SET participant_id = NULL, tx = pg_current_xact_id()
WHERE kind = ANY ($2) AND participant_id IN (
    SELECT id FROM consultations_participant WHERE id = ANY ($1) OR merged_into = ANY ($1))
"""
_TEXT_KINDS = [ActKind.STATED, ActKind.OPINED]


async def append(kind: ActKind, participant_id: uuid.UUID, at: datetime) -> None:
    """Append one entry, in the unit of work of the act that it records."""
    await append_each(kind, [participant_id], at)


async def append_each(kind: ActKind, participants: list[uuid.UUID], at: datetime) -> None:
    """Append one entry for each participant."""
    await db.fetch(_APPEND, participants, kind, at)


async def append_imported(consultation_id: uuid.UUID) -> None:
    """Append entries for imported participants that have none yet."""
    await db.fetch(_APPEND_IMPORTED, consultation_id)


async def unlink(participants: list[uuid.UUID]) -> None:
    """Set the participant of their texts' entries to NULL; the entries keep their dimensions."""
    await db.fetch(_UNLINK, participants, _TEXT_KINDS)
