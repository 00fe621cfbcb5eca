"""Seeds, participants, and when guests joined and voted."""

import json
import uuid
from datetime import date, timedelta

from enishi.consultations.core.schemas import CommentRules
from enishi.consultations.office.schemas import HourOfDay, HourRow, SeedRow
from enishi.consultations.voting.similarity import bigrams, dice_coefficient, most_alike
from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, whole_number


async def count_participants(consultation_id: uuid.UUID) -> int:
    """All participants, without an attribute; guests that are left out of the counts are not."""
    times: int = await db.fetch_value(
        "SELECT count(*)::int FROM consultations_participant"
        " WHERE consultation_id = $1 AND merged_into IS NULL AND set_aside_id IS NULL",
        consultation_id,
    )
    return times


async def count_public_statements(consultation_id: uuid.UUID) -> int:
    """Accepted statements of a consultation, which may be a draft: publication requires one."""
    [row] = await db.fetch(
        "SELECT count(*)::int AS times FROM consultations_statement"
        " WHERE consultation_id = $1 AND state = 'accepted'",
        consultation_id,
    )
    times: int = row["times"]
    return times


# How alike two seeds are before the office is asked: participants are told of less alike ones.
_LOOK_ALIKE = 0.7
_MOST_CANDIDATES = 200
_SEED = "SELECT id, number, text, state FROM consultations_statement WHERE origin = 'seed'"


