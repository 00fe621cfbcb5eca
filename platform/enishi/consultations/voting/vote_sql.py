"""The SQL that writes a batch of votes, and the recount that checks the tally."""

from enishi.consultations.core import visibility
from enishi.consultations.core.kinds import ComponentKind

APPEND_ONLY = ("consultations_vote_event",)  # see wiring.py

# Rows are locked and written in the order of their keys, so that two processes cannot deadlock.
# The lock waits for a merge of a guest that is under way, or for an office that leaves guests out;
# PostgreSQL then checks both columns again, in the row as it is now. A subquery that locks first
# may be joined with the whole batch once for each of its votes. A condition on `merged_into` by
# itself would be looked up in an index of all participants that were not merged, at each batch.
# Returns the places (from 1) of the allowed votes, or NULL.
_ALLOWED = f"""
WITH allowed AS MATERIALIZED (
    SELECT w.* FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::timestamptz[])
        WITH ORDINALITY AS w (participant_id, statement_id, value, cast_at, place)
    JOIN consultations_participant v ON v.id = w.participant_id
        AND coalesce(v.merged_into, v.set_aside_id) IS NULL
    JOIN consultations_statement s
        ON s.id = w.statement_id AND s.consultation_id = v.consultation_id
    JOIN consultations_consultation c ON c.id = s.consultation_id
    JOIN consultations_component k ON k.consultation_id = c.id
    WHERE {visibility.STATEMENT} AND {visibility.accepts_at(ComponentKind.STATEMENTS, "w.cast_at")}
    ORDER BY w.participant_id, w.statement_id FOR KEY SHARE OF v
)"""  # noqa: S608 (made of constants; every value is a parameter)
_CAST = """
    INSERT INTO consultations_vote AS v (participant_id, statement_id, value, cast_at)
    SELECT participant_id, statement_id, value, cast_at FROM allowed WHERE value IS NOT NULL
    ON CONFLICT (participant_id, statement_id) DO UPDATE
        SET value = EXCLUDED.value, cast_at = EXCLUDED.cast_at
        WHERE v.value <> EXCLUDED.value
    RETURNING new.participant_id, new.statement_id, old.value AS previous, new.value, new.cast_at
"""
_WITHDRAWN = """
    DELETE FROM consultations_vote v USING allowed a
    WHERE a.value IS NULL
        AND v.participant_id = a.participant_id AND v.statement_id = a.statement_id
    RETURNING v.participant_id, v.statement_id, v.value AS previous, NULL::smallint AS value,
        a.cast_at
"""
_LOG_AND_TALLY = """, logged AS (
    INSERT INTO consultations_vote_event (participant_id, statement_id, previous, value, cast_at)
    SELECT participant_id, statement_id, previous, value, cast_at FROM changed
), tallied AS (
    INSERT INTO consultations_tally AS t (statement_id, slot, agrees, disagrees, passes)
    SELECT statement_id, $5::smallint,
        sum((value IS NOT DISTINCT FROM 1)::int - (previous IS NOT DISTINCT FROM 1)::int),
        sum((value IS NOT DISTINCT FROM -1)::int - (previous IS NOT DISTINCT FROM -1)::int),
        sum((value IS NOT DISTINCT FROM 0)::int - (previous IS NOT DISTINCT FROM 0)::int)
    FROM changed GROUP BY statement_id ORDER BY statement_id
    ON CONFLICT (statement_id, slot) DO UPDATE SET
        agrees = t.agrees + EXCLUDED.agrees,
        disagrees = t.disagrees + EXCLUDED.disagrees,
        passes = t.passes + EXCLUDED.passes
)
SELECT array_agg(place) FROM allowed
"""
WRITE = f"{_ALLOWED}, changed AS ({_CAST}){_LOG_AND_TALLY}"
# As WRITE, for batches with withdrawals (votes without a value). They are rare, and looking for
# them would slow down every batch.
WRITE_AND_WITHDRAW = f"""{_ALLOWED}, cast_ AS ({_CAST}), withdrawn AS ({_WITHDRAWN}), changed AS (
    SELECT * FROM cast_ UNION ALL SELECT * FROM withdrawn
){_LOG_AND_TALLY}"""  # noqa: S608 (as above)

# Statements whose tally differs from a recount of their votes: none, unless the code is wrong.
RECOUNT = """
WITH counted AS (
    SELECT v.statement_id, count(*) FILTER (WHERE v.value = 1) AS agrees,
        count(*) FILTER (WHERE v.value = -1) AS disagrees,
        count(*) FILTER (WHERE v.value = 0) AS passes
    FROM consultations_vote v GROUP BY v.statement_id
), summed AS (
    SELECT t.statement_id, sum(t.agrees) AS agrees, sum(t.disagrees) AS disagrees,
        sum(t.passes) AS passes
    FROM consultations_tally t GROUP BY t.statement_id
)
SELECT statement_id, c.agrees, c.disagrees, c.passes,
    s.agrees AS summed_agrees, s.disagrees AS summed_disagrees, s.passes AS summed_passes
FROM counted c FULL JOIN summed s USING (statement_id)
WHERE (coalesce(c.agrees, 0), coalesce(c.disagrees, 0), coalesce(c.passes, 0))
    IS DISTINCT FROM (coalesce(s.agrees, 0), coalesce(s.disagrees, 0), coalesce(s.passes, 0))
"""
