"""Queries of sums: the totals of a consultation, and a recount that checks the tally."""

import uuid
from typing import Any

from enishi.consultations.core import visibility
from enishi.consultations.core.kinds import Channel
from enishi.consultations.voting import vote_sql
from enishi.consultations.voting.schemas import Totals
from enishi.kit import db

_TOTALS = f"""
SELECT
    (SELECT count(*) FROM consultations_statement s
        JOIN consultations_consultation c ON c.id = s.consultation_id
        WHERE s.consultation_id = $1 AND {visibility.STATEMENT})::int AS statements,
    (SELECT coalesce(sum(t.agrees + t.disagrees + t.passes), 0) FROM consultations_tally t
        JOIN consultations_statement s ON s.id = t.statement_id
        JOIN consultations_consultation c ON c.id = s.consultation_id
        WHERE s.consultation_id = $1 AND {visibility.STATEMENT})::int AS votes,
    (SELECT count(*) FROM consultations_opinion o
        JOIN consultations_consultation c ON c.id = o.consultation_id
        WHERE o.consultation_id = $1 AND {visibility.OPINION})::int AS opinions
"""  # noqa: S608 (made of constants)


async def get_totals(consultation_id: uuid.UUID) -> Totals:
    """The totals of the public statements, votes and opinions, and participants by channel."""
    [row] = await db.fetch(_TOTALS, consultation_id)
    channels = await db.fetch(
        "SELECT channel, count(*)::int AS people FROM consultations_participant"
        " WHERE consultation_id = $1 AND merged_into IS NULL GROUP BY channel",
        consultation_id,
    )
    people = {Channel(each["channel"]): each["people"] for each in channels}
    return Totals(participants=people, **row)


async def drift() -> list[dict[str, Any]]:
    """Statements whose tally differs from a recount of their votes; a row is a bug."""
    return await db.fetch(vote_sql.RECOUNT)