async def list_seeds(
    consultation_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[SeedRow]:
    """A page of the organiser's statements, by number."""
    after = decode_cursor(cursor, whole_number)[0] if cursor else 0
    rows = await db.fetch(
        f"{_SEED} AND consultation_id = $1 AND number > $2 ORDER BY number LIMIT $3",
        consultation_id,
        after,
        size + 1,
    )
    seeds = [SeedRow.model_validate(row) for row in rows]
    return Page.of(seeds, lambda seed: (seed.number,), size)


async def get_seed(consultation_id: uuid.UUID, statement_id: uuid.UUID) -> SeedRow:
    """Raises NotFoundError."""
    row = await db.fetch_one(
        f"{_SEED} AND consultation_id = $1 AND id = $2", consultation_id, statement_id
    )
    if row is None:
        raise NotFoundError
    return SeedRow.model_validate(row)


def look_alike(one: str, other: str) -> bool:
    return dice_coefficient(bigrams(one), bigrams(other)) >= _LOOK_ALIKE


async def list_texts_alike(consultation_id: uuid.UUID, text: str) -> list[str]:
    """Statements of a consultation, drafts included, that look like the text in any language."""
    rows = await db.fetch(
        "SELECT text, folded FROM consultations_statement"
        " WHERE consultation_id = $1 AND state IN ('accepted', 'pending') AND grams && $2::text[]"
        " ORDER BY (SELECT count(*) FROM unnest(grams) g WHERE g = ANY ($2)) DESC LIMIT $3",
        consultation_id,
        bigrams(text),
        _MOST_CANDIDATES,
    )
    return [row["text"] for row in rows if most_alike(bigrams(text), row["folded"]) >= _LOOK_ALIKE]


# New participants and votes by hour of a day in Japan. Nothing else is known of an hour, and pages
# cut the counts to tens.
_HOURS = """
SELECT h.hour, coalesce(j.guests, 0) AS guests, coalesce(j.others, 0) AS others,
    coalesce(v.guest_votes, 0) AS guest_votes, coalesce(v.other_votes, 0) AS other_votes
FROM generate_series(0, 23) AS h (hour)
LEFT JOIN (
    SELECT extract(hour FROM joined_at AT TIME ZONE 'Asia/Tokyo')::int AS hour,
        count(*) FILTER (WHERE channel = 'guest') AS guests,
        count(*) FILTER (WHERE channel <> 'guest') AS others
    FROM consultations_participant
    WHERE consultation_id = $1 AND joined_at >= $2 AND joined_at < $3 GROUP BY 1
) j ON j.hour = h.hour
LEFT JOIN (
    SELECT extract(hour FROM e.cast_at AT TIME ZONE 'Asia/Tokyo')::int AS hour,
        count(*) FILTER (WHERE p.channel = 'guest') AS guest_votes,
        count(*) FILTER (WHERE p.channel <> 'guest') AS other_votes
    FROM consultations_vote_event e JOIN consultations_participant p ON p.id = e.participant_id
    WHERE p.consultation_id = $1 AND e.cast_at >= $2 AND e.cast_at < $3 AND e.value IS NOT NULL
    GROUP BY 1
) v ON v.hour = h.hour
ORDER BY h.hour
"""
# The same for all days, as a file: hours in which nothing reaches ten are left out.
_EVERY_HOUR = """
SELECT (hour AT TIME ZONE 'Asia/Tokyo')::date AS day,
    extract(hour FROM hour AT TIME ZONE 'Asia/Tokyo')::int AS hour,
    coalesce(j.guests, 0) AS guests, coalesce(j.others, 0) AS others,
    coalesce(v.guest_votes, 0) AS guest_votes, coalesce(v.other_votes, 0) AS other_votes
FROM (
    SELECT date_trunc('hour', joined_at, 'Asia/Tokyo') AS hour,
        count(*) FILTER (WHERE channel = 'guest') AS guests,
        count(*) FILTER (WHERE channel <> 'guest') AS others
    FROM consultations_participant WHERE consultation_id = $1 GROUP BY 1
) j FULL JOIN (
    SELECT date_trunc('hour', e.cast_at, 'Asia/Tokyo') AS hour,
        count(*) FILTER (WHERE p.channel = 'guest') AS guest_votes,
        count(*) FILTER (WHERE p.channel <> 'guest') AS other_votes
    FROM consultations_vote_event e JOIN consultations_participant p ON p.id = e.participant_id
    WHERE p.consultation_id = $1 AND e.value IS NOT NULL GROUP BY 1
) v USING (hour)
WHERE greatest(j.guests, j.others, v.guest_votes, v.other_votes) >= 10
ORDER BY day DESC, 2 DESC LIMIT $2
"""
MOST_HOURS = 5_000
_BUSY_DAYS = """
SELECT (joined_at AT TIME ZONE 'Asia/Tokyo')::date AS day, count(*)::int AS guests
FROM consultations_participant WHERE consultation_id = $1 AND channel = 'guest'
GROUP BY 1 HAVING count(*) >= 10 ORDER BY guests DESC, day DESC LIMIT 7
"""


async def list_hours(consultation_id: uuid.UUID, day: date) -> list[HourRow]:
    """The 24 hours of a day."""
    begins_at = clock.start_of_day(day)
    rows = await db.fetch(_HOURS, consultation_id, begins_at, begins_at + timedelta(days=1))
    return [HourRow.model_validate(row) for row in rows]


async def list_every_hour(consultation_id: uuid.UUID) -> list[HourOfDay]:
    """The hours in which a count reaches ten, the newest first; MOST_HOURS at most."""
    rows = await db.fetch(_EVERY_HOUR, consultation_id, MOST_HOURS)
    return [HourOfDay.model_validate(row) for row in rows]


async def list_busy_days(consultation_id: uuid.UUID) -> list[tuple[date, int]]:
    """The days on which most guests joined, and how many; those with ten and more."""
    rows = await db.fetch(_BUSY_DAYS, consultation_id)
    return [(row["day"], row["guests"]) for row in rows]


async def find_comment_rules(organisation_id: uuid.UUID) -> CommentRules | None:
    """How the organisation asks for public comment today; None if it has not said so."""
    row = await db.fetch_one(
        "SELECT basis, min_days, channels, name_rule FROM consultations_comment_rules"
        " WHERE organisation_id = $1",
        organisation_id,
    )
    if row is None:
        return None
    parsed = {name: json.loads(row[name]) for name in ("basis", "channels")}
    return CommentRules.model_validate(row | parsed)
