"""Published sums of votes, each as of a step; and a recount that checks the live tally.

All readers outside take sums from here: pages, API, files. None shows a live one (`vote_steps`).
"""

import json
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from enishi.consultations.core import visibility
from enishi.consultations.core.schemas import ShownPeople
from enishi.consultations.voting import policies, similarity, vote_sql
from enishi.consultations.voting.schemas import (
    ChannelSums,
    CountedStatement,
    StateCounts,
    Totals,
    VoteStep,
    VoteSums,
)
from enishi.kit import clock, db, folding
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, whole_number

_STEP = """
SELECT v.number, v.taken_at FROM consultations_vote_step v
WHERE v.consultation_id = $1 ORDER BY v.number DESC LIMIT 1
"""
# Public statements of a consultation with their sums as of step $2; without sums if it is NULL.
_COUNTED = f"""
SELECT s.id, s.number, s.text, s.language, s.translations, s.created_at, s.is_meta,
    s.origin = 'citizen' AS is_by_participant,
    y.agrees, y.disagrees, y.passes, y.account_agrees, y.account_disagrees, y.account_passes,
    y.guest_agrees, y.guest_disagrees, y.guest_passes, c.ballots_promised
FROM consultations_statement s
JOIN consultations_consultation c ON c.id = s.consultation_id
LEFT JOIN consultations_vote_step_sum y
    ON y.consultation_id = s.consultation_id AND y.number = $2 AND y.statement_id = s.id
WHERE s.consultation_id = $1 AND {visibility.STATEMENT}
"""  # noqa: S608 (made of constants)
# By state and not by what is visible: a draft and a withdrawn consultation have them too.
_TOTALS = """
SELECT
    (SELECT json_object_agg(x.state, x.times) FROM (
        SELECT state, count(*) AS times FROM consultations_statement
        WHERE consultation_id = $1 GROUP BY state) x)::text AS statements,
    (SELECT json_object_agg(x.state, x.times) FROM (
        SELECT state, count(*) AS times FROM consultations_opinion
        WHERE consultation_id = $1 GROUP BY state) x)::text AS opinions,
    (SELECT coalesce(sum(y.agrees + y.disagrees + y.passes), 0)
        FROM consultations_vote_step_sum y
        JOIN consultations_statement s ON s.id = y.statement_id AND s.state = 'accepted'
        WHERE y.consultation_id = $1 AND y.number = $2)::int AS votes
"""


async def find_step(consultation_id: uuid.UUID) -> VoteStep | None:
    """The newest step, or None before the first. Read it once for a page or a file."""
    row = await db.fetch_one(_STEP, consultation_id)
    return None if row is None else VoteStep.model_validate(row)


def _counted(row: dict[str, Any]) -> CountedStatement:
    sums, accounts, guests = (_sums(row, side) for side in ("", "account_", "guest_"))
    promised, apart = row.pop("ballots_promised"), None
    if accounts and guests:
        apart = policies.shares_apart(accounts, guests, ballots_promised=promised)
    return CountedStatement.model_validate(row | {"sums": sums, "apart": apart})


def _sums(row: dict[str, Any], side: str) -> VoteSums | None:
    """Take the three sums of a side out of the row; None if no step has counted the statement."""
    sums = {name: row.pop(side + name) for name in VoteSums.model_fields}
    return None if None in sums.values() else VoteSums.model_validate(sums)


