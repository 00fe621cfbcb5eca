"""Facts for the statistics: one row an act, with the dimensions frozen as they were.

Read from the append-only parts: the log of votes, and the instants at which statements and
opinions were written. The person key is the participant's random id, which says nothing.
"""

import uuid
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta

from enishi.kit import clock, db
from enishi.kit.schema import Schema

_CHUNK = 5_000

_DIMENSIONS = """
    p.id AS person, p.channel, p.prefecture_code, p.municipality_code, p.age_band,
    p.identity_level, c.id AS consultation_id, c.organisation_id
"""
_VOTED = f"""
SELECT 'voted' AS kind, e.id::text AS key, e.cast_at AS at, {_DIMENSIONS}
FROM consultations_vote_event e
JOIN consultations_participant p ON p.id = e.participant_id
JOIN consultations_consultation c ON c.id = p.consultation_id
WHERE e.cast_at >= $1 AND e.cast_at < $2 AND e.previous IS NULL AND e.value IS NOT NULL
    AND e.id > $3::bigint
ORDER BY e.id LIMIT $4
"""  # noqa: S608 (made of constants)
_STATED = f"""
SELECT 'stated' AS kind, s.id::text AS key, s.created_at AS at, {_DIMENSIONS}
FROM consultations_statement s
JOIN consultations_consultation c ON c.id = s.consultation_id
LEFT JOIN consultations_participant p ON p.id = s.author_id
WHERE s.created_at >= $1 AND s.created_at < $2 AND s.origin <> 'seed' AND s.id > $3::uuid
ORDER BY s.id LIMIT $4
"""  # noqa: S608 (made of constants)
_OPINED = f"""
SELECT 'opined' AS kind, o.id::text AS key, o.created_at AS at, {_DIMENSIONS}
FROM consultations_opinion o
JOIN consultations_consultation c ON c.id = o.consultation_id
LEFT JOIN consultations_participant p ON p.id = o.participant_id
WHERE o.created_at >= $1 AND o.created_at < $2 AND o.id > $3::uuid
ORDER BY o.id LIMIT $4
"""  # noqa: S608 (made of constants)
_JOINED = f"""
SELECT 'joined' AS kind, p.id::text AS key, p.joined_at AS at, {_DIMENSIONS}
FROM consultations_participant p
JOIN consultations_consultation c ON c.id = p.consultation_id
WHERE p.joined_at >= $1 AND p.joined_at < $2 AND p.id > $3::uuid
ORDER BY p.id LIMIT $4
"""  # noqa: S608 (made of constants)


class Fact(Schema):
    """One act. `key` is unique within its kind, so that a fact read twice is counted once."""

    kind: str
    key: str
    at: datetime
    person: uuid.UUID | None
    channel: str | None
    prefecture_code: str | None
    municipality_code: str | None
    age_band: str | None
    identity_level: int | None
    consultation_id: uuid.UUID
    organisation_id: uuid.UUID

    @property
    def day(self) -> date:
        return clock.in_tokyo(self.at).date()


_NONE = "00000000-0000-0000-0000-000000000000"
_READERS = {
    "voted": (_VOTED, int, "0"),
    "stated": (_STATED, uuid.UUID, _NONE),
    "opined": (_OPINED, uuid.UUID, _NONE),
    "joined": (_JOINED, uuid.UUID, _NONE),
}
KINDS = tuple(_READERS)


async def read(kind: str, day: date) -> AsyncIterator[Fact]:
    """The facts of one kind and one day in Japan, in the order of their keys."""
    statement, parse, key = _READERS[kind]
    parser: Callable[[str], object] = parse
    since = clock.start_of_day(day)
    until = clock.start_of_day(day + timedelta(days=1))
    while True:
        rows = await db.fetch(statement, since, until, parser(key), _CHUNK)
        for row in rows:
            yield Fact.model_validate(row)
        if len(rows) < _CHUNK:
            return
        key = rows[-1]["key"]