async def list_counted(
    consultation_id: uuid.UUID,
    step: VoteStep | None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[CountedStatement]:
    """A page of public statements by number, with their sums as of a step."""
    after = decode_cursor(cursor, whole_number)[0] if cursor else 0
    rows = await db.fetch(
        f"{_COUNTED} AND s.number > $3 ORDER BY s.number LIMIT $4",
        consultation_id,
        step and step.number,
        after,
        size + 1,
    )
    return Page.of(list(map(_counted, rows)), lambda view: (view.number,), size)


async def search(
    consultation_id: uuid.UUID,
    step: VoteStep | None,
    words: str,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[CountedStatement]:
    """A page of the public statements that contain `words` in any of their languages, by number."""
    plain = folding.words(words)
    if not plain:
        return Page((), None)
    after = decode_cursor(cursor, whole_number)[0] if cursor else 0
    # The index compares sets of bigrams; the second condition wants the words as a whole.
    rows = await db.fetch(
        f"{_COUNTED} AND ($3::text[] IS NULL OR s.grams @> $3) AND position($4 IN s.folded) > 0"
        " AND s.number > $5 ORDER BY s.number LIMIT $6",
        consultation_id,
        step and step.number,
        similarity.of_folded(plain) if len(plain) > 1 else None,
        plain,
        after,
        size + 1,
    )
    return Page.of(list(map(_counted, rows)), lambda view: (view.number,), size)


_BY_CHANNEL = f"""
SELECT s.number, s.text, y.account_agrees, y.account_disagrees, y.account_passes, y.guest_agrees,
    y.guest_disagrees, y.guest_passes
FROM consultations_vote_step_sum y JOIN consultations_statement s ON s.id = y.statement_id
JOIN consultations_consultation c ON c.id = s.consultation_id
WHERE y.consultation_id = $1 AND y.number = $2 AND s.number > $3 AND {visibility.STATEMENT}
ORDER BY s.number LIMIT $4
"""  # noqa: S608 (made of constants)


async def list_by_channel(
    consultation_id: uuid.UUID, step: VoteStep, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[ChannelSums]:
    """A page of public statements with the exact sums of accounts and of guests: for the office."""
    after = decode_cursor(cursor, whole_number)[0] if cursor else 0
    rows = await db.fetch(_BY_CHANNEL, consultation_id, step.number, after, size + 1)
    views = [
        ChannelSums.model_validate(
            {"accounts": _sums(row, "account_"), "guests": _sums(row, "guest_"), **row}
        )
        for row in rows
    ]
    return Page.of(views, lambda view: (view.number,), size)


async def get_totals(consultation_id: uuid.UUID) -> Totals:
    """Statements and opinions by state, and the votes on public statements as of the step."""
    step = await find_step(consultation_id)
    [row] = await db.fetch(_TOTALS, consultation_id, step and step.number)
    statements, opinions = (json.loads(row[name] or "{}") for name in ("statements", "opinions"))
    return Totals(
        statements=StateCounts(**statements),
        votes=row["votes"] if step else None,
        step=step,
        opinions=StateCounts(**opinions),
    )


_VOICES = """
SELECT state, count(*)::int AS times FROM (
    SELECT state FROM consultations_statement
    WHERE consultation_id = ANY ($1) AND origin <> 'seed'
    UNION ALL SELECT state FROM consultations_opinion WHERE consultation_id = ANY ($1)
) voice GROUP BY state
"""


async def count_voices(consultation_ids: Sequence[uuid.UUID]) -> StateCounts:
    """What participants sent, by what became of it: their statements and opinions, all time.

    Each is counted once, whether its consultation is a draft, public or withdrawn. The metric
    `dialogue.voices` counts the same ones on the day on which they were sent.
    """
    rows = await db.fetch(_VOICES, consultation_ids)
    return StateCounts(**{row["state"]: row["times"] for row in rows})


# Of each instant the step that was the newest then, as far as it is kept: a step counts from its
# own time until the next one. Whoever votes on a card is one person there.
_SHOWN_VOTERS = f"""
WITH step AS (
    SELECT consultation_id, number, taken_at,
        lead(taken_at) OVER (PARTITION BY consultation_id ORDER BY number) AS next_at
    FROM consultations_vote_step
)
SELECT e.day, c.id AS consultation_id, c.place_code,
    max(y.agrees + y.disagrees + y.passes)::int AS least
FROM step v
JOIN unnest($1::date[], $2::timestamptz[]) AS e (day, instant)
    ON v.taken_at < e.instant AND (v.next_at IS NULL OR v.next_at >= e.instant)
JOIN consultations_consultation c ON c.id = v.consultation_id
JOIN consultations_vote_step_sum y ON y.consultation_id = c.id AND y.number = v.number
JOIN consultations_statement s ON s.id = y.statement_id
WHERE {visibility.STATEMENT} GROUP BY e.day, c.id, c.place_code
"""  # noqa: S608 (made of constants)


async def list_shown_voters(days: Sequence[date]) -> list[ShownPeople]:
    """Of each public consultation the voters of its most voted card, by the end of each day."""
    ends = [clock.closes_after(day) for day in days]
    rows = await db.fetch(_SHOWN_VOTERS, days, ends)
    return [ShownPeople.model_validate(row) for row in rows]


async def drift() -> list[dict[str, Any]]:
    """Statements whose tally differs from a recount of their votes; a row is a bug."""
    return await db.fetch(vote_sql.RECOUNT)
